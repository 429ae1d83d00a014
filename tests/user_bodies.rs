//! Bodies that Rust users really write compile in layers and endpoints, and run.

use std::{pin::Pin, time::Duration};

use futures_util::{FutureExt as _, StreamExt as _, stream};
use koa_runtime::prelude::*;

#[derive(Clone)]
struct User {
    name: String,
}

struct Db(Vec<u32>);

impl Db {
    async fn row(&self, index: usize) -> std::io::Result<u32> {
        tokio::task::yield_now().await;
        self.0.get(index).copied().ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }
}

#[middleware]
async fn timeout(#[config] limit: Duration, ctx: &mut Context, next: Next) -> Result {
    match tokio::time::timeout(limit, next.run(ctx)).await {
        Ok(outcome) => outcome,
        Err(_) => throw!(503, "too slow"),
    }
}

#[middleware]
async fn select(ctx: &mut Context, next: Next) -> Result {
    let stop = tokio::sync::Notify::new();
    let downstream = next.run(ctx);
    tokio::pin!(downstream);
    tokio::select! {
        outcome = &mut downstream => outcome,
        () = stop.notified() => throw!(503),
    }
}

#[middleware]
async fn join(ctx: &mut Context, next: Next) -> Result {
    let (outcome, ()) = tokio::join!(next.run(ctx), tokio::time::sleep(Duration::from_millis(1)));
    outcome
}

#[middleware]
async fn catch(ctx: &mut Context, next: Next) -> Result {
    let caught = std::panic::AssertUnwindSafe(next.run(ctx)).catch_unwind().await;
    caught.unwrap_or_else(|_| Err(Error::new(500)))
}

#[middleware]
async fn shadow(ctx: &mut Context, next: Next) -> Result {
    let path = ctx.path().to_owned();
    {
        let ctx = &mut *ctx;
        ctx.set("X-Path", &path);
    }
    #[allow(clippy::redundant_locals, reason = "users do write it")]
    let ctx = ctx;
    let outcome = next.run(ctx).await;
    let first = path.split('/').next_back();
    tokio::task::yield_now().await;
    ctx.set("X-Last", first.unwrap_or_default());
    outcome
}

#[middleware]
async fn user(db: &Db, ctx: &mut Context, next: Next<User>) -> Result {
    let user = User { name: format!("user {}", db.row(0).await?) };
    let borrowed: &str = &user.name;
    tokio::task::yield_now().await;
    ctx.set("X-Name", borrowed);
    next.run(ctx, &user).await?;
    drop(user);
    Ok(())
}

async fn helper<T: AsRef<str> + Sync>(value: &T, user: &User) -> usize {
    tokio::task::yield_now().await;
    value.as_ref().len() + user.name.len()
}

fn recurse(depth: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move { if depth == 0 { 0 } else { recurse(depth - 1).await + 1 } })
}

#[middleware]
async fn everything(user: &User, db: &Db, ctx: &mut Context) -> Result<String> {
    let found: Vec<u32> = stream::iter(0..db.0.len())
        .map(|index| async move { db.row(index).await.unwrap_or(0) })
        .buffered(2)
        .collect()
        .await;
    let (one, two) = tokio::join!(helper(&"one", user), helper(&user.name, user));
    let tried = tokio::try_join!(db.row(0), db.row(1))?;
    let owned = user.clone();
    let spawned = tokio::spawn(async move { owned.name.len() }).await?;
    let all = futures_util::future::join_all(user.name.chars().map(|c| async move { c })).await;
    let number: u32 = ctx.get("X-Number").parse()?;
    let closure = |n: u32| n + number;
    for row in &db.0 {
        let row: &u32 = row;
        tokio::task::yield_now().await;
        ctx.append("X-Row", *row);
    }
    let boxed: Pin<Box<dyn Future<Output = usize> + Send + '_>> = Box::pin(helper(&"z", user));
    let boxed = boxed.await;
    if found.is_empty() {
        return Err(Error::new(404));
    }
    Ok(format!("{found:?} {one} {two} {tried:?} {spawned} {} {} {} {boxed}", all.len(), closure(1), recurse(3).await))
}

fn app() -> Application {
    let db = Db(vec![1, 2, 3]);
    Application::new(pipeline![
        catch,
        timeout(Duration::from_secs(30)),
        select,
        join,
        shadow,
        provide(db),
        user,
        everything
    ])
}

#[tokio::test]
async fn they_run() {
    let response = app().get("/a/b").header("X-Number", 41).await;
    assert_eq!(response.text(), "[1, 2, 3] 9 12 (1, 2) 6 6 42 3 7");
    assert_eq!(
        (response.header("x-path"), response.header("x-last"), response.header("x-name")),
        ("/a/b", "b", "user 1")
    );
}

#[tokio::test]
async fn a_question_mark_on_a_foreign_error_is_a_500() {
    let mut app = app();
    app.settings_mut().silent = true;
    assert_eq!(app.get("/").header("X-Number", "many").await.status(), 500);
}

#[tokio::test]
async fn they_run_on_a_task_of_their_own() {
    let app = app();
    let asked = tokio::spawn(async move { app.get("/").header("X-Number", 1).await.status() });
    assert_eq!(asked.await.unwrap(), 200);
}

#[tokio::test]
async fn a_timeout_around_next_cancels_what_is_inside() {
    #[middleware]
    async fn slow() {
        std::future::pending::<()>().await;
    }
    let response = Application::new(pipeline![timeout(Duration::from_millis(5)), slow])
        .on_error(|error, _| assert_eq!(error.status(), 503))
        .get("/")
        .await;
    assert_eq!(response.status(), 503);
}

#[tokio::test]
async fn an_endpoint_can_return_a_stream() {
    #[middleware]
    async fn lines() -> Body {
        Body::from_stream(stream::iter(1..=3).then(|n| async move {
            tokio::task::yield_now().await;
            std::io::Result::Ok(format!("{n}\n"))
        }))
    }
    let response = Application::new(pipeline![lines]).get("/").await;
    assert_eq!(response.text(), "1\n2\n3\n");
}

#[tokio::test]
async fn an_endpoint_returns_whatever_responds() {
    #[middleware]
    async fn nothing(ctx: &mut Context) {
        ctx.set_status(202);
    }
    #[middleware]
    async fn missing() -> Result<Option<String>> {
        Ok(None)
    }
    #[middleware]
    async fn created() -> Result<(Status, Json<Vec<u8>>), std::io::Error> {
        Ok((Status::CREATED, Json(vec![1, 2])))
    }
    #[middleware]
    async fn elsewhere() -> Redirect {
        Redirect::to("/login")
    }
    assert_eq!(Application::new(pipeline![nothing]).get("/").await.status(), 202);
    assert_eq!(Application::new(pipeline![missing]).get("/").await.status(), 404);
    let created = Application::new(pipeline![created]).get("/").await;
    assert_eq!((created.status().as_u16(), created.text()), (201, "[1,2]"));
    let moved = Application::new(pipeline![elsewhere]).get("/").await;
    assert_eq!((moved.status().as_u16(), moved.header("location")), (302, "/login"));
}
