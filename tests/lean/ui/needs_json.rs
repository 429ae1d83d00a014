use koa_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct NewPost {
    title: String,
}

#[middleware]
async fn create_post(#[body] post: NewPost) -> String {
    post.title
}

fn main() {
    Application::new(pipeline![create_post]);
}
