use koa_runtime::prelude::*;

#[middleware]
async fn show_post(#[param] id: u64) -> String {
    format!("post {id}")
}

fn main() {
    let post: BoxedLayer = boxed(show_post);
    Application::new(pipeline![routes! { GET "/posts/{id}" => post }]);
}
