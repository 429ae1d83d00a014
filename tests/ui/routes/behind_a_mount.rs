use koa_runtime::prelude::*;

routes! { fn posts() { GET "/" => show } }

#[middleware]
async fn show() -> &'static str {
    "show"
}

fn main() {
    Application::new(pipeline![routes! {
        "/blog" => posts(),
        GET "/blog/about" => show,
    }]);
}
