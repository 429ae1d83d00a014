use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] id: u64, #[param(id)] again: u64) -> String {
    (id + again).to_string()
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/users/{id}" => show,
    }]);
}
