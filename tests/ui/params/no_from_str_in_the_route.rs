use koa_runtime::prelude::*;

struct Id(String);

#[middleware]
async fn show(ctx: &mut Context) -> String {
    ctx.path().to_owned()
}

fn main() {
    let _ = Id(String::new()).0;
    Application::new(pipeline![routes! {
        GET "/users/{id: Id}" => show,
    }]);
}
