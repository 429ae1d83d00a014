use koa_runtime::prelude::*;

use std::rc::Rc;

#[middleware]
async fn greet(#[config] name: Rc<str>, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Hello", &*name);
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![greet("ada".into())]);
}
