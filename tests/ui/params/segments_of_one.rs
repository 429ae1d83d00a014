use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] id: Segments<'_>) -> String {
    format!("{id:?}")
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/users/{id}" => show,
    }]);
}
