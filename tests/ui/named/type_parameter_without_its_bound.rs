use koa_runtime::prelude::*;

#[middleware]
async fn keep<T: Clone>(#[config] value: T, ctx: &mut Context, next: Next) -> Result {
    drop(value);
    next.run(ctx).await
}

pipeline! {
    fn api<T>(value: T) => [keep::<T>(value)]
}

fn main() {
    Application::new(pipeline![api(1)]);
}
