use koa_runtime::prelude::*;

#[middleware]
async fn limit(#[config] bytes: usize, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Limit", bytes);
    next.run(ctx).await
}

pipeline! {
    pub fn api(bytes: &str) => [limit(bytes)]
}

fn main() {
    Application::new(pipeline![api("1 MB")]);
}
