//! A library of layers. Its users mount [`api()`]; what it is made of is its own business.

use web::{Context, Next, Result, pipeline};

mod posts;

/// What [`api()`] needs.
#[derive(Debug, Default)]
pub struct Posts {
    /// The titles.
    pub titles: Vec<String>,
}

/// The language that the client wants.
#[derive(Debug)]
pub struct Language(pub String);

/// Provides the client's [`Language`].
#[web::middleware(crate = web)]
pub async fn language(ctx: &mut Context, next: Next<Language>) -> Result {
    let language = Language(ctx.get("Accept-Language").to_owned());
    next.run(ctx, &language).await
}

/// Says on which server this is.
#[web::middleware(crate = web)]
pub async fn served_by(#[config] name: &str, ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await?;
    ctx.set("X-Served-By", name);
    Ok(())
}

pipeline! {
    /// The whole of it.
    pub fn api(name: &'static str, quiet: bool) needs(Posts) => [
        quiet.then(posts::hush),
        served_by(name),
        #[cfg(any())] nothing_of_the_kind,
        language,
        async |ctx, next| {
            ctx.set("X-Inline", "1");
            next.run(ctx).await
        },
        pipeline![posts::count, posts::posts()],
    ]
}

pipeline! {
    /// A pipeline over any store.
    pub fn stored<S: Send + Sync + 'static>(store: S) => [web::provide::<S>(store), language]
}
