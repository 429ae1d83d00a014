use koa_runtime::prelude::*;

#[middleware]
async fn show<'a>(#[param] id: &'a str) -> String {
    id.to_owned()
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/users/{id}" => show,
    }]);
}
