use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] id: &[u8]) -> String {
    format!("{id:?}")
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/users/{id}" => show,
    }]);
}
