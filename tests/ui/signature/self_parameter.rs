use koa_runtime::prelude::*;

struct Logger;

impl Logger {
    #[middleware]
    async fn log(&self, ctx: &mut Context, next: Next) -> Result {
        next.run(ctx).await
    }
}

fn main() {
    let _ = Logger;
}
