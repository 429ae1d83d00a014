use koa_runtime::prelude::*;

#[middleware]
async fn give<T: Default + Send + Sync + 'static>(ctx: &mut Context, next: Next<T>) -> Result {
    next.run(ctx, &T::default()).await
}

fn main() {
    Application::new(pipeline![give]);
}
