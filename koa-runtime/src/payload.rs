//! Reading a request's body: once from the wire, as often as wanted from memory.

mod chunks;

use std::pin::Pin;
use std::task::{Context as Task, Poll};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::{BodyExt as _, Full};

use crate::body::ENDED_EARLY;
use crate::{Body, Error, Result};
use chunks::Chunks;

/// A request's body, as far as it was read.
#[derive(Debug)]
pub(crate) struct Payload {
    source: Source,
    read: Chunks,
}

#[derive(Debug)]
enum Source {
    Open(Body),
    /// With the trailers that came behind it.
    Ended(Option<Box<HeaderMap>>),
    Failed,
    Taken,
}

impl Payload {
    #[inline]
    pub(crate) fn new(body: Body) -> Self {
        Self { source: Source::Open(body.asked()), read: Chunks::None }
    }

    /// Drops all that it holds, which mostly is nothing.
    #[inline]
    pub(crate) fn spend(&mut self) {
        if !matches!((&self.source, &self.read), (Source::Open(body), Chunks::None) if body.is_nothing()) {
            *self = Self::new(Body::empty());
        }
    }

    /// Whether there is anything to read, or was.
    pub(crate) fn is_there(&self) -> bool {
        match &self.source {
            Source::Open(body) => self.read.len() > 0 || !body.is_end_stream(),
            Source::Ended(_) => self.read.len() > 0,
            Source::Failed | Source::Taken => true,
        }
    }

    /// Reads to the end. What was read stays here, so a dropped future loses nothing.
    pub(crate) async fn bytes(&mut self, limit: usize, announced: Option<u64>) -> Result<Bytes> {
        let announced = announced.unwrap_or(0);
        loop {
            if self.read.len() > limit {
                return Err(too_large(limit));
            }
            let body = match &mut self.source {
                Source::Open(body) => body,
                Source::Ended(_) => return Ok(self.read.whole()),
                Source::Failed => {
                    return Err(Error::new(400).with_message("the request body could not be read"));
                }
                Source::Taken => return Err(taken()),
            };
            let rest = body.size_hint().lower();
            let total = announced.max(rest.saturating_add(self.read.len() as u64));
            if total > limit as u64 {
                return Err(too_large(limit));
            }
            let trailers = match body.frame().await.transpose() {
                Ok(None) => None,
                Ok(Some(frame)) => match frame.into_data() {
                    Ok(data) => {
                        self.read.push(data, total);
                        continue;
                    }
                    // nothing comes behind them
                    Err(frame) => frame.into_trailers().ok().map(Box::new),
                },
                Err(error) => {
                    self.source = Source::Failed;
                    return Err(error);
                }
            };
            if (self.read.len() as u64) < announced {
                self.source = Source::Failed;
                return Err(Error::new(400).with_message(ENDED_EARLY));
            }
            self.source = Source::Ended(trailers);
        }
    }

    /// What came behind the body, once that is read to its end.
    pub(crate) fn trailers(&self) -> Option<&HeaderMap> {
        match &self.source {
            Source::Ended(trailers) => trailers.as_deref(),
            _ => None,
        }
    }

    /// The body to stream, with what was already read in front.
    pub(crate) fn take(&mut self) -> Body {
        let read = std::mem::replace(&mut self.read, Chunks::None).whole();
        match std::mem::replace(&mut self.source, Source::Taken) {
            Source::Open(body) if read.is_empty() => body,
            Source::Open(rest) => Body::wrap(Prefixed { first: read, rest }),
            Source::Ended(None) => Body::from(read),
            Source::Ended(Some(trailers)) => Body::wrap(Full::new(read).with_trailers(async { Some(Ok(*trailers)) })),
            Source::Failed => failing(Error::new(400).with_message("the request body could not be read")),
            Source::Taken => failing(taken()),
        }
    }
}

fn too_large(limit: usize) -> Error {
    Error::new(413).with_message(format!("the request body is larger than {limit} bytes"))
}

fn taken() -> Error {
    Error::new(500).with_message("the request body was taken before, with `take_body`")
}

fn failing(error: Error) -> Body {
    Body::from_stream(futures_util::stream::iter([Err::<Bytes, _>(error)]))
}

/// A body some of which was read before.
struct Prefixed {
    first: Bytes,
    rest: Body,
}

impl HttpBody for Prefixed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        if self.first.is_empty() {
            return Pin::new(&mut self.rest).poll_frame(task);
        }
        let first = std::mem::take(&mut self.first);
        Poll::Ready(Some(Ok(Frame::data(first))))
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_empty() && self.rest.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let read = self.first.len() as u64;
        let rest = self.rest.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(read));
        if let Some(upper) = rest.upper().and_then(|upper| upper.checked_add(read)) {
            hint.set_upper(upper);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use futures_util::{FutureExt as _, StreamExt as _, stream};
    use http_body_util::StreamBody;

    use super::*;

    fn chunks(chunks: &'static [&'static str]) -> Payload {
        let items = chunks.iter().map(|chunk| Ok::<_, Error>(*chunk));
        Payload::new(Body::from_stream(stream::iter(items)))
    }

    fn read(payload: &mut Payload, limit: usize, announced: Option<u64>) -> Result<Bytes> {
        let read = payload.bytes(limit, announced).now_or_never();
        read.expect("nothing to wait for")
    }

    #[test]
    fn a_second_reader_gets_the_same_bytes() {
        let mut payload = chunks(&["hel", "lo"]);
        for _ in 0..2 {
            assert_eq!(read(&mut payload, 5, Some(5)).unwrap(), "hello");
        }
        let body = payload.take();
        assert_eq!(body.as_bytes(), Some(&b"hello"[..]));
    }

    /// A body of these chunks and a trailer.
    fn with_trailers(chunks: &'static [&'static str]) -> Payload {
        let data = chunks.iter().map(|chunk| Frame::data(Bytes::from(*chunk)));
        let mut trailers = HeaderMap::new();
        trailers.insert("x-sum", "7".parse().unwrap());
        let frames: Vec<_> = data.chain([Frame::trailers(trailers)]).map(Ok::<_, Error>).collect();
        Payload::new(Body::wrap(StreamBody::new(stream::iter(frames))))
    }

    #[test]
    fn trailers_are_there_once_the_body_is_read_and_come_with_it_when_it_is_taken() {
        let mut payload = with_trailers(&["hel", "lo"]);
        assert!(payload.trailers().is_none());
        for _ in 0..2 {
            assert_eq!(read(&mut payload, 5, Some(5)).unwrap(), "hello");
            assert_eq!(payload.trailers().unwrap()["x-sum"], "7");
        }
        let all = payload.take().collect().now_or_never().unwrap().unwrap();
        assert_eq!(all.trailers().unwrap()["x-sum"], "7");
        assert_eq!(all.to_bytes(), "hello");

        let unread = with_trailers(&["hello"]).take().collect().now_or_never().unwrap().unwrap();
        assert_eq!(unread.trailers().unwrap()["x-sum"], "7");
    }

    #[test]
    fn trailers_do_not_make_up_for_what_is_missing() {
        let error = read(&mut with_trailers(&["hel"]), 9, Some(5)).unwrap_err();
        assert_eq!(error.message(), ENDED_EARLY);
    }

    #[test]
    fn a_lone_chunk_is_not_copied() {
        let chunk = Bytes::from(vec![7; 100]);
        let mut payload = Payload::new(Body::from(chunk.clone()));
        let whole = read(&mut payload, 100, None).unwrap();
        assert_eq!(whole.as_ptr(), chunk.as_ptr());
    }

    #[test]
    fn what_is_announced_too_large_is_refused_unread() {
        let mut payload = chunks(&["hello"]);
        let error = read(&mut payload, 4, Some(5)).unwrap_err();
        assert_eq!(error.status(), 413);
        assert_eq!(payload.read.len(), 0);
        assert_eq!(read(&mut payload, 5, Some(5)).unwrap(), "hello");
    }

    #[test]
    fn what_turns_out_too_large_is_refused_and_not_lost() {
        let mut payload = chunks(&["hel", "lo", " world"]);
        let error = read(&mut payload, 4, None).unwrap_err();
        assert_eq!(error.message(), "the request body is larger than 4 bytes");
        assert_eq!(payload.read.len(), 5, "it stopped at the chunk that was too much");

        let body = payload.take();
        let all = body.collect().now_or_never().unwrap().unwrap();
        assert_eq!(all.to_bytes(), "hello world");
    }

    #[test]
    fn a_limit_holds_for_what_is_in_memory_too() {
        let mut payload = chunks(&["hello"]);
        assert!(read(&mut payload, 9, None).is_ok());
        assert_eq!(read(&mut payload, 4, None).unwrap_err().status(), 413);
    }

    #[test]
    fn a_body_shorter_than_announced_is_the_clients_fault() {
        let mut payload = chunks(&["hel"]);
        let error = read(&mut payload, 9, Some(5)).unwrap_err();
        assert_eq!((error.status().as_u16(), error.message()), (400, ENDED_EARLY));
        assert!(read(&mut payload, 9, None).is_err(), "a part is never the whole");
    }

    #[test]
    fn a_body_that_failed_stays_failed() {
        let broken = stream::iter([Ok("a"), Err(Error::new(400).with_message("torn"))]);
        let mut payload = Payload::new(Body::from_stream(broken));
        assert_eq!(read(&mut payload, 9, None).unwrap_err().message(), "torn");
        assert_eq!(read(&mut payload, 9, None).unwrap_err().status(), 400);
    }

    #[test]
    fn a_dropped_read_loses_nothing() {
        let mut waited = false;
        let slow = stream::iter(["hel", "lo"]).then(move |chunk| {
            let wait = chunk == "lo" && !std::mem::replace(&mut waited, true);
            async move {
                if wait {
                    tokio::task::yield_now().await;
                }
                Ok::<_, Error>(chunk)
            }
        });
        let mut payload = Payload::new(Body::from_stream(slow));
        assert!(payload.bytes(9, None).now_or_never().is_none());
        assert_eq!(read(&mut payload, 9, None).unwrap(), "hello");
    }

    #[test]
    fn a_body_is_taken_once() {
        let mut payload = chunks(&["a"]);
        let _ = payload.take();
        assert_eq!(read(&mut payload, 9, None).unwrap_err().status(), 500);
        let again = payload.take().collect().now_or_never().unwrap();
        assert!(again.is_err());
    }

    #[test]
    fn a_read_waits_for_its_client() {
        let never = stream::once(pending::<Result<Bytes>>());
        let mut payload = Payload::new(Body::from_stream(never));
        assert!(payload.bytes(9, None).now_or_never().is_none());
    }
}
