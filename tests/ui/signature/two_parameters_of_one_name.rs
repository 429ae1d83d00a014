use koa_runtime::prelude::*;

#[middleware]
async fn sum(n: &u8, n: &u16) -> String {
    n.to_string()
}

fn main() {
    Application::new(pipeline![provide(1_u8), provide(2_u16), sum]);
}
