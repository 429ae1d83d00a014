use koa_runtime::prelude::*;

struct Post;

#[middleware]
async fn show_post() -> Json<Post> {
    Json(Post)
}

fn main() {
    Application::new(pipeline![show_post]);
}
