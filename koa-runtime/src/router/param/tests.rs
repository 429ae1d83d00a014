use super::*;
use crate::router::read::{ParamHeld, ParamOptionalHeld, ParamOptionalText, ParamSegments, ParamText, ParamValue};

type Id = Name<0x6964>;

fn captured<K: Kind>(text: &str) -> Captured<'_, Id, K> {
    Captured::new(Some(text), 400).expect("it fits")
}

fn absent<K: Kind>() -> Captured<'static, Id, K> {
    Captured::new(None, 400).expect("it may be missing")
}

fn value<T>(captured: &impl ParamValue<T>) -> Result<T> {
    captured.value("id")
}

fn refused<T: std::fmt::Debug>(read: Result<T>) -> (u16, String) {
    let error = read.expect_err("it does not fit");
    (error.status().as_u16(), error.exposed_message().to_owned())
}

#[test]
fn text_without_a_percent_sign_is_borrowed_from_the_path() {
    let path = String::from("/users/ada");
    let name = captured::<Text>(&path[7..]);
    let text = name.text("id").unwrap();
    assert!(matches!(text, Cow::Borrowed(text) if std::ptr::eq(text, &raw const path[7..])));
    assert!(matches!(captured::<Text>("a%20b").text("id").unwrap(), Cow::Owned(text) if text == "a b"));
}

#[test]
fn only_whole_escapes_are_decoded_and_a_plus_is_a_plus() {
    for (raw, text) in
        [("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%41%4", "A%4"), ("%c3%A9", "é"), ("a+b", "a+b"), ("%00", "\0")]
    {
        assert_eq!(value::<String>(&captured::<Text>(raw)).unwrap(), text, "{raw}");
    }
}

#[test]
fn what_does_not_parse_names_the_parameter_and_what_was_wanted() {
    let id = captured::<Text>("x");
    assert_eq!(refused(value::<u64>(&id)), (400, "the path parameter id is no u64".into()));
    let id = captured::<Maybe<Text>>("x");
    assert_eq!(refused(value::<Option<u64>>(&id)), (400, "the path parameter id is no u64".into()));
    let id = captured::<Text>("x");
    let address = "the path parameter id is no Ipv4Addr";
    assert_eq!(refused(value::<std::net::Ipv4Addr>(&id)), (400, address.into()));
}

#[test]
fn what_is_no_utf8_is_told_whatever_it_is_read_as() {
    let sentence = (400, "the path parameter id is no UTF-8".to_owned());
    for raw in ["%FF", "%C3", "%C3%28", "a%F0%9F%92"] {
        assert_eq!(refused(captured::<Text>(raw).text("id")), sentence);
        assert_eq!(refused(value::<u64>(&captured::<Text>(raw))), sentence);
        assert_eq!(refused(captured::<Rest>(raw).text("id")), sentence);
        assert_eq!(refused(value::<Vec<String>>(&captured::<Rest>(raw))), sentence);
        assert_eq!(refused(value::<String>(&captured::<Rest>(raw))), sentence);
        assert_eq!(refused(captured::<Maybe<Text>>(raw).optional_text("id")), sentence);
        let segment = (400, "a segment of the path is no UTF-8".to_owned());
        assert_eq!(refused(captured::<Rest>(raw).segments().collect::<Result<Vec<_>>>()), segment);
    }
}

#[test]
fn a_404_says_no_more_than_that() {
    let id = Captured::<Id, Text>::new(Some("x"), 404).unwrap();
    let missing = (404, Error::new(404).exposed_message().to_owned());
    assert_eq!(refused(value::<u64>(&id)), missing);
    let rest = Captured::<Id, Rest>::new(Some("%FF"), 404).unwrap();
    assert_eq!(refused(rest.text("id")), missing);
    assert_eq!(refused(rest.segments().collect::<Result<Vec<_>>>()), missing);
}

#[test]
fn what_the_route_parses_is_decoded_first_and_none_if_it_does_not_fit() {
    let new = |text| Captured::<Id, Parsed<u64>>::new(text, 404).map(|id| *ParamHeld::<u64>::lend(&id));
    assert_eq!(new(Some("7")), Some(7));
    assert_eq!(new(Some("%37")), Some(7));
    assert_eq!((new(Some("x")), new(Some("%FF")), new(None)), (None, None, None));
    let new = |text| {
        Captured::<Id, Maybe<Parsed<u64>>>::new(text, 404)
            .map(|id| ParamOptionalHeld::<u64>::lend_optional(&id).copied())
    };
    assert_eq!((new(Some("7")), new(None), new(Some("x"))), (Some(Some(7)), Some(None), None));
}

#[test]
fn what_is_missing_is_none_and_has_no_segments() {
    assert_eq!(value::<Option<String>>(&absent::<Maybe<Text>>()).unwrap(), None);
    assert_eq!(absent::<Maybe<Text>>().optional_text("id").unwrap(), None);
    assert_eq!(value::<Option<Vec<String>>>(&absent::<Maybe<Rest>>()).unwrap(), None);
    assert_eq!(absent::<Maybe<Rest>>().segments().count(), 0);
}

#[test]
fn segments_are_borrowed_and_an_encoded_slash_ends_none() {
    let rest = captured::<Rest>("a/b%2Fc/d%20e");
    let mut segments = rest.segments();
    assert!(matches!(segments.next(), Some(Ok(Cow::Borrowed("a")))));
    assert_eq!(segments.as_raw(), "b%2Fc/d%20e");
    assert_eq!(segments.map(Result::unwrap).collect::<Vec<_>>(), ["b/c", "d e"]);
    assert_eq!(value::<String>(&rest).unwrap(), "a/b/c/d e");
}
