use koa_runtime::prelude::*;

struct Key(String);

#[middleware]
async fn sign(#[config] key: Key, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Key", key.0);
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![sign(Key(String::new()))]);
}
