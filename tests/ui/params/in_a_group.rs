use koa_runtime::prelude::*;

#[middleware]
async fn load(#[param] id: u64, ctx: &mut Context, next: Next<String>) -> Result {
    next.run(ctx, &format!("post {id}")).await
}

#[middleware]
async fn show_post(post: &String) -> String {
    post.clone()
}

fn main() {
    Application::new(pipeline![routes! {
        "/posts" => [load] {
            GET "/{id}" => show_post,
        }
    }]);
}
