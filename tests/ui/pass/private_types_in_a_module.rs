use koa_runtime::prelude::*;

mod posts {
    use koa_runtime::prelude::*;

    struct Db(&'static str);

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
