use koa_runtime::prelude::*;

struct NewPost {
    title: String,
}

#[middleware]
async fn titled(#[body(limit = 1024)] posts: Vec<NewPost>, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Title", &posts[0].title);
    next.run(ctx).await
}

#[middleware]
async fn hello() -> &'static str {
    "hello"
}

fn main() {
    Application::new(pipeline![titled, hello]);
}
