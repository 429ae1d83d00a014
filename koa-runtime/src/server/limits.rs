//! What a client may ask of a server.

use std::time::Duration;

/// What a client may ask of a server. Each default is meant to be left as it is, on the open internet too.
///
/// ```
/// use std::time::Duration;
///
/// use koa_runtime::{Limits, prelude::*};
///
/// # async fn run(app: Application) -> Result {
/// let limits = Limits { request: Some(Duration::from_secs(30)), ..Limits::default() };
/// app.listen(3000).limits(limits).await
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long the head of a request may take, from its first byte on, and a client to begin with its first request. Then it is
    /// answered 408 and the connection is closed. 20 seconds.
    pub head: Duration,
    /// How long a connection may wait for its next request; with zero it is closed a moment after each reply. 75 seconds.
    pub keep_alive: Duration,
    /// How long the layers may take for a request until its reply begins. Then the layers are dropped, and the client is answered 503.
    /// What they stream afterwards may take as long as it likes. 5 minutes; `None` is for ever.
    pub request: Option<Duration>,
    /// How many bytes a second a client must at least send of a body that is waited for, and take of a reply that it has been
    /// sent, once it has been waited for [`grace`](Self::grace). A body that comes slower is a 408, and a client that takes a reply
    /// slower is left. 240 bytes a second; 0 is any.
    pub rate: u32,
    /// See [`rate`](Self::rate). 10 seconds.
    pub grace: Duration,
    /// How many bytes the target of a request may have, without its host; with more it is a 414. 8 KiB.
    pub uri: usize,
    /// How many bytes the value of one header field may have; with more it is a 431. 16 KiB.
    pub field: usize,
    /// How many header fields a request may have; with more it is a 431. 100: any other number costs an allocation a request (hyper).
    pub fields: usize,
    /// How many bytes the head of a request may have, and a chunked body's trailers; with more it is a 431. 128 KiB.
    pub head_size: usize,
    /// How many bytes a body may have that is read to its end by no layer with a limit of its own; with more it is a 413.
    /// `None` is any number, which is the default, as in Koa: reading a body into memory has its own limit, of 1 MiB
    /// ([`limit_body`](crate::limit_body())).
    pub body: Option<u64>,
    /// How many connections there may be; more of them wait until one ends. 32 768.
    pub connections: usize,
    /// How many of these one address may have; more of them are closed at once. `None` is all of them, which is the default: behind a
    /// proxy all come from one.
    pub connections_per_peer: Option<usize>,
    /// How many requests may be in the layers at once. More are answered 503 with `Retry-After: 1`, and none waits. 16 384.
    pub requests: usize,
    /// How many requests one HTTP/2 connection may have at once. 200.
    pub streams: u32,
    /// How many requests that it has reset at once a client may leave behind before its HTTP/2 connection is closed
    /// (CVE-2023-44487, "rapid reset"). 20.
    pub resets: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(20),
            keep_alive: Duration::from_secs(75),
            request: Some(Duration::from_secs(300)),
            rate: 240,
            grace: Duration::from_secs(10),
            uri: 8 << 10,
            field: 16 << 10,
            fields: 100,
            head_size: 128 << 10,
            body: None,
            connections: 32_768,
            connections_per_peer: None,
            requests: 16_384,
            streams: 200,
            resets: 20,
        }
    }
}
