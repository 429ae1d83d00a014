use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::{FutureExt as _, stream};
use http::{Method, Version};

use super::*;
use crate::{Body, Error};

fn post(answer: impl FnOnce(http::Request<Body>) -> http::Response<Body> + Send + 'static) -> TestRequest {
    TestRequest::new(Method::POST, "/a?b", |request| Box::pin(async move { answer(request) }))
}

fn send(request: TestRequest) -> TestResponse {
    request.into_future().now_or_never().expect("nothing to wait for")
}

#[test]
fn a_request_arrives_as_it_was_built() {
    let request = post(|request| {
        assert_eq!((request.method(), request.version()), (&Method::PUT, Version::HTTP_2));
        assert_eq!(request.uri(), "/a?b");
        assert_eq!(request.headers()["host"], "localhost");
        assert_eq!(request.headers().get_all("x-a").iter().count(), 2);
        assert_eq!(request.headers()["content-length"], "5");
        http::Response::new(request.into_body())
    });
    let response =
        send(request.method(Method::PUT).version(Version::HTTP_2).header("X-A", 1).header("X-A", 2).body("hello"));
    assert_eq!((response.text(), response.header("content-length")), ("hello", "5"));
}

#[test]
fn what_the_test_says_is_not_filled_in() {
    let request = post(|request| {
        let host = request.headers().get_all("host").iter().count();
        assert_eq!((host, &request.headers()["content-length"]), (1, &"9".parse().unwrap()));
        http::Response::new(Body::empty())
    });
    send(request.header("Host", "a").header("Content-Length", 9).body("hello"));
}

#[cfg(feature = "json")]
#[test]
fn json_goes_there_and_back() {
    let response = send(
        post(|request| {
            assert_eq!(request.headers()["content-type"], "application/json");
            http::Response::new(request.into_body())
        })
        .json(&[1, 2]),
    );
    assert_eq!(response.json::<[u8; 2]>(), [1, 2]);
    assert!(catch_unwind(AssertUnwindSafe(|| response.json::<String>())).is_err());
}

#[test]
fn a_body_that_broke_off_is_not_taken_for_a_whole_one() {
    let response = send(post(|_| {
        let torn = stream::iter([Ok("a"), Err(Error::new(500).with_message("torn"))]);
        http::Response::new(Body::from_stream(torn))
    }));
    assert_eq!(response.error().map(Error::message), Some("torn"));
    assert!(catch_unwind(AssertUnwindSafe(|| response.text().len())).is_err());
}
