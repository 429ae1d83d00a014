use koa_runtime::prelude::*;

use std::fmt::Display;

#[middleware]
async fn greet(name: &impl Display) -> String {
    format!("Hello {name}")
}

fn main() {
    Application::new(pipeline![provide(1_u8), greet]);
}
