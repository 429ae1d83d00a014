//! Asks an application what it answers, in few words: for the tests of `routes!`.

use koa_runtime::prelude::*;

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
