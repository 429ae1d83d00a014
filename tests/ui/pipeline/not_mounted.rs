use koa_runtime::prelude::*;

struct User;

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
async fn profile(_user: &User) -> &'static str {
    "ada"
}

fn main() {
    let _api = pipeline![logger, profile];
}
