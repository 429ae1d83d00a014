use koa_runtime::prelude::*;

#[middleware]
async fn shown() -> &'static str {
    "shown"
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/" => shown,
        host "a b.test" => {
            GET "/" => shown,
            GET "/x" => shown,
        },
    }]);
}
