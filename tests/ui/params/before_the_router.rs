use koa_runtime::prelude::*;

#[middleware]
async fn audit(#[param] id: u64, ctx: &mut Context, next: Next) -> Result {
    println!("{id}");
    next.run(ctx).await
}

#[middleware]
async fn show_post(#[param] id: u64) -> String {
    format!("post {id}")
}

fn main() {
    Application::new(pipeline![audit, routes! { GET "/posts/{id}" => show_post }]);
}
