use koa_runtime::prelude::*;

struct Greeting(String);

#[middleware]
async fn hello(greeting: &Greeting) -> &str {
    &greeting.0
}

fn main() {
    Application::new(pipeline![provide(Greeting(String::new())), hello]);
}
