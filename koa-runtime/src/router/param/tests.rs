use super::*;
use crate::{
    onion::environment::Environment,
    router::{
        entry::ParamAt,
        read::{self, HeldText as _, Holds as _, HoldsOptional as _, IsOptionalText, IsRest, IsText, Reads},
    },
};

/// One capture, as an environment, and what is kept of it.
struct Env<'p, K: Kind>(Captured<'p>, &'p K::Stored);

impl<K: Kind> Copy for Env<'_, K> {}
impl<K: Kind> Clone for Env<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: Kind> Environment for Env<'_, K> {}
impl<'p, K: Kind> ParamAt<Here> for Env<'p, K> {
    type Kind = K;
    type Text = Option<Cow<'p, str>>;

    fn hold(self, name: &'static str) -> Result<Self::Text> {
        read::hold(self.0, name)
    }

    fn captured<'s>(self) -> Captured<'s>
    where
        Self: 's,
    {
        self.0
    }

    fn kept<'s>(self) -> &'s K::Stored
    where
        Self: 's,
    {
        self.1
    }
}

/// Of this test it is never dropped.
fn env<K: Kind>(text: Option<&str>, status: u16) -> Env<'_, K> {
    Env(Captured { text, status }, Box::leak(Box::new(K::store(text).expect("it fits"))))
}

fn captured<K: Kind>(text: &str) -> Env<'_, K> {
    env(Some(text), 400)
}

fn absent<K: Kind>() -> Env<'static, K> {
    env(None, 400)
}

impl<'p, K: Kind> Env<'p, K> {
    fn text(self) -> Result<Cow<'p, str>>
    where
        K: IsText,
    {
        read::text::<_, Here>(self, "id")
    }

    fn optional_text(self) -> Result<Option<Cow<'p, str>>>
    where
        K: IsOptionalText,
    {
        read::optional_text::<_, Here>(self, "id")
    }

    fn segments(self) -> Segments<'p>
    where
        K: IsRest,
    {
        read::segments::<_, Here>(self)
    }
}

fn value<T>(env: Env<'_, impl Reads<T>>) -> Result<T> {
    read::value::<T, _, Here>(env, "id")
}

fn refused<T: std::fmt::Debug>(read: Result<T>) -> (u16, String) {
    let error = read.expect_err("it does not fit");
    (error.status().as_u16(), error.exposed_message().to_owned())
}

#[test]
fn text_without_a_percent_sign_is_borrowed_from_the_path() {
    let path = String::from("/users/ada");
    let name = captured::<Text>(&path[7..]);
    let text = name.text().unwrap();
    assert!(matches!(text, Cow::Borrowed(text) if std::ptr::eq(text, &raw const path[7..])));
    assert!(matches!(captured::<Text>("a%20b").text().unwrap(), Cow::Owned(text) if text == "a b"));
}

#[test]
fn only_whole_escapes_are_decoded_and_a_plus_is_a_plus() {
    for (raw, text) in
        [("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%41%4", "A%4"), ("%c3%A9", "é"), ("a+b", "a+b"), ("%00", "\0")]
    {
        assert_eq!(value::<String>(captured::<Text>(raw)).unwrap(), text, "{raw}");
    }
}

#[test]
fn what_does_not_parse_names_the_parameter_and_what_was_wanted() {
    let id = captured::<Text>("x");
    assert_eq!(refused(value::<u64>(id)), (400, "the path parameter id is no u64".into()));
    let id = captured::<Maybe<Text>>("x");
    assert_eq!(refused(value::<Option<u64>>(id)), (400, "the path parameter id is no u64".into()));
    let id = captured::<Text>("x");
    let address = "the path parameter id is no Ipv4Addr";
    assert_eq!(refused(value::<std::net::Ipv4Addr>(id)), (400, address.into()));
}

#[test]
fn what_is_no_utf8_is_told_whatever_it_is_read_as() {
    let sentence = (400, "the path parameter id is no UTF-8".to_owned());
    for raw in ["%FF", "%C3", "%C3%28", "a%F0%9F%92"] {
        assert_eq!(refused(captured::<Text>(raw).text()), sentence);
        assert_eq!(refused(value::<u64>(captured::<Text>(raw))), sentence);
        assert_eq!(refused(captured::<Rest>(raw).text()), sentence);
        assert_eq!(refused(value::<Vec<String>>(captured::<Rest>(raw))), sentence);
        assert_eq!(refused(value::<String>(captured::<Rest>(raw))), sentence);
        assert_eq!(refused(captured::<Maybe<Text>>(raw).optional_text()), sentence);
        let segment = (400, "a segment of the path is no UTF-8".to_owned());
        assert_eq!(refused(captured::<Rest>(raw).segments().collect::<Result<Vec<_>>>()), segment);
    }
}

#[test]
fn a_404_says_no_more_than_that() {
    let id = env::<Text>(Some("x"), 404);
    let missing = (404, Error::new(404).exposed_message().to_owned());
    assert_eq!(refused(value::<u64>(id)), missing);
    let rest = env::<Rest>(Some("%FF"), 404);
    assert_eq!(refused(rest.text()), missing);
    assert_eq!(refused(rest.segments().collect::<Result<Vec<_>>>()), missing);
}

#[test]
fn what_the_route_parses_is_decoded_first_and_none_if_it_does_not_fit() {
    let read = |text| <Parsed<u64>>::store(text).map(|id| *<Parsed<u64>>::held(&id));
    assert_eq!(read(Some("7")), Some(7));
    assert_eq!(read(Some("%37")), Some(7));
    assert_eq!((read(Some("x")), read(Some("%FF")), read(None)), (None, None, None));
    let read = |text| <Maybe<Parsed<u64>>>::store(text).map(|id| <Maybe<Parsed<u64>>>::held_optional(&id).copied());
    assert_eq!((read(Some("7")), read(None), read(Some("x"))), (Some(Some(7)), Some(None), None));
}

#[test]
fn text_that_a_fn_holds_is_decoded_or_missing() {
    let text = |env: Env<'_, Text>| read::held::<_, Here>(env, "id").unwrap().text().to_owned();
    assert_eq!((text(captured("ada")), text(captured("ada%20l"))), ("ada".to_owned(), "ada l".to_owned()));
    let optional = |env: Env<'_, Maybe<Text>>| {
        let held = read::optional_held::<_, Here>(env, "id").unwrap();
        held.optional_text().map(str::to_owned)
    };
    assert_eq!(optional(captured("a%20b")), Some("a b".to_owned()));
    assert_eq!((optional(captured("a")), optional(absent())), (Some("a".to_owned()), None));
    let sentence = (400, "the path parameter id is no UTF-8".to_owned());
    assert_eq!(refused(read::held::<_, Here>(captured::<Text>("%FF"), "id")), sentence);
    assert_eq!(refused(read::optional_held::<_, Here>(captured::<Maybe<Text>>("%FF"), "id")), sentence);
}

#[test]
fn what_is_missing_is_none_and_has_no_segments() {
    assert_eq!(value::<Option<String>>(absent::<Maybe<Text>>()).unwrap(), None);
    assert_eq!(absent::<Maybe<Text>>().optional_text().unwrap(), None);
    assert_eq!(value::<Option<Vec<String>>>(absent::<Maybe<Rest>>()).unwrap(), None);
    assert_eq!(absent::<Maybe<Rest>>().segments().count(), 0);
}

#[test]
fn segments_are_borrowed_and_an_encoded_slash_ends_none() {
    let rest = captured::<Rest>("a/b%2Fc/d%20e");
    let mut segments = rest.segments();
    assert!(matches!(segments.next(), Some(Ok(Cow::Borrowed("a")))));
    assert_eq!(segments.as_raw(), "b%2Fc/d%20e");
    assert_eq!(segments.map(Result::unwrap).collect::<Vec<_>>(), ["b/c", "d e"]);
    assert_eq!(value::<String>(rest).unwrap(), "a/b/c/d e");
}
