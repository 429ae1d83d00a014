//! Asks an application what it answers, in few words, and what it answers with: for the tests of `routes!`.
#![allow(dead_code, reason = "no test takes all of it")]

use koa_runtime::prelude::*;

/// Says which route was taken, and what it captured.
#[middleware]
pub(crate) async fn shown(ctx: &mut Context) -> String {
    let Some(route) = ctx.route() else { return "no route".to_owned() };
    let params: Vec<String> = route.params().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{} {}", route.pattern(), params.join(" ")).trim_end().to_owned()
}

macro_rules! named {
    ($($name:ident)*) => { $(
        #[middleware]
        pub(crate) async fn $name() -> &'static str {
            stringify!($name)
        }
    )* };
}
named!(first second third fallback);

/// Hands on, and says so in a header.
#[middleware]
pub(crate) async fn passes(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await?;
    ctx.append("X-Passed", "yes");
    Ok(())
}

/// The status and the body.
pub(crate) async fn ask(app: &Application, method: &str, url: &str) -> (u16, String) {
    let reply = app.request(method.parse().unwrap(), url).await;
    (reply.status().as_u16(), reply.text().to_owned())
}

/// The body of a 200, or else the status.
pub(crate) async fn get(app: &Application, url: &str) -> String {
    let (status, text) = ask(app, "GET", url).await;
    if status == 200 { text } else { status.to_string() }
}
