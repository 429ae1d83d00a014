use futures_util::FutureExt as _;

use super::request;
use crate::{Request, Result};

fn post(mime: &str, body: impl Into<crate::Body>) -> Request {
    let head = http::Request::post("/").header("content-type", mime).header("transfer-encoding", "chunked");
    Request::new(head.body(body.into()).unwrap())
}

fn now<T>(read: impl Future<Output = Result<T>>) -> Result<T, (u16, String)> {
    let read = read.now_or_never().expect("it is all there");
    read.map_err(|error| (error.status().as_u16(), error.message().to_owned()))
}

#[test]
fn a_limit_is_64_kib_until_it_is_set_and_stays_with_a_request_in_its_place() {
    let mut first = request("/");
    assert_eq!(first.body_limit(), 65_536);
    first.set_body_limit(7);
    assert_eq!(request("/").with_settings_of(&first).body_limit(), 7);
}

#[test]
fn text_is_read_by_its_charset() {
    assert_eq!(now(post("text/plain; charset=\"UTF-8\"", "é").text(2)), Ok("é".to_owned()));
    assert_eq!(now(post("text/plain; charset=x", "é").text(2)).unwrap_err().0, 415);
    assert_eq!(now(post("text/plain; charset=ascii", "é").text(2)).unwrap_err().0, 400);
    assert_eq!(now(post("text/plain", "é").text(1)).unwrap_err().0, 413);
    assert_eq!(now(post("text/plain", "").text(0)), Ok(String::new()));
}

#[test]
fn a_body_may_be_read_several_times_and_in_several_ways() {
    let mut request = post("text/plain", "7");
    assert_eq!(now(request.bytes(1)).unwrap(), "7");
    assert_eq!(now(request.text(1)), Ok("7".to_owned()));
    assert_eq!(now(request.text(0)).unwrap_err().0, 413);
    #[cfg(feature = "json")]
    {
        let mut request = post("application/json", "7");
        assert_eq!(now(request.text(1)), Ok("7".to_owned()));
        assert_eq!(now(request.json::<u8>(1)), Ok(7));
        assert_eq!(now(request.json::<f32>(1)), Ok(7.0));
    }
}

#[cfg(feature = "json")]
#[test]
fn json_is_no_form_and_no_text() {
    for mime in ["application/x-www-form-urlencoded", "text/plain"] {
        let message = format!("the request body is of the type `{mime}`, and this takes `application/json`");
        assert_eq!(now(post(mime, "7").json::<u8>(1)), Err((415, message)));
    }
    let message = "the request has no body, and this takes `application/json`".to_owned();
    assert_eq!(now(post("application/json", "").json::<u8>(1)), Err((400, message)));
    assert_eq!(now(post("application/json", "\u{FEFF}7").json::<u8>(9)), Ok(7));
    assert_eq!(now(post("application/json", vec![b'"', 0xFF, b'"']).json::<String>(9)).unwrap_err().0, 400);
}

#[cfg(all(feature = "json", feature = "charset"))]
#[test]
fn json_in_another_charset_is_read() {
    let body = vec![b'"', 0xE9, b'"'];
    assert_eq!(now(post("application/json; charset=latin1", body).json(9)), Ok("é".to_owned()));
}

#[cfg(feature = "query")]
#[test]
fn a_form_is_no_json() {
    type Pairs = Vec<(String, u8)>;
    let mime = "application/x-www-form-urlencoded";
    assert_eq!(now(post(mime, "a=1&a=2").form::<Pairs>(7)), Ok(vec![("a".to_owned(), 1), ("a".to_owned(), 2)]));
    assert_eq!(now(post(mime, "").form::<Pairs>(7)), Ok(vec![]));
    assert_eq!(now(post("application/json", "{}").form::<Pairs>(7)).unwrap_err().0, 415);
    assert_eq!(now(post(mime, "a=1&a=2").form::<Pairs>(6)).unwrap_err().0, 413);
    assert_eq!(now(post(mime, vec![b'a', 0xFF]).form::<Pairs>(6)).unwrap_err().0, 400);
}
