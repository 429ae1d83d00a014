use koa_runtime::prelude::*;

use std::sync::Mutex;

static HELD: Mutex<Option<Next>> = Mutex::new(None);

#[middleware]
async fn hold(ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Held", "1");
    let mut held = HELD.lock().unwrap();
    held.insert(next);
    Ok(())
}

fn main() {
    Application::new(pipeline![hold]);
}
