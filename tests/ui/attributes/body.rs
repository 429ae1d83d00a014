use koa_runtime::prelude::*;

struct NewPost;

#[middleware]
async fn create_post(#[body] _post: NewPost) -> &'static str {
    "created"
}

fn main() {
    Application::new(pipeline![create_post]);
}
