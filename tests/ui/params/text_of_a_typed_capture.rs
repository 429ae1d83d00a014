use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] id: &str) -> String {
    id.to_string()
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/users/{id: u64}" => show,
    }]);
}
