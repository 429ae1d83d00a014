use koa_runtime::prelude::*;

#[middleware]
async fn show() -> &'static str {
    "shown"
}

fn main() {
    Application::new(pipeline![routes! {
        /// The machine interface.
        host "api.example.com" => { GET "/users" => show },
    }]);
}
