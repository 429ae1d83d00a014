use koa_runtime::prelude::*;

#[middleware]
async fn audit(ctx: &mut Context, next: Next) -> Result {
    let path = ctx.path().to_owned();
    let task = tokio::spawn(async move {
        let mut layers = ["a", "b"].into_iter();
        let next = layers.next();
        next.map(|next| format!("{path}{next}"))
    });
    next.run(ctx).await?;
    ctx.set("X-Audit", task.await?.unwrap_or_default());
    Ok(())
}

#[tokio::main]
async fn main() {
    assert_eq!(Application::new(pipeline![audit]).get("/").await.header("X-Audit"), "/a");
}
