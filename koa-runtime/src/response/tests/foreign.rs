use super::*;

fn reply() -> http::response::Builder {
    http::Response::builder()
}

#[test]
fn its_status_headers_and_body_are_taken_over() {
    // K-370
    let reply = reply().status(201).header("content-type", "text/csv").header("x-a", "1").header("x-a", "2");
    let response = response(|r| {
        r.set("X-A", "old");
        r.set("X-B", "kept");
        r.set_body("longer than the other"); // K-116
        r.set_http(reply.body("a,b").unwrap());
    });
    assert_eq!((response.status().as_u16(), response.length()), (201, Some(3)));
    assert_eq!(response.headers().get_all("x-a").iter().collect::<Vec<_>>(), ["1", "2"]); // K-113
    assert_eq!(response.headers().get_all("content-type").iter().collect::<Vec<_>>(), ["text/csv"]);
    assert_eq!(response.get("x-b"), Some("kept"));
    assert!(!response.has("content-length"));
}

#[test]
fn what_it_says_about_its_connection_stays_behind() {
    let reply = reply().header("connection", "X-Hop, close").header("x-hop", "1").header("keep-alive", "x");
    let reply = reply.header("transfer-encoding", "chunked").header("x-a", "1");
    let response = response(|r| r.set_http(reply.body("x").unwrap()));
    let names: Vec<_> = response.headers().keys().map(http::HeaderName::as_str).collect();
    assert_eq!(names, ["x-a", "content-type"]);
}

#[test]
fn a_stream_keeps_its_length_and_nothing_is_not_a_204() {
    let stream = response(|r| {
        r.set_length(9);
        r.set_body("x");
        r.set_http(reply().header("content-length", "1").body(stream_body()).unwrap());
    });
    assert_eq!((stream.length(), stream.type_()), (Some(1), "text/plain"));
    let moved = response(|r| r.set_http(reply().status(301).header("location", "/x").body(()).unwrap())); // K-111
    assert_eq!((moved.status().as_u16(), moved.length(), moved.has("content-type")), (301, Some(0), false));
}
