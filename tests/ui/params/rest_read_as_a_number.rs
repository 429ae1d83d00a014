use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] path: u32) -> String {
    path.to_string()
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/files/{path..}" => show,
    }]);
}
