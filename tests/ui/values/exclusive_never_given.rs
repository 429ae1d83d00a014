use koa_runtime::prelude::*;

struct Tx(u32);

#[middleware]
async fn create_post(tx: &mut Tx) -> String {
    tx.0.to_string()
}

fn main() {
    Application::new(pipeline![create_post]);
}
