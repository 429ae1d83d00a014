use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};

use futures_util::{Stream, StreamExt as _, stream};
use http::header::CONTENT_LENGTH;
use http_body::Body as _;

use super::*;
use crate::{Request, Settings, finish};

/// What has become of a reply, and what the listeners were told.
struct Sent {
    text: String,
    broken: bool,
    told: Vec<String>,
}

/// Sends a body, or as many frames of it as the client waits for.
fn send(length: Option<u64>, body: Body, frames: usize) -> Sent {
    let told = Arc::new(Mutex::new(Vec::new()));
    let mut settings = Settings::default();
    let list = Arc::clone(&told);
    settings.on_error(move |error, ctx| {
        assert!(ctx.header_sent() && ctx.response.get("x-sent") == Some("1") && ctx.path() == "/a");
        let line = format!("{} at {}: {error}", error.status().as_u16(), ctx.status().as_u16());
        list.lock().unwrap().push(line);
    });
    let request = http::Request::post("/a").body(Body::from("asked")).unwrap();
    let mut ctx = Context::new(Request::new(request), Arc::new(settings));
    ctx.set("X-Sent", 1);
    ctx.set_status(201);
    ctx.set_body(body);
    if let Some(length) = length {
        ctx.response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }

    let (mut text, mut broken, mut waited) = (String::new(), false, false);
    {
        let mut body = pin!(finish(ctx, Ok(())).into_body());
        let mut task = Task::from_waker(Waker::noop());
        for _ in 0..frames {
            // as hyper does
            if body.is_end_stream() {
                break;
            }
            match body.as_mut().poll_frame(&mut task) {
                Poll::Ready(Some(Ok(frame))) => {
                    let data = frame.into_data().unwrap_or_default();
                    text.push_str(std::str::from_utf8(&data).unwrap());
                }
                Poll::Ready(Some(Err(_))) => {
                    broken = true;
                    break;
                }
                Poll::Ready(None) => break,
                // once: it may be only to let what came before be sent
                Poll::Pending if std::mem::replace(&mut waited, true) => break,
                Poll::Pending => {}
            }
        }
    }
    let told = told.lock().unwrap().clone();
    Sent { text, broken, told }
}

fn of<S>(chunks: S) -> Body
where
    S: Stream<Item = Result<&'static str, io::Error>> + Send + 'static,
{
    Body::from_stream(chunks)
}

fn whole(chunks: &[&'static str]) -> Body {
    of(stream::iter(chunks.to_vec()).map(Ok))
}

fn failing(chunks: &[&'static str]) -> Body {
    of(stream::iter(chunks.to_vec()).map(Ok).chain(stream::iter([Err(io::Error::other("the tape is torn"))])))
}

/// Never comes to its end.
fn endless(chunks: &[&'static str]) -> Body {
    of(stream::iter(chunks.to_vec()).map(Ok).chain(stream::pending()))
}

/// Says when it is at its end, but not how long it is, as decoded bodies do.
struct Knowing(Vec<&'static str>);

impl HttpBody for Knowing {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Task<'_>) -> Poll<Polled> {
        Poll::Ready(self.0.pop().map(|chunk| Ok(Frame::data(Bytes::from(chunk)))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }
}

const ALL: usize = 100;

#[test]
fn a_body_that_is_sent_whole_is_no_event() {
    for (length, body) in [
        (None, whole(&["a", "b"])),
        (Some(2), whole(&["a", "b"])),
        (Some(2), whole(&["a", "", "b", ""])),
        // hyper does not ask for the end of what has a length
        (Some(2), endless(&["a", "b"])),
        (None, Body::wrap(http_body_util::Full::new(Bytes::from("ab")))),
        (Some(2), Body::wrap(http_body_util::Full::new(Bytes::from("ab")))),
        (None, Body::wrap(Knowing(vec!["ab"]))),
    ] {
        let sent = send(length, body, ALL);
        assert_eq!((sent.text.as_str(), sent.broken), ("ab", false));
        assert_eq!(sent.told, [""; 0], "{length:?}");
    }
    let sent = send(Some(0), whole(&[]), ALL);
    assert_eq!((sent.text.as_str(), sent.told.len()), ("", 0));
}

#[test]
fn a_body_that_fails_is_an_event() {
    for (length, chunks, text) in
        [(None, &[][..], ""), (None, &["a"], "a"), (Some(9), &["a"], "a"), (Some(1), &["a"], "a")]
    {
        let sent = send(length, failing(chunks), ALL);
        assert_eq!(sent.text, text);
        // who has all is not told
        assert_eq!(sent.broken, length != Some(1));
        assert_eq!(sent.told, ["500 at 201: the tape is torn"]); // K-096, K-097: once
    }
}

#[test]
fn a_body_that_panics_is_broken_off_as_one_that_fails() {
    let body = of(stream::iter(["a", "b"]).map(|chunk| if chunk == "b" { panic!("on purpose") } else { Ok(chunk) }));
    let sent = send(None, body, ALL);
    assert_eq!((sent.text.as_str(), sent.broken), ("a", true));
    assert_eq!(sent.told, ["500 at 201: the response's body panicked: on purpose"]);
}

#[test]
fn a_body_shorter_than_its_length_is_broken_off_and_an_event() {
    for body in [whole(&["a", "b"]), whole(&["ab"]), Body::wrap(Knowing(vec!["ab"]))] {
        let sent = send(Some(5), body, ALL);
        assert_eq!((sent.text.as_str(), sent.broken), ("ab", true));
        assert_eq!(sent.told, ["500 at 201: the response's body ended 3 bytes before its Content-Length"]);
    }
}

#[test]
fn a_body_longer_than_its_length_is_cut_at_it_and_an_event() {
    for body in [whole(&["abc"]), whole(&["ab", "c"]), whole(&["a", "bc", "d"]), endless(&["abc"])] {
        let sent = send(Some(2), body, ALL);
        assert_eq!((sent.text.as_str(), sent.broken), ("ab", false));
        assert_eq!(sent.told, ["500 at 201: the response's body goes on after its Content-Length"]);
    }
}

#[test]
fn a_client_that_goes_away_is_an_event() {
    for (length, body) in [(None, endless(&["a"])), (None, whole(&["a", "b"])), (Some(9), endless(&["a"]))] {
        let sent = send(length, body, 1);
        assert_eq!(sent.text, "a");
        assert_eq!(sent.told, ["499 at 201: the client went away before the whole body was sent"]); // K-024
    }
    assert_eq!(send(None, endless(&["a"]), 0).told, [""; 0], "nobody has asked for it");
}

#[test]
fn what_came_before_an_error_is_sent_first() {
    struct Woken(AtomicUsize);
    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    for (body, bytes) in [(failing(&["a"]), 1), (whole(&["a"]), 1), (failing(&[]), 0), (whole(&[]), 0)] {
        let woken = Arc::new(Woken(AtomicUsize::new(0)));
        let waker = Waker::from(Arc::clone(&woken));
        let mut task = Task::from_waker(&waker);
        let mut settings = Settings::default();
        settings.silent = true;
        let ctx = Context::new(Request::new(http::Request::new(())), Arc::new(settings));
        let mut watched = Watched::new(body, Some(9), ctx);
        for _ in 0..bytes {
            assert!(matches!(watched.poll_frame(&mut task), Poll::Ready(Some(Ok(_)))));
            assert!(watched.poll_frame(&mut task).is_pending());
        }
        assert!(!watched.is_end_stream());
        assert!(matches!(watched.poll_frame(&mut task), Poll::Ready(Some(Err(_)))));
        assert!(watched.is_end_stream());
        assert_eq!(woken.0.load(Ordering::Relaxed), bytes);
    }
}

#[test]
fn trailers_come_after_the_last_byte() {
    let frames = [Frame::data(Bytes::from("ab")), Frame::trailers(http::HeaderMap::new())];
    let body = Body::wrap(http_body_util::StreamBody::new(stream::iter(frames.map(Ok::<_, Error>))));
    let ctx = Context::new(Request::new(http::Request::new(())), Arc::default());
    let mut watched = Watched::new(body, Some(2), ctx);
    let mut task = Task::from_waker(Waker::noop());
    let mut next = || match watched.poll_frame(&mut task) {
        Poll::Ready(next) => next.map(|frame| frame.unwrap().is_trailers()),
        Poll::Pending => panic!("nothing to wait for"),
    };
    assert_eq!([next(), next(), next()], [Some(false), Some(true), None]);
}

#[test]
fn what_is_in_memory_is_not_watched() {
    let mut ctx = Context::new(Request::new(http::Request::new(())), Arc::default());
    ctx.set_body("a");
    assert!(matches!(finish(ctx, Ok(())).body().data, crate::body::Data::Full(..)));
}
