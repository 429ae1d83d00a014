use super::*;

#[test]
fn appending_adds_lines_but_not_to_a_single_value() {
    let mut response = response(|r| {
        r.append("Vary", "a");
        r.append("Vary", "b");
        r.append("Content-Type", "text/plain");
    });
    assert_eq!(response.headers().get_all("vary").iter().count(), 2); // K-393
    assert!(response.fault().is_none());
    response.append("Content-Type", "text/html");
    assert!(response.fault().is_some()); // K-395
}

#[test]
fn a_header_is_there_even_if_it_says_nothing() {
    let mut response = response(|r| r.set("X-A", ""));
    assert!(response.has("x-a")); // K-397
    assert_eq!((response.get("X-a"), response.get("x-b")), (Some(""), None)); // K-398
    response.remove("X-A");
    assert!(!response.has("X-A"));
}

#[test]
fn several_values_are_a_line_each() {
    let mut response = response(|r| {
        r.set("X-A", "old");
        r.set_all("X-A", ["1", "2"]);
        r.set_all("Content-Length", [3]);
    });
    let lines = |response: &Response| response.headers().get_all("x-a").iter().cloned().collect::<Vec<_>>();
    assert_eq!(lines(&response), ["1", "2"]); // K-387
    assert_eq!(response.get("content-length"), Some("3")); // K-392
    response.set_all::<&str>("X-A", []);
    assert!(!response.has("x-a") && response.fault().is_none());
}

#[test]
fn of_several_values_all_are_set_or_none() {
    for set in [
        |r: &mut Response| r.set_all("X-A", ["1", "2\r\n"]),
        |r: &mut Response| r.set_all("X A", ["1"]),
        |r: &mut Response| r.set_all("Content-Type", ["a/b", "c/d"]), // K-392
        |r: &mut Response| r.set_all::<u8>("Content-Type", []),
    ] {
        let mut response = response(|r| {
            r.set("X-A", "old");
            r.set_type("html");
        });
        set(&mut response);
        assert!(response.fault().is_some());
        assert_eq!((response.get("x-a"), response.type_()), (Some("old"), "text/html"));
    }
}

#[test]
fn nothing_gets_out_of_a_header() {
    // K-391
    for text in ["a\r\nX-B: c", "a\rb", "a\nb", "a\0b", "☃", "\u{7f}"] {
        let response = response(|r| {
            r.set("X-A", text);
            r.append("X-A", text);
            r.set(text, "1");
            r.set_all("X-A", [text]);
            r.set_type(&format!("text/{text}"));
            r.set_etag(text);
            r.vary(text);
        });
        assert!(response.headers().is_empty() && response.fault().is_some(), "{text:?} {:?}", response.headers());
    }
}
