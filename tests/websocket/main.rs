//! WebSocket: the handshake, messages, limits, and how it ends.

mod client;
mod ending;
#[path = "../eventually.rs"]
mod eventually;
mod groups;
mod handshake;
mod hostile;
mod http2;
mod http2_client;
mod messages;
mod pipelines;
