//! Layers that do not leave the crate.

use web::{Context, Next, Result, middleware, pipeline};

use crate::{Language, Posts};

#[middleware(crate = web)]
pub(crate) async fn hush(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await?;
    ctx.remove("X-Count");
    Ok(())
}

#[middleware(crate = web)]
pub(crate) async fn count(posts: &Posts, ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await?;
    ctx.set("X-Count", posts.titles.len());
    Ok(())
}

#[middleware(crate = web)]
async fn list(posts: &Posts, language: &Language) -> String {
    format!("{}: {}", language.0, posts.titles.join(", "))
}

pipeline! { pub(crate) fn posts() => [list] }
