use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] page: Option<&str>) -> String {
    format!("{page:?}")
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/posts/{page}" => show,
    }]);
}
