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
        _ => {}
    }
    ensure!(what < 10, 400, "{what} is too much");
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
    ];
    for (what, expected) in (0..).zip(expected) {
        let error = throws(what).now_or_never().unwrap().unwrap_err();
        assert_eq!((error.status().as_u16(), error.message(), error.is_exposed()), expected, "{what}");
    }
    assert!(matches!(throws(9).now_or_never(), Some(Ok(9))));
    let refused = throws(10).now_or_never().unwrap().unwrap_err();
    assert_eq!(refused.message(), "10 is too much");
}

#[test]
fn a_message_without_arguments_is_not_copied() {
    let error = Error::__say(404, format_args!("no such post"));
    assert!(matches!(error.into_message(), Cow::Borrowed("no such post")));
}
