use koa_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct NewPost<'a> {
    title: &'a str,
}

#[middleware]
async fn create_post(#[body] post: NewPost<'_>) -> String {
    post.title.to_owned()
}

fn main() {
    Application::new(pipeline![create_post]);
}
