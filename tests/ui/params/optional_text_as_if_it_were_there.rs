use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] page: &str) -> String {
    page.to_owned()
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/posts/{page?}" => show,
    }]);
}
