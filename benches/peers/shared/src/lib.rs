//! What all servers have in common: what they answer, and what they are told from outside.

use std::{env, io};

use bytes::Bytes;
use serde::Serialize;
use tokio::runtime::{Builder, Runtime};

pub type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

pub const HELLO: &str = "Hello, World!";

/// What `/json` answers.
#[derive(Clone, Copy, Serialize)]
pub struct Message {
    pub message: &'static str,
}

pub const MESSAGE: Message = Message { message: HELLO };

/// More than `/up` is sent; most servers have a lower limit by default.
pub const LIMIT: usize = 2 * 1024 * 1024;

/// What `/down` answers: a mebibyte, which is not copied.
pub static LARGE: &[u8] = &[b'x'; 1024 * 1024];

pub fn large() -> Bytes {
    Bytes::from_static(LARGE)
}

pub fn port() -> u16 {
    number("PORT").unwrap_or(3000)
}

pub fn workers() -> usize {
    number("WORKERS").unwrap_or(1)
}

/// Whether connections stay on the thread that has taken them: for those that can be had both ways.
pub fn is_per_core() -> bool {
    env::var("RUNTIME").is_ok_and(|runtime| runtime == "per-core")
}

/// Which of the ways it is written in.
pub fn shape() -> String {
    env::var("SHAPE").unwrap_or_default()
}

/// What `#[tokio::main]` makes, with so many workers; or one thread for all, where instructions are counted.
pub fn runtime() -> io::Result<Runtime> {
    if env::var("RUNTIME").is_ok_and(|runtime| runtime == "one-thread") {
        return Builder::new_current_thread().enable_all().build();
    }
    Builder::new_multi_thread().worker_threads(workers()).enable_all().build()
}

fn number<T: std::str::FromStr>(name: &str) -> Option<T> {
    env::var(name).ok()?.parse().ok()
}
