use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] id: &mut u64) -> String {
    id.to_string()
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/users/{id: u64}" => show,
    }]);
}
