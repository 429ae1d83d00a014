//! Calls each method of Apache Thrift's cross-language test service, and checks what it answers: `.ci/thrift` runs this against their
//! Python server.
//!
//! ```sh
//! cargo run --release -p examples --example thrift_test_client -- --port 9090 --protocol compact --transport framed
//! ```
//!
//! `--protocol` is `binary` or `compact`, or `multi` or `multic`, which say the name of the service with each call. `--transport` is
//! `framed`, `buffered`, `http` or `websocket`.

mod checks;

use std::time::Duration;

use koa_runtime::{prelude::*, timeout};
use koa_thrift::{Caller, Encoding, Pool, remote, retry};

/// What is said on the command line.
struct Said {
    port: u16,
    encoding: Encoding,
    is_multiplexed: bool,
    transport: Transport,
}

enum Transport {
    Framed,
    Buffered,
    Http,
    WebSocket,
}

fn said(mut words: impl Iterator<Item = String>) -> Result<Said> {
    let mut said =
        Said { port: 9090, encoding: Encoding::Binary, is_multiplexed: false, transport: Transport::Buffered };
    while let Some(name) = words.next() {
        let value = words.next().unwrap_or_default();
        match (&*name, &*value) {
            ("--port", port) => said.port = port.parse()?,
            ("--protocol", "binary") => said.encoding = Encoding::Binary,
            ("--protocol", "compact") => said.encoding = Encoding::Compact,
            ("--protocol", "multi") => (said.encoding, said.is_multiplexed) = (Encoding::Binary, true),
            ("--protocol", "multic") => (said.encoding, said.is_multiplexed) = (Encoding::Compact, true),
            ("--transport", "framed") => said.transport = Transport::Framed,
            ("--transport", "buffered") => said.transport = Transport::Buffered,
            ("--transport", "http") => said.transport = Transport::Http,
            ("--transport", "websocket") => said.transport = Transport::WebSocket,
            (name, value) => throw!(400, "I do not know {name} {value}"),
        }
    }
    Ok(said)
}

#[tokio::main]
async fn main() -> Result {
    let Said { port, encoding, is_multiplexed, transport } = said(std::env::args().skip(1))?;
    let address = format!("127.0.0.1:{port}");
    let pool = match transport {
        Transport::Framed => Pool::new(address),
        Transport::Buffered => Pool::new(address).unframed(),
        Transport::Http => Pool::http(&format!("http://{address}/"))?,
        Transport::WebSocket => Pool::websocket(&format!("ws://{address}/test"))?,
    };
    // a server that is just about to listen is waited for
    let once = Application::of(pipeline![remote(pool)]);
    let all = pipeline![timeout(Duration::from_secs(20)), retry(5, once).pause(Duration::from_millis(100))];
    let caller = Caller::new(Application::of(all)).encoding(encoding);
    let caller = |service| if is_multiplexed { caller.clone().service(service) } else { caller.clone() };

    let mut count = checks::first(&caller("ThriftTest").into()).await?;
    if is_multiplexed {
        count += checks::second(&caller("SecondService").into()).await?;
    }
    println!("{count} methods answer as they should");
    Ok(())
}
