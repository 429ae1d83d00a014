use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] id: &dyn std::fmt::Display) -> String {
    id.to_string()
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/posts/{id}" => show,
    }]);
}
