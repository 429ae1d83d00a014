use koa_runtime::prelude::*;

#[middleware]
async fn hello() -> &'static str {
    "Hello World"
}

pipeline! {
    pub fn api(layer: BoxedLayer) => [layer, hello]
}

fn main() {
    Application::new(pipeline![api(boxed(hello))]);
}
