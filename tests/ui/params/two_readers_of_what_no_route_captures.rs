//@ mistakes: 2
use koa_runtime::prelude::*;

#[middleware]
async fn show_post(#[param] id: u64) -> String {
    format!("post {id}")
}

#[middleware]
async fn edit_post(#[param] id: u64, #[body] text: String) -> String {
    format!("post {id} {text}")
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/posts/{post}" => show_post,
        PUT "/posts/{post}" => edit_post,
    }]);
}
