use koa_runtime::prelude::*;

fn main() {
    let greeting = String::from("Hello");
    Application::new(pipeline![async move |ctx| {
        ctx.set_body(greeting.clone());
    }]);
}
