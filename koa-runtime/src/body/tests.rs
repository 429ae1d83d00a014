use std::convert::Infallible;
use std::io;

use futures_util::{FutureExt as _, stream};

use super::*;

fn collect(body: Body) -> Result<Bytes, Error> {
    let collected = body.collect().now_or_never().expect("nothing to wait for");
    collected.map(http_body_util::Collected::to_bytes)
}

#[test]
fn a_body_is_send_and_sync_and_small() {
    fn check<T: Send + Sync + Unpin + 'static>() {}
    check::<Body>();
    assert!(size_of::<Body>() <= 40, "{}", size_of::<Body>());
}

#[test]
fn static_text_is_not_copied() {
    let text = "hello";
    let body = Body::from(text);
    assert_eq!(body.as_bytes().map(<[u8]>::as_ptr), Some(text.as_ptr()));
}

#[test]
fn everything_in_memory_knows_its_length() {
    for (body, len) in [
        (Body::from("Ünï"), 5),
        (Body::from(String::from("abc")), 3),
        (Body::from(Cow::Borrowed("ab")), 2),
        (Body::from(Bytes::from_static(b"a")), 1),
        (Body::from(vec![1, 2]), 2),
        (Body::from(&b"abc"[..]), 3),
        (Body::from(()), 0),
    ] {
        assert_eq!(body.len(), Some(len), "{body:?}");
        assert_eq!(body.size_hint().exact(), Some(len));
        assert_eq!(collect(body).map(|b| b.len() as u64).ok(), Some(len));
    }
}

#[test]
fn a_stream_comes_in_order() {
    let body = Body::from_stream(stream::iter(["a", "b", "c"].map(Ok::<_, Infallible>)));
    assert_eq!(body.len(), None);
    assert_eq!(collect(body).ok().as_deref(), Some(&b"abc"[..]));
}

#[test]
fn an_error_in_a_stream_comes_out() {
    let body = Body::from_stream(stream::iter([Ok("a"), Err(io::Error::other("the tape is torn"))]));
    let error = collect(body).unwrap_err();
    assert_eq!(error.message(), "the tape is torn");
}

#[test]
fn wrapping_a_body_adds_no_box() {
    let body = Body::wrap(Body::from("hello"));
    assert_eq!(body.as_bytes(), Some(&b"hello"[..]));
}

#[cfg(feature = "json")]
#[test]
fn a_value_without_json_form_is_an_error() {
    let map = std::collections::HashMap::from([((1, 2), 3)]);
    let error = Body::json(&map).unwrap_err();
    assert_eq!((error.status().as_u16(), error.is_exposed()), (500, false)); // K-070
}
