//! What a WebSocket is to be like.

use std::time::Duration;

/// What a WebSocket is to be like. Each default is meant to be left as it is, on the open internet too.
///
/// ```
/// use std::time::Duration;
///
/// use koa_runtime::websocket::{Deflate, Options, Origins};
///
/// let options = Options {
///     subprotocols: vec!["chat.v2", "chat.v1"],
///     origins: Origins::Also(vec!["https://app.example.com"]),
///     deflate: Some(Deflate::default()),
///     message: 64 << 10,
///     ping: Some(Duration::from_secs(20)),
///     ..Options::default()
/// };
/// # let _ = options;
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    /// Which subprotocols are spoken, the best first (RFC 6455 §1.9). The first that the client offers too is agreed on; if there is
    /// none, the WebSocket has none. None.
    pub subprotocols: Vec<&'static str>,
    /// From which pages a browser may connect; from others it is answered 403. The server's own.
    pub origins: Origins,
    /// How many bytes a message may have, once it is inflated; with more the WebSocket is closed with 1009. 1 MiB.
    pub message: usize,
    /// How many bytes one frame of it may have, as it is sent; with more it is closed with 1009. 1 MiB.
    pub frame: usize,
    /// Whether messages are compressed, where the client offers it (permessage-deflate, RFC 7692). `None`, the default, is never: a
    /// WebSocket that has compressed keeps some 300 KiB until it has been idle for as long as `ping`, and secrets do not belong into one message with what
    /// strangers choose.
    pub deflate: Option<Deflate>,
    /// After how long without a word the client is asked whether it is still there. 30 seconds; `None` is never. Of this and the times below, less
    /// than a millisecond counts as one, and more than ten years as ten.
    pub ping: Option<Duration>,
    /// How long it may then be silent before the WebSocket is closed. 20 seconds.
    pub pong: Duration,
    /// How many bytes may wait to be sent: [`send`](crate::websocket::Sender::send) waits for room, and [`try_send`](crate::websocket::Sender::try_send) does
    /// not. One message may be larger, if nothing else waits. 1 MiB.
    pub queue: usize,
    /// How many bytes of messages may wait to be received before no more are read off the connection. One message may be larger.
    /// 64 KiB.
    pub backlog: usize,
    /// How long a client may take nothing of what it is sent, before it is left. 30 seconds.
    pub stall: Duration,
    /// How long the other side may take to say goodbye: the client to answer a close, and the server's own code, once the server ends,
    /// to be done with what it does. 10 seconds.
    pub close: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            subprotocols: Vec::new(),
            origins: Origins::Same,
            message: 1 << 20,
            frame: 1 << 20,
            deflate: None,
            ping: Some(Duration::from_secs(30)),
            pong: Duration::from_secs(20),
            queue: 1 << 20,
            backlog: 64 << 10,
            stall: Duration::from_secs(30),
            close: Duration::from_secs(10),
        }
    }
}

/// From which pages a browser may connect (RFC 6455 §10.2). Browsers send cookies along to wherever a page connects, so without this any
/// page could speak as its visitor. Clients that are no browsers say no `Origin`, and are not refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origins {
    /// Those of the host that was asked, [`Context::host`](crate::Context::host), with its port; over TLS, those that came over TLS.
    #[default]
    Same,
    /// And these, written as a browser does: `https://app.example.com`, `http://localhost:8080`, `null`.
    Also(Vec<&'static str>),
    /// All: only for what knows its clients by other means than cookies or their address.
    Any,
}

/// How messages are compressed: permessage-deflate (RFC 7692).
///
/// A message is inflated up to [`Options::message`] bytes and no further, so a small one that inflates to a large one closes the
/// WebSocket with 1009.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deflate {
    /// How hard to try, from 1 to 9. 4: beyond, a little smaller costs a lot more.
    pub level: u8,
    /// Messages with fewer bytes are sent as they are. 64.
    pub threshold: usize,
    /// Whether what was sent before is remembered, which makes messages that are alike much smaller, and costs each WebSocket up to
    /// 300 KiB for as long as it is open. It is not.
    pub server_context: bool,
    /// Whether clients may do so, for which 32 KiB are kept. They may not.
    pub client_context: bool,
}

impl Default for Deflate {
    fn default() -> Self {
        Self { level: 4, threshold: 64, server_context: false, client_context: false }
    }
}
