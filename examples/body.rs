//! Query and body as parameters: JSON or a form, checked before the endpoint runs.
//!
//! ```sh
//! cargo run --release -p examples --example body
//! curl -i 'http://127.0.0.1:3000/?lang=de' -d 'name=Ada&age=36'
//! curl -i http://127.0.0.1:3000/ -H 'Content-Type: application/json' -d '{"name": "Ada", "age": 36}'
//! curl -i http://127.0.0.1:3000/ -d 'name=Ada&age=many'
//! ```

use koa_runtime::prelude::*;
use serde::Deserialize;
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Options {
    #[serde(default)]
    lang: Lang,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Lang {
    #[default]
    En,
    De,
}

#[derive(Deserialize)]
struct SignUp {
    name: String,
    age: u8,
}

/// Both are there, or the client has been told what was wrong: 400, 413, 415 or 422.
#[middleware]
async fn sign_up(#[query] options: Options, #[body] form: SignUp) -> (Status, String) {
    let hello = match options.lang {
        Lang::En => "hello",
        Lang::De => "hallo",
    };
    (Status::CREATED, format!("{hello}, {} ({})\n", form.name, form.age))
}

fn app() -> Application {
    Application::new(pipeline![routes! { POST "/" => pipeline![limit_body(1024), sign_up] }])
}

#[tokio::main]
async fn main() -> Result {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    app().serve(listener).await
}
