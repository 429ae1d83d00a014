//! Apache Thrift's cross-language test service, for the test clients of other languages: `.ci/thrift` runs Python's, and Node's.
//!
//! ```sh
//! cargo run --release -p examples --example thrift_test -- --port 9090 --over tcp
//! ```
//!
//! `--protocol` and `--transport` may be said, as to the servers of other languages. What they say is not needed: each message is
//! answered as it came. The same goes for `--multiplexed`: both services are found with and without their names.

mod service;

use koa_runtime::prelude::*;
use koa_thrift::{Call, over_http, over_websocket};
use service::{
    Second, Test,
    thrift_test::{second_service, thrift_test},
};

/// What is said on the command line.
struct Said {
    port: u16,
    over: Over,
}

/// What messages come over.
enum Over {
    Tcp,
    Http,
    WebSocket,
}

fn said(mut words: impl Iterator<Item = String>) -> Result<Said> {
    let mut said = Said { port: 9090, over: Over::Tcp };
    while let Some(word) = words.next() {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None if word == "--multiplexed" => continue,
            None => (word, words.next().unwrap_or_default()),
        };
        match (&*name, &*value) {
            ("--port", port) => said.port = port.parse()?,
            ("--over", "tcp") => said.over = Over::Tcp,
            ("--over", "http") => said.over = Over::Http,
            ("--over", "websocket") => said.over = Over::WebSocket,
            ("--protocol", "binary" | "compact") | ("--transport", "framed" | "buffered") => {}
            (name, value) => throw!(400, "I do not know {name} {value}"),
        }
    }
    Ok(said)
}

fn app() -> Application<Call> {
    Application::of(pipeline![thrift_test(Test), second_service(Second)])
}

#[tokio::main]
async fn main() -> Result {
    let Said { port, over } = said(std::env::args().skip(1))?;
    let address = ("127.0.0.1", port);
    let tell = |address| println!("listening on {address}");
    match over {
        Over::Tcp => app().listen(address).on_listening(tell).await,
        Over::Http => Application::new(pipeline![over_http(app())]).listen(address).on_listening(tell).await,
        Over::WebSocket => Application::new(pipeline![over_websocket(app())]).listen(address).on_listening(tell).await,
    }
}
