use koa_runtime as web;
use web::{Application, Context, Next, Result, pipeline};

struct User(&'static str);

#[web::middleware(crate = web)]
async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
    next.run(ctx, &User("ada")).await
}

#[web::middleware(crate = web)]
async fn profile(user: &User, #[config(default = 1)] times: usize) -> String {
    user.0.repeat(times)
}

web::pipeline! {
    fn api() needs() => [authenticate, profile().times(2)]
}

#[tokio::main]
async fn main() {
    assert_eq!(Application::new(pipeline![api]).get("/").await.text(), "adaada");
    assert_eq!(Application::new(web::pipeline![authenticate, profile()]).get("/").await.text(), "ada");
}
