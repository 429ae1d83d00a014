use koa_runtime::prelude::*;

macro_rules! counter {
    ($name:ident) => {
        #[middleware]
        async fn $name(ctx: &mut Context, next: Next) -> Result {
            ctx.append("X-Layers", stringify!($name));
            next.run(ctx).await
        }
    };
}
counter!(first);
counter!(second);

macro_rules! app {
    ($($layer:expr),*) => {
        Application::new(pipeline![$($layer),*, async |ctx| { ctx.set_body("Hello World"); }])
    };
}

#[tokio::main]
async fn main() {
    let reply = app![first, second()].get("/").await;
    assert_eq!((reply.header("X-Layers"), reply.text()), ("first", "Hello World"));
}
