//! Values that layers hand inward: the state of the application, and a user that only authentication can make.
//!
//! Take `authenticate` out of the pipeline below, or put it after `profile`: it no longer compiles.
//!
//! ```sh
//! cargo run --release -p examples --example provide
//! curl -i http://127.0.0.1:3000                              # 401
//! curl -i http://127.0.0.1:3000 -H 'Authorization: ada-key'  # hello, Ada
//! ```

use std::collections::HashMap;

use koa_runtime::prelude::*;
use tokio::net::TcpListener;

/// Stands for a database.
struct Db {
    users: HashMap<&'static str, User>,
}

struct User {
    name: String,
}

/// Reads `&Db`, which `provide(db)` provides, and can only go on by handing a `&User` inward. The user is borrowed from
/// the layer that has it, be it from the database or from a local variable of this fn: nothing is cloned, nothing is boxed.
#[middleware]
async fn authenticate(ctx: &mut Context, db: &Db, next: Next<User>) -> Result {
    let Some(user) = db.users.get(ctx.get("Authorization")) else {
        return Err(Error::new(401).with_header("WWW-Authenticate", "Key"));
    };
    next.run(ctx, user).await
}

/// Reads `&User`. There is no `Option` and no `unwrap`: where this runs, there is a user.
#[middleware]
async fn profile(user: &User) -> String {
    format!("hello, {}\n", user.name)
}

fn app(db: Db) -> Application {
    Application::new(pipeline![provide(db), authenticate, routes! { GET "/" => profile }])
}

#[tokio::main]
async fn main() -> Result {
    let ada = User { name: "Ada".to_owned() };
    let app = app(Db { users: HashMap::from([("ada-key", ada)]) });
    println!("{}", app.describe());

    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    app.serve(listener).await
}
