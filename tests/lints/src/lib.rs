//! Every form of the macros in a crate that denies every warning: what they generate adds none. Clippy's pedantic group
//! is denied too; `.ci/run` runs it.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    future_incompatible,
    keyword_idents,
    let_underscore,
    nonstandard_style,
    refining_impl_trait,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    unused,
    clippy::all,
    clippy::pedantic
)]
#![deny(
    absolute_paths_not_starting_with_crate,
    ambiguous_negative_literals,
    closure_returning_async_block,
    deprecated_in_future,
    explicit_outlives_requirements,
    ffi_unwind_calls,
    impl_trait_redundant_captures,
    let_underscore_drop,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_abi,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    non_ascii_idents,
    redundant_imports,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_crate_dependencies,
    unused_extern_crates,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]

use std::collections::BTreeMap;

use koa_runtime::{
    Application, Context, Error, Next, Protocol, Replace, Result, dynamic, limit_body, middleware, pipeline, provide,
    routes,
};

/// A value.
#[derive(Debug, Clone, Copy)]
pub struct User(pub u64);

/// A value that borrows.
#[derive(Debug, Clone, Copy)]
pub struct Tx<'user>(pub &'user User);

/// A store.
pub trait Store: Send + Sync + 'static {
    /// Its name.
    fn name(&self) -> &'static str;
}

/// A plain layer.
#[middleware]
pub async fn plain(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

/// A layer on any protocol.
#[middleware]
pub async fn anywhere<C: Protocol>(ctx: &mut C, next: Next) -> Result {
    next.run(ctx).await?;
    Ok(())
}

/// A provider.
#[middleware]
pub async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
    let user = User(1);
    next.run(ctx, &user).await
}

/// A reader that provides two more, one replacing.
#[middleware]
pub async fn begin(user: &User, ctx: &mut Context, next: Next<(Replace<User>, &mut Tx<'_>)>) -> Result {
    let mut tx = Tx(user);
    next.run(ctx, (&User(2), &mut tx)).await
}

/// A layer configured with a value of any type.
#[middleware]
pub async fn labelled<T: std::fmt::Display + Send + Sync + 'static>(#[config] label: T, ctx: &mut Context) {
    ctx.set_body(label.to_string());
}

/// A configured layer.
#[middleware]
pub async fn configured(
    #[config] name: &str,
    #[config] limit: u64,
    #[config(default = 3)] tries: u8,
    ctx: &mut Context,
    next: Next,
) -> Result {
    ctx.set("X-Configured", format!("{name} {limit} {tries}"));
    next.run(ctx).await
}

/// A generic layer.
#[middleware]
pub async fn generic<S, const N: u8>(store: &S, ctx: &mut Context, next: Next) -> Result
where
    S: Store + Clone,
{
    ctx.set("X-Store", format!("{} {N}", store.name()));
    next.run(ctx).await
}

/// A layer that reads a box, which is another type than what is in it.
#[middleware]
pub async fn named(store: &Box<dyn Store>, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Store", store.name());
    next.run(ctx).await
}

/// An endpoint that takes.
#[middleware]
pub async fn save(tx: &mut Tx<'_>, user: &User) -> Result<String> {
    if user.0 == 0 {
        return Err(Error::new(403));
    }
    Ok(format!("{} {}", tx.0.0, user.0))
}

/// A layer that reads the request.
#[middleware]
pub async fn paged(
    #[query] pairs: BTreeMap<String, String>,
    #[body(limit = 1 << 10)] numbers: Vec<u8>,
    ctx: &mut Context,
    next: Next<User>,
) -> Result {
    let sum: u8 = numbers.iter().sum();
    ctx.set("X-Pairs", pairs.len());
    next.run(ctx, &User(u64::from(sum))).await
}

/// An endpoint that reads the request.
#[middleware]
pub async fn shout(#[body] mut text: String, user: &User) -> String {
    text.make_ascii_uppercase();
    format!("{text} {}", user.0)
}

#[middleware]
async fn private() -> &'static str {
    "private"
}

pipeline! {
    /// A named pipeline with private layers.
    pub fn api<S: Store + Clone>(store: S, verbose: bool) needs(u8) => [
        provide::<S>(store),
        generic::<S, 3>,
        configured("a", 1).tries(2),
        verbose.then(plain),
        pipeline![anywhere, authenticate, begin],
        async |ctx, next| next.run(ctx).await,
        save,
    ]
}

/// What a route parses.
#[derive(Debug, Clone, Copy)]
pub struct Id(u64);

impl std::str::FromStr for Id {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// An endpoint of a route.
#[middleware]
pub async fn captured(#[param] id: &Id, #[param] page: Option<&str>) -> String {
    format!("{id} {}", page.unwrap_or_default())
}

routes! {
    /// A named table.
    pub fn table() needs(u8) {
        #![trailing_slash(redirect)]
        /// A route with a url.
        GET | M-SEARCH "/café/{id: Id}/{page?}" as captured => captured,
        "/{id: Id}" => [plain, authenticate] { GET "/{a}.{b}/{page?}" as saved => captured },
        host "{tenant}.example.com" => { * "/{rest..}" as rest => private },
        #[cfg(test)]
        GET "/{id: Id}" => private,
        "/inner" => inner(),
    }
}

routes! {
    /// Another one.
    pub fn inner() {
        #![urls(inner_urls)]
        #![case(ignore)]
        GET "/" as home => private,
        GET "/inline" => async |ctx| {
            ctx.set("X-Inline", "1");
        },
    }
}

/// Puts the tables in one application.
#[must_use]
pub fn routed(is_on: bool) -> Application {
    Application::new(pipeline![
        provide(7_u8),
        is_on.then(routes! { GET "/switched/{id: Id}/{page?}" => captured }),
        routes! {
            GET "/expression/{id: Id}/{page?}" => captured,
            "/group" => [plain] { GET "/inline" => async || -> String { urls::captured(Id(7), Some("a")).into() } },
        },
        table(),
    ])
}

/// Puts what reads the request in one application.
#[must_use]
pub fn reading() -> Application {
    Application::new(pipeline![limit_body(1 << 20), paged, shout])
}

/// Puts all of it in one application.
#[must_use]
pub fn app<S: Store + Clone>(store: S) -> Application {
    let inner = pipeline![
        plain,
        #[cfg(test)]
        plain,
        #[cfg(not(test))]
        anywhere
    ];
    Application::new(pipeline![
        provide(7_u8),
        inner,
        dynamic::<(), Context>(vec![]),
        false.then(private),
        api(store, true)
    ])
}
