use koa_runtime::prelude::*;

#[middleware]
async fn posts() -> &'static str {
    "posts"
}

fn main() {
    Application::new(pipeline![GET "/posts" => posts]);
}
