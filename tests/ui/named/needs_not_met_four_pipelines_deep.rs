use koa_runtime::prelude::*;

struct User(&'static str);

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
async fn greet(user: &User) -> &'static str {
    user.0
}

pipeline! {
    fn greeting() => [logger, greet]
}

pipeline! {
    fn pages() => [logger, greeting()]
}

pipeline! {
    fn site() => [logger, pages()]
}

pipeline! {
    fn service() => [logger, site()]
}

fn main() {
    Application::new(pipeline![logger, service()]);
}
