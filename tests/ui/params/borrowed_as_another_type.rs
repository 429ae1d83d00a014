use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] id: &u32) -> String {
    id.to_string()
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/posts/{id: u64}" => show,
    }]);
}
