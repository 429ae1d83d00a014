//! WebSocket: the handshake, messages, limits, and how it ends.

mod client;
mod ending;
#[path = "../eventually.rs"]
mod eventually;
mod groups;
mod handshake;
mod messages;
mod pipelines;
