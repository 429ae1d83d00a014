//! A file as a body: read while it is sent, and of a known length.

use std::io;
use std::pin::Pin;
use std::task::{Context as Task, Poll};

use bytes::Bytes;
use futures_util::Stream as _;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, Take};
use tokio_util::io::ReaderStream;

use super::Body;
use crate::{Error, Result};

/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;

impl Body {
    /// The rest of an open file, read while it is sent, with its length known before: Koa's
    /// `ctx.body = fs.createReadStream(…)`, which sends chunks.
    ///
    /// The response infers no type but `application/octet-stream`; [`Response::set_type`](crate::Response::set_type) and
    /// [`Response::attachment`](crate::Response::attachment) know others by the name of the file. A file that shrinks
    /// meanwhile breaks the reply off, as a stream does; of one that grows no more is sent than there was.
    ///
    /// Which file it is must not be the client's to say.
    ///
    /// ```
    /// use koa_runtime::prelude::*;
    ///
    /// #[middleware]
    /// async fn licence(ctx: &mut Context) -> Result {
    ///     let file = tokio::fs::File::open("Cargo.toml").await?;
    ///     ctx.set_type("text");
    ///     ctx.set_body(Body::from_file(file).await?);
    ///     Ok(())
    /// }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// # let response = Application::new(pipeline![licence]).get("/").await;
    /// # assert!(response.text().starts_with("[package]"));
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if it is a directory, a pipe or a device, or if the system does not tell its length. What has no length of its
    /// own, such as the files in `/proc`, counts as empty.
    pub async fn from_file(mut file: File) -> Result<Self> {
        let about = file.metadata().await?;
        if !about.is_file() {
            let kind = if about.is_dir() { io::ErrorKind::IsADirectory } else { io::ErrorKind::InvalidInput };
            return Err(io::Error::from(kind).into());
        }
        let read = tokio::io::AsyncSeekExt::stream_position(&mut file).await?;
        let length = about.len().saturating_sub(read);
        Ok(Self::boxed(Reading { chunks: ReaderStream::with_capacity(file.take(length), CHUNK), left: length }))
    }
}

struct Reading {
    chunks: ReaderStream<Take<File>>,
    left: u64,
}

impl HttpBody for Reading {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        Pin::new(&mut self.chunks).poll_next(task).map(|chunk| {
            let chunk = chunk?.map_err(Error::from);
            if let Ok(chunk) = &chunk {
                self.left = self.left.saturating_sub(chunk.len() as u64);
            }
            Some(chunk.map(Frame::data))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
