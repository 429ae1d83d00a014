use koa_runtime::prelude::*;

use std::cell::Cell;

struct Counter(Cell<u32>);

#[middleware]
async fn count(ctx: &mut Context, next: Next<Counter>) -> Result {
    let counter = Counter(Cell::new(0));
    next.run(ctx, &counter).await
}

fn main() {
    Application::new(pipeline![count]);
}
