use koa_runtime::prelude::*;

struct Broken;

#[middleware]
async fn hello() -> std::result::Result<&'static str, Broken> {
    Err(Broken)
}

fn main() {
    Application::new(pipeline![hello]);
}
