use koa_runtime::prelude::*;

#[middleware]
async fn show_page(#[param] page: Option<u32>) -> String {
    format!("page {page:?}")
}

fn main() {
    Application::new(pipeline![routes! { GET "/posts/{page?: u64}" => show_page }]);
}
