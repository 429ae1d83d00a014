//! x
use koa_runtime::prelude::*;
#[derive(Debug)] struct User(u64); struct Db(u64); struct Tx<'d>(&'d Db, u64);
#[middleware] async fn logger(ctx: &mut Context, next: Next) -> Result { next.run(ctx).await?; ctx.append("x-log", "1"); Ok(()) }
#[middleware] async fn auth(ctx: &mut Context, db: &Db, next: Next<User>) -> Result { tokio::task::yield_now().await; let user = User(db.0 + 1); if ctx.path() == "/no" { throw!(401) } next.run(ctx, &user).await }
#[middleware] async fn begin(ctx: &mut Context, next: Next<&mut Tx<'_>>, db: &Db) -> Result { let mut tx = Tx(db, 0); next.run(ctx, &mut tx).await?; ctx.set("x-tx", tx.1); Ok(()) }
#[middleware] async fn both(ctx: &mut Context, next: Next<(u8, u16)>) -> Result { next.run(ctx, (&1, &2)).await }
#[middleware] async fn max(#[config] limit: usize, #[config] name: &str, #[config(default = 3)] tries: u32, ctx: &mut Context, next: Next) -> Result { ctx.set("x-max", limit); ctx.set("x-name", format!("{name}{tries}")); next.run(ctx).await }
#[middleware] async fn me(user: &User, db: &Db, a: &u8, b: &u16) -> String { tokio::task::yield_now().await; format!("{}/{} {a}{b}", user.0, db.0) }
#[middleware] async fn ins(tx: &mut Tx<'_>, ctx: &mut Context, next: Next) -> Result { tokio::task::yield_now().await; tx.1 += tx.0.0; next.run(ctx).await }
#[middleware] async fn timing<C: Protocol>(ctx: &mut C, next: Next) -> Result { next.run(ctx).await }
pipeline! { /// doc
 pub fn api(n: usize) needs(Db) => [logger, max(n, "x").tries(4), auth, both, pipeline![timing, me]] }
fn app(v: bool) -> Application { Application::new(pipeline![v.then(logger), provide(Db(7)), begin, ins, async |ctx, next| { next.run(ctx).await?; ctx.set("x-inline", 1); Ok(()) }, api(4)]) }
#[tokio::test] async fn works() {
    let r = app(true).get("/").await; println!("{r:?}"); assert_eq!(r.text(), "8/7 12"); assert_eq!(r.header("x-tx"), "7"); assert_eq!(r.header("x-inline"), "1"); assert_eq!(r.header("x-name"), "x4");
    assert_eq!(app(false).get("/no").await.status(), 401);
    println!("{}", app(false).describe());
}
