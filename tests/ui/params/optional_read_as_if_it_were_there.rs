use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] page: u32) -> String {
    page.to_string()
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/posts/{page?}" => show,
    }]);
}
