use koa_runtime::prelude::*;

mod posts {
    use koa_runtime::prelude::*;

    // what a pipeline provides goes on to what follows it, so it is as visible as the pipeline
    pub(super) struct Db(&'static str);

    #[middleware]
    async fn connect(ctx: &mut Context, next: Next<Db>) -> Result {
        next.run(ctx, &Db("posts")).await
    }

    #[middleware]
    async fn list(db: &Db) -> &'static str {
        db.0
    }

    pipeline! {
        /// All posts.
        pub(super) fn all() needs() => [connect, pipeline![list]]
    }
}

#[tokio::main]
async fn main() {
    assert_eq!(Application::new(pipeline![posts::all]).get("/").await.text(), "posts");
    assert_eq!(Application::new(pipeline![posts::all()]).get("/").await.text(), "posts");
}
