//! A protocol of one's own, for tests: a line is a request, and a line is its reply.

use std::{fmt, sync::Arc};

use koa_runtime::{Connection, Events, prelude::*};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};

/// The longest line, in bytes.
const LONGEST: u64 = 1024;

pub(crate) struct Line {
    pub(crate) said: String,
    pub(crate) reply: String,
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
        std::mem::take(&mut self.reply)
    }

    fn on_error(&mut self, error: Error) -> String {
        format!("error: {}", error.exposed_message())
    }

    async fn serve(connection: &mut Connection<Self>) -> Result {
        let (stream, requests) = connection.split();
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        while (&mut stream).take(LONGEST).read_line(&mut line).await? > 0 {
            let reply = requests.answer(line.trim_end().to_owned()).await;
            stream.write_all(format!("{reply}\n").as_bytes()).await?;
            stream.flush().await?;
            line.clear();
        }
        Ok(())
    }

    fn write_asked(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.said)
    }
}
