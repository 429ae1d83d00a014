use koa_runtime::prelude::*;

trait Clock {
    fn now(&self) -> u64;
}

#[middleware]
async fn time(#[config] clock: dyn Clock) -> String {
    clock.now().to_string()
}

fn main() {}
