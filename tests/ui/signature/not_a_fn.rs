use koa_runtime::prelude::*;

#[middleware]
struct Logger;

fn main() {
    let _ = Logger;
}
