//! `request_id`: a name for each request.

use std::{
    fmt,
    hash::{BuildHasher as _, RandomState},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{Next, Protocol, Result, middleware};

/// How many bytes of a client's own name are taken.
const LONGEST: usize = 128;

/// The name of a request, which [`request_id`](crate::request_id()) hands inward: a layer inside reads `&RequestId`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(String);

impl RequestId {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// One that no other request has, and that nobody guesses who sees others: 32 hexadecimal digits.
    fn anew() -> Self {
        static KEYS: LazyLock<[RandomState; 2]> = LazyLock::new(|| [RandomState::new(), RandomState::new()]);
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let [high, low] = [&KEYS[0], &KEYS[1]].map(|key| key.hash_one(count));
        Self(format!("{high:016x}{low:016x}"))
    }

    /// The client's own, if it is fit for a header and a log: visible ASCII, and no more than 128 bytes of it.
    fn of(name: &str) -> Option<Self> {
        let is_fit = (1..=LONGEST).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic());
        is_fit.then(|| Self(name.to_owned()))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Gives each request a name, hands it inward as a [`RequestId`](crate::RequestId), and says it in the reply's header `X-Request-Id`,
/// of errors too. A name that the request brings in that header is kept, if it is visible ASCII of at most 128 bytes: a proxy gives it,
/// so that several servers log the same one. A client may make one up, so it is no proof of anything.
///
/// It runs under every protocol; where requests and replies have no headers, each gets a name of its own, which is only told inward.
///
/// ```
/// use koa_runtime::{RequestId, prelude::*, request_id};
///
/// #[middleware]
/// async fn name(id: &RequestId) -> String {
///     id.to_string()
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::new(pipeline![request_id, name]);
/// let response = app.get("/").await;
/// assert_eq!(response.text().len(), 32);
/// assert_eq!(response.header("X-Request-Id"), response.text());
/// assert_eq!(app.get("/").header("X-Request-Id", "of-the-proxy").await.text(), "of-the-proxy");
/// # });
/// ```
#[middleware(crate = crate)]
pub async fn request_id<C: Protocol>(ctx: &mut C, next: Next<RequestId>) -> Result {
    let id = ctx.header("x-request-id").and_then(RequestId::of).unwrap_or_else(RequestId::anew);
    ctx.set_header("x-request-id", id.as_str());
    next.run(ctx, &id).await
}
