use koa_runtime::prelude::*;

#[middleware]
async fn greet(name: String) -> String {
    name
}

fn main() {
    Application::new(pipeline![provide(String::from("ada")), greet]);
}
