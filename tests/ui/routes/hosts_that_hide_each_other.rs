//@ mistakes: 3
use koa_runtime::prelude::*;

#[middleware]
async fn show() -> &'static str {
    "shown"
}

fn main() {
    Application::new(pipeline![routes! {
        host "{tenant}.example.com" => { GET "/users" => show },
        host "{name}.example.com" => { GET "/users" => show },
        host "api.Example.com" => { GET "/users" => show },
        host "www.example.org" => { GET "/users" => show },
        host "WWW.example.org" => { GET "/users" => show },
        host "{other}.example.org" => { GET "/users" => show },
    }]);
}
