use koa_runtime::prelude::*;

use logger::logger;

mod logger {
    use koa_runtime::prelude::*;

    #[middleware]
    pub async fn logger(ctx: &mut Context, next: Next) -> Result {
        next.run(ctx).await
    }
}

fn main() {
    Application::new(pipeline![logger]);
}
