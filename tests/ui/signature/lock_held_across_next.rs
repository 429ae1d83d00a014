use koa_runtime::prelude::*;

use std::sync::Mutex;

#[middleware]
async fn count(#[config] served: &Mutex<u64>, ctx: &mut Context, next: Next) -> Result {
    let mut served = served.lock().unwrap();
    *served += 1;
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![count(Mutex::new(0))]);
}
