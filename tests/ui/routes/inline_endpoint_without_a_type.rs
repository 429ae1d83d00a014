//@ mistakes: 2
use koa_runtime::prelude::*;


fn main() {
    Application::new(pipeline![routes! {
        GET "/" => async || { "hello" },
        GET "/x" => async |ctx| format!("{}", ctx.path()),
    }]);
}
