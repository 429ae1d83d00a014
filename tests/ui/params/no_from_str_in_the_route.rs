use koa_runtime::prelude::*;

struct Id(String);

#[middleware]
async fn show(#[param] id: &Id) -> String {
    id.0.clone()
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/users/{id: Id}" => show,
    }]);
}
