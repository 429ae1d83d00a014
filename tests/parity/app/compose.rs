//! Several layers in a row.

use koa_runtime::prelude::*;

use super::Case;

pub(super) const CASES: &[Case] = &[
    ("order", |_| boxed(pipeline![around("1", "6"), around("2", "5"), around("3", "4")])),
    ("order-to-an-end", |_| boxed(pipeline![around("1", "5"), around("2", "4"), end("3")])),
    ("nested", |_| {
        boxed(pipeline![around("1", "7"), pipeline![around("2", "6"), pipeline![around("3", "5")]], end("4")])
    }),
    ("empty-nested", |_| boxed(pipeline![around("1", "3"), pipeline![], end("2")])),
    ("after-a-composition", |_| boxed(pipeline![pipeline![around("1", "4"), around("2", "3")], end("inside")])),
    ("no-next", |_| boxed(pipeline![around("1", "2"), does_not_go_on, end("never")])),
    ("status-after-next", |_| boxed(pipeline![status_after_next, hello])),
    ("status-before-next", |_| boxed(pipeline![status_before_next])),
    ("same-middleware-twice", |_| boxed(pipeline![around("in", "out"), around("in", "out"), end("end")])),
    ("error-passes-outward", |_| boxed(pipeline![at_last, not_you])),
    ("path-seen-inside", |_| boxed(pipeline![rewriting, paths])),
    ("body-replaced-outside", |_| boxed(pipeline![wrapping, inner])),
];

#[middleware]
async fn around(
    #[config] before: &'static str,
    #[config] after: &'static str,
    ctx: &mut Context,
    next: Next,
) -> Result {
    ctx.append("X-Order", before);
    next.run(ctx).await?;
    ctx.append("X-Order", after);
    Ok(())
}

#[middleware]
async fn end(#[config] word: &'static str, ctx: &mut Context) -> &'static str {
    ctx.append("X-Order", word);
    "done"
}

#[middleware]
async fn does_not_go_on(ctx: &mut Context, next: Next) -> Result {
    if ctx.path() == "/never" {
        return next.run(ctx).await;
    }
    Ok(())
}

#[middleware]
async fn hello() -> &'static str {
    "hello"
}

#[middleware]
async fn status_after_next(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await?;
    let (status, kind, length) = (ctx.status().as_u16(), ctx.type_().to_owned(), ctx.length());
    ctx.set("X-Status", status);
    ctx.set("X-Type", kind);
    ctx.set("X-Length", length.map_or_else(String::new, |length| length.to_string()));
    Ok(())
}

#[middleware]
async fn status_before_next(ctx: &mut Context, next: Next) -> Result {
    let status = ctx.status().as_u16();
    ctx.set("X-Status", status);
    next.run(ctx).await
}

#[middleware]
async fn at_last(ctx: &mut Context, next: Next) -> Result {
    let outcome = next.run(ctx).await;
    ctx.append("X-Order", "finally");
    outcome
}

#[middleware]
async fn not_you() -> Result<&'static str> {
    throw!(403, "not you")
}

#[middleware]
async fn rewriting(ctx: &mut Context, next: Next) -> Result {
    ctx.set_path("/rewritten")?;
    next.run(ctx).await
}

#[middleware]
async fn paths(ctx: &mut Context) -> Json<[String; 3]> {
    Json([ctx.path().to_owned(), ctx.url().to_owned(), ctx.original_url().to_owned()])
}

#[middleware]
async fn wrapping(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await?;
    let inner = ctx.response.take_body().unwrap_or_default();
    let text = String::from_utf8_lossy(inner.as_bytes().unwrap_or_default()).into_owned();
    ctx.set_json(&serde_json::json!({ "wrapped": text }));
    Ok(())
}

#[middleware]
async fn inner() -> &'static str {
    "inner"
}
