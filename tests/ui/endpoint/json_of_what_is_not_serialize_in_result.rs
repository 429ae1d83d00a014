use koa_runtime::prelude::*;

struct Post;

#[middleware]
async fn show_post() -> Result<Json<Post>> {
    Ok(Json(Post))
}

fn main() {
    Application::new(pipeline![show_post]);
}
