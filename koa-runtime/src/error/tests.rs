use std::future::ready;
use std::io;

use super::*;
use crate::{ensure, throw};

#[test]
fn an_error_and_a_result_are_one_pointer_wide() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result>(), size_of::<usize>());
    assert_eq!(size_of::<StdError>(), size_of::<usize>());
}

#[test]
fn the_status_decides_message_and_exposure() {
    // K-144, K-145
    for (status, message, exposed) in [
        (400, "Bad Request", true),
        (404, "Not Found", true),
        (500, "Internal Server Error", false),
        (503, "Service Unavailable", false),
        (200, "OK", true),
    ] {
        let error = Error::new(status);
        assert_eq!((error.message(), error.is_exposed(), error.status().as_u16()), (message, exposed, status));
    }
}

#[test]
fn a_status_no_error_can_have_is_500() {
    // K-157, K-172; K-160: 499 and 599 stay
    for (asked, given) in
        [(0, 500), (99, 500), (103, 500), (299, 500), (600, 500), (9999, 500), (499, 499), (599, 599), (302, 302)]
    {
        assert_eq!(Error::new(asked).status(), given, "{asked}");
    }
    assert_eq!(Error::new(499).message(), "Bad Request");
}

#[test]
fn question_mark_keeps_the_source_and_hides_it() {
    fn fails() -> Result {
        Err(io::Error::other("disk on fire"))?;
        Ok(())
    }
    let error = fails().unwrap_err();
    assert_eq!(error.status(), 500);
    assert!(!error.is_exposed());
    assert_eq!(error.message(), "disk on fire");
    assert!(error.source().unwrap().is::<io::Error>());
}

#[test]
fn the_way_across_comes_back_unchanged() {
    let there = Error::new(418).with_header("x-tea", "green").into_std();
    let back = Error::from(there);
    assert_eq!(back.status(), 418);
    assert_eq!(back.headers()["x-tea"], "green");
    assert!(back.source().is_none());

    let boxed: Box<dyn StdErrorTrait + Send + Sync> = Error::new(410).into();
    assert_eq!(Error::from_boxed(boxed).status(), 410);
}

#[test]
fn an_invalid_header_on_an_error_is_not_lost() {
    let error = Error::new(401).with_header("x-a", "b\r\nc");
    assert_eq!(error.status(), 500);
    assert!(error.message().contains("x-a"), "{error}");
    let behind = error.source().and_then(|source| source.downcast_ref::<StdError>());
    assert_eq!(behind.map(|error| error.get_ref().status().as_u16()), Some(401));
}

#[test]
fn a_header_given_twice_is_two_lines() {
    let error = Error::new(401).with_header("WWW-Authenticate", "Basic").with_header("WWW-Authenticate", "Bearer");
    assert_eq!(error.headers().get_all("www-authenticate").iter().count(), 2);
}

#[test]
fn debug_tells_all_and_leaves_out_what_is_not_there() {
    assert_eq!(format!("{:?}", Error::new(404)), r#"Error { status: 404, message: "Not Found", expose: true }"#);
    let error = Error::from(std::fmt::Error).with_header("a", 1);
    assert!(format!("{error:?}").contains("source: Error"), "{error:?}");
}

async fn throws(what: u8) -> Result<u8> {
    let name = ready("bread").await;
    match what {
        0 => throw!(),
        1 => throw!(404),
        2 => throw!(http::StatusCode::GONE),
        3 => throw!(404, "no {} called {name}", "post"),
        4 => throw!(404, "no such post",),
        5 => throw!("boom"),
        6 => throw!(422, io::Error::other("K-150")),
        7 => throw!(422, Error::new(404)),
        8 => throw!(name.to_owned()),
        9 => throw!(Error::new(401).with_header("a", 1)),
        10 => ensure!(name.is_empty()),
        11 => ensure!(name == "cake", Error::new(409).with_message("no cake")),
        _ => {}
    }
    ensure!(what < 20, 400, "{what} is too much");
    Ok(what)
}

#[test]
fn throw_returns_early_with_what_it_says() {
    use futures_util::FutureExt as _;

    let expected = [
        (500, "Internal Server Error", false), // K-144
        (404, "Not Found", true),              // K-145
        (410, "Gone", true),
        (404, "no post called bread", true),
        (404, "no such post", true),
        (500, "boom", false),     // K-147
        (422, "K-150", true),     // K-150
        (404, "Not Found", true), // K-151
        (500, "bread", false),
        (401, "Unauthorized", true), // K-148
        (500, "Internal Server Error", false),
        (409, "no cake", true), // K-164
    ];
    for (what, expected) in (0..).zip(expected) {
        let error = throws(what).now_or_never().unwrap().unwrap_err();
        assert_eq!((error.status().as_u16(), error.message(), error.is_exposed()), expected, "{what}");
    }
    assert!(matches!(throws(19).now_or_never(), Some(Ok(19)))); // K-162
    let refused = throws(20).now_or_never().unwrap().unwrap_err();
    assert_eq!(refused.message(), "20 is too much");
}

#[test]
fn a_message_without_arguments_is_not_copied() {
    let error = Error::__say(404, format_args!("no such post"));
    assert!(matches!(error.exposed_text(), Cow::Borrowed("no such post")));
}

#[test]
fn what_is_not_exposed_is_not_told() {
    for (error, told, detail) in [
        (Error::new(404), "Not Found", None),
        (Error::new(404).with_message("no such post"), "no such post", Some("no such post")),
        (Error::new(404).with_message("Not Found"), "Not Found", None),
        (Error::new(404).with_message(""), "", None), // K-179
        (Error::new(403).with_message("m").with_expose(false), "Forbidden", None), // K-158
        (Error::new(503).with_message("m").with_expose(true), "m", Some("m")), // K-159
        (Error::new(499).with_message("m").with_expose(false), "Internal Server Error", None), // K-160
        (Error::from(io::Error::other("m")), "Internal Server Error", None),
    ] {
        assert_eq!((error.exposed_message(), error.detail()), (told, detail), "{error:?}");
        assert_eq!(error.exposed_text(), told, "{error:?}");
    }
}

#[test]
fn an_error_is_known_by_all_that_is_behind_it() {
    #[derive(Debug)]
    struct Unread(fmt::Error);
    impl fmt::Display for Unread {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("unread")
        }
    }
    impl StdErrorTrait for Unread {
        fn source(&self) -> Option<&(dyn StdErrorTrait + 'static)> {
            Some(&self.0)
        }
    }
    let error = Error::new(400).with_source(Error::new(410).with_source(Unread(fmt::Error)));
    assert_eq!(error.sources().count(), 3);
    assert!(error.is::<StdError>() && error.is::<Unread>() && !error.is::<io::Error>());
    assert_eq!(error.downcast_ref::<fmt::Error>(), Some(&fmt::Error));
    // the nearest
    assert_eq!(error.downcast_ref::<StdError>().map(|error| error.get_ref().status().as_u16()), Some(410));
    assert!(!Error::new(400).is::<io::Error>());
}

#[cfg(feature = "json")]
#[test]
fn a_member_is_kept_once_and_hidden_with_the_message() {
    let error = Error::new(403).with_member("a", 1).with_member("b", [true]).with_member("a", "two");
    let names: Vec<&str> = error.exposed_members().iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["b", "a"]);
    assert_eq!(error.member("a").and_then(serde_json::Value::as_str), Some("two"));
    assert!(format!("{error:?}").contains("members"), "{error:?}");

    let hidden = error.with_status(500);
    assert!(hidden.exposed_members().is_empty());
    assert!(hidden.member("a").is_some());
}

#[cfg(feature = "json")]
#[test]
fn a_member_without_json_form_is_not_lost() {
    let map = std::collections::HashMap::from([((1, 2), 3)]);
    let error = Error::new(403).with_member("map", map);
    assert_eq!((error.status().as_u16(), error.is_exposed()), (500, false));
    assert!(error.message().contains("\"map\""), "{error}");
    assert_eq!(error.downcast_ref::<StdError>().map(|error| error.get_ref().status().as_u16()), Some(403));
}
