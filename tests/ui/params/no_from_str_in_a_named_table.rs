use koa_runtime::prelude::*;

struct Id(String);

#[middleware]
async fn show(ctx: &mut Context) -> String {
    ctx.path().to_owned()
}

routes! {
    pub fn ids() needs() {
        GET "/users/{id: Id}" => show,
    }
}

fn main() {
    let _ = (Id(String::new()).0, ids());
}
