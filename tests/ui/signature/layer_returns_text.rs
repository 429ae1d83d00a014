use koa_runtime::prelude::*;

#[middleware]
async fn shout(ctx: &mut Context, next: Next) -> String {
    next.run(ctx).await.unwrap();
    "HELLO".to_owned()
}

fn main() {
    Application::new(pipeline![shout]);
}
