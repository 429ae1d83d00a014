use koa_runtime::prelude::*;

use std::cell::Cell;

#[middleware]
async fn count(#[config] served: &Cell<u64>, ctx: &mut Context, next: Next) -> Result {
    served.set(served.get() + 1);
    next.run(ctx).await
}

fn main() {
    let _ = count(Cell::new(0));
}
