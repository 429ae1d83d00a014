use koa_runtime::prelude::*;

fn show() -> u8 {
    7
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/" => show,
    }]);
}
