use koa_runtime::prelude::*;

fn main() {
    let greeting = String::from("Hello");
    Application::new(pipeline![async |ctx| {
        ctx.set_body(greeting.clone());
    }]);
}
