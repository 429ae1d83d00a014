//@ mistakes: 2
use koa_runtime::prelude::*;

#[middleware]
async fn show_post(#[param] user: String, #[param] id: u64) -> String {
    format!("post {id} of {user}")
}

fn main() {
    Application::new(pipeline![routes! { GET "/posts/{post}" => show_post }]);
}
