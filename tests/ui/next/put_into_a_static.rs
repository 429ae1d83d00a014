use koa_runtime::prelude::*;

use std::sync::Mutex;

static HELD: Mutex<Option<Next>> = Mutex::new(None);

#[middleware]
async fn hold(ctx: &mut Context, next: Next) -> Result {
    *HELD.lock().unwrap() = Some(next);
    ctx.set("X-Held", "1");
    Ok(())
}

fn main() {
    Application::new(pipeline![hold]);
}
