use super::*;

fn vary(before: &[&str], fields: &str) -> Response {
    let mut response = Response::new();
    for line in before {
        response.append("Vary", *line);
    }
    response.vary(fields);
    response
}

#[test]
fn a_header_is_named_once() {
    for (before, fields, after) in [
        (&[][..], "Accept", "Accept"),
        (&["Accept"], "Accept-Encoding", "Accept, Accept-Encoding"), // K-401
        (&["Accept"], "ACCEPT", "Accept"),
        (&["Accept , origin"], "Origin, X-A,x-a", "Accept, origin, X-A"),
        (&["Accept", "Origin"], "X-A", "Accept, Origin, X-A"),
        (&["accept-encoding"], "Accept", "accept-encoding, Accept"),
        (&[""], "Accept", "Accept"),
    ] {
        let response = vary(before, fields);
        assert_eq!(response.get("vary"), Some(after));
        assert_eq!(response.headers().get_all("vary").iter().count(), 1);
        assert!(response.fault().is_none());
    }
}

#[test]
fn everything_stays_everything() {
    // K-403
    for (before, fields) in
        [(&["Accept"][..], "*"), (&["*"], "Accept"), (&["Accept, *"], "Origin"), (&["*"], "*"), (&[], "Accept, *")]
    {
        assert_eq!(vary(before, fields).get("vary"), Some("*"), "{before:?} {fields}");
    }
}

#[test]
fn what_is_no_header_is_a_fault() {
    // K-404
    for fields in ["", "a b", "Accept,", "Origin,, X", "a\r\nb", "é", ":"] {
        let response = vary(&["Accept"], fields);
        assert_eq!((response.get("vary"), response.fault().is_some()), (Some("Accept"), true), "{fields:?}");
    }
}
