//! A protocol of one's own: a line over TCP is a request, and a line is its reply. The layers are those of every protocol.
//!
//! ```sh
//! cargo run --release -p examples --example tcp_lines
//! printf 'add 2 3\nadd 2 x\nhello\nquit\n' | nc 127.0.0.1 3000
//! ```

use std::sync::Arc;

use koa_runtime::{Connection, Events, prelude::*};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufStream},
    net::TcpListener,
};

/// The longest line there may be, in bytes.
const LONGEST: u64 = 1024;

/// What the layers work on: what was said, and the reply.
struct Line {
    said: String,
    reply: String,
}

impl Protocol for Line {
    const NAME: &'static str = "lines";
    type Request = String;
    type Reply = String;
    type Settings = Events<Self>;

    fn accept(said: String, _: Arc<Self::Settings>) -> Self {
        Self { said, reply: String::new() }
    }

    fn respond(&mut self) -> String {
        format!("{}\n", self.reply)
    }

    fn on_error(&mut self, error: Error) -> String {
        format!("error: {}\n", error.exposed_message())
    }

    async fn serve(connection: &mut Connection<Self>) -> Result {
        let (stream, requests) = connection.split();
        let mut stream = BufStream::new(stream);
        let mut line = String::new();
        while (&mut stream).take(LONGEST).read_line(&mut line).await? > 0 {
            if !line.ends_with('\n') {
                stream.write_all(b"error: a line ends, and has at most 1024 bytes\n").await?;
                break;
            }
            let said = line.trim().to_owned();
            if said == "quit" {
                break;
            }
            stream.write_all(requests.answer(said).await.as_bytes()).await?;
            stream.flush().await?;
            line.clear();
        }
        Ok(stream.flush().await?)
    }

    fn write_asked(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.said)
    }
}

/// `add 2 3` is 5.
#[middleware]
async fn add(ctx: &mut Line, next: Next) -> Result {
    let Some(numbers) = ctx.said.strip_prefix("add ") else { return next.run(ctx).await };
    let mut sum = 0_i64;
    for number in numbers.split_whitespace() {
        let number: i64 =
            number.parse().map_err(|_| Error::new(400).with_message(format!("{number:?} is no number")))?;
        sum = sum.checked_add(number).ok_or_else(|| Error::new(400).with_message("that is too much"))?;
    }
    ctx.reply = sum.to_string();
    Ok(())
}

/// Whatever else is said.
#[middleware]
async fn unknown(ctx: &mut Line) -> Result {
    throw!(404, "I do not know {:?}", ctx.said)
}

fn app() -> Application<Line> {
    Application::of(pipeline![add, unknown])
}

#[tokio::main]
async fn main() -> Result {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on tcp://{}", listener.local_addr()?);
    app().serve(listener).await
}
