use koa_runtime::prelude::*;

use std::rc::Rc;

#[middleware]
async fn share(ctx: &mut Context, next: Next) -> Result {
    let name = Rc::new("ada");
    next.run(ctx).await?;
    ctx.set("X-Name", *name);
    Ok(())
}

fn main() {
    Application::new(pipeline![share]);
}
