use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] (a, b): (u8, u8)) -> String {
    (a + b).to_string()
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/users/{a}" => show,
    }]);
}
