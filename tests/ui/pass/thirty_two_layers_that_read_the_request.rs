use koa_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct Page {
    page: Option<u32>,
}

#[derive(serde::Deserialize)]
struct NewPost {
    title: String,
}

struct Title(String);

#[middleware]
async fn paged(#[query] page: Page, #[body] post: NewPost, ctx: &mut Context, next: Next) -> Result {
    tokio::task::yield_now().await;
    next.run(ctx).await?;
    let inside: u32 = ctx.response.get("X-Layers").map_or(0, |inside| inside.parse().unwrap());
    ctx.set("X-Layers", inside + page.page.unwrap_or(0) + post.title.len() as u32);
    Ok(())
}

#[middleware]
async fn titled(#[body] post: NewPost, ctx: &mut Context, next: Next<Title>) -> Result {
    next.run(ctx, &Title(post.title)).await
}

#[middleware]
async fn create(#[body] text: String, title: &Title) -> String {
    format!("{text} {}", title.0)
}

#[tokio::main]
async fn main() {
    let app = Application::new(pipeline![
        paged, paged, paged, paged, paged, paged, paged, paged, paged, paged, paged, paged, paged, paged, paged, paged,
        paged, paged, paged, paged, paged, paged, paged, paged, paged, paged, paged, paged, paged, paged, titled, create,
    ]);
    let response = app.post("/?page=1").header("Content-Type", "application/json").body("{\"title\":\"a\"}").await;
    assert_eq!((response.text(), response.header("X-Layers")), ("{\"title\":\"a\"} a", "60"));
}
