use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] id: &str) -> String {
    id.to_owned()
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/posts/{id}" => dynamic(vec![boxed(show)]),
    }]);
}
