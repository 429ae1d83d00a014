use koa_runtime::prelude::*;

struct Post;

#[middleware]
async fn show_post() -> Result<Option<Post>> {
    Ok(Some(Post))
}

fn main() {
    Application::new(pipeline![show_post]);
}
