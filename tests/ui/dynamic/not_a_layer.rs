use koa_runtime::prelude::*;

fn main() {
    let layer: BoxedLayer = boxed("Hello World");
    Application::new(pipeline![layer]);
}
