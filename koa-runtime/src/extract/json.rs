//! JSON to values.

use serde::de::{DeserializeOwned, IgnoredAny};

use super::fault;
use crate::Result;

/// The value.
///
/// 400 if the text is no JSON, 422 if it is and the value does not fit.
pub(crate) fn decode<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).or_else(|_| explain(text))
}

/// Reads again, to tell what is wrong and where: to know that all the time would cost a copy of each name.
#[cold]
fn explain<T: DeserializeOwned>(text: &str) -> Result<T> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return Err(fault::malformed("invalid JSON", error));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut json).map_err(|error| fault::misfit(422, "invalid body", error))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Author {
        name: String,
        age: Option<u8>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Post {
        title: String,
        #[serde(default)]
        authors: Vec<Author>,
        #[serde(default)]
        scores: HashMap<String, f64>,
    }

    #[track_caller]
    fn refused(text: &str, status: u16, message: &str) {
        let error = decode::<Post>(text).unwrap_err();
        assert_eq!((error.status().as_u16(), error.message()), (status, message), "{text}");
        assert!(error.is_exposed() && error.source().is_some());
    }

    #[test]
    fn a_value_is_read() {
        let post: Post = decode(" {\"title\": \"A\", \"authors\": [{\"name\": \"B\"}]} \n").unwrap();
        assert_eq!((post.title.as_str(), post.authors.len()), ("A", 1));
        assert_eq!(decode::<u8>("7").unwrap(), 7); // K-604
    }

    #[test]
    fn no_json_is_a_400_that_says_where() {
        // K-605
        refused("{\"title\": ", 400, "invalid JSON: EOF while parsing a value at line 1 column 10");
        refused("{\n  'title': 1}", 400, "invalid JSON: key must be a string at line 2 column 3");
        refused("{\"title\": \"A\"} x", 400, "invalid JSON: trailing characters at line 1 column 16");
        refused(" \n", 400, "invalid JSON: EOF while parsing a value at line 2 column 0");
        // even if what comes before does not fit either
        refused("{\"title\": 1, ]", 400, "invalid JSON: key must be a string at line 1 column 14");
    }

    #[test]
    fn json_that_does_not_fit_is_a_422_that_names_the_field() {
        refused("{}", 422, "invalid body: missing field `title` at line 1 column 2");
        refused(
            "{\"title\": 1}",
            422,
            "invalid body: title: invalid type: integer `1`, expected a string at line 1 column 11",
        );
        refused(
            "{\"title\": \"A\", \"authors\": [{\"name\": \"B\"}, {\"name\": \"C\", \"age\": 256}]}",
            422,
            "invalid body: authors[1].age: invalid value: integer `256`, expected u8 at line 1 column 66",
        );
        refused(
            "{\"title\": \"A\", \"authors\": [{}]}",
            422,
            "invalid body: authors[0]: missing field `name` at line 1 column 29",
        );
        refused(
            "{\"titel\": \"A\"}",
            422,
            "invalid body: titel: unknown field `titel`, expected one of `title`, `authors`, `scores` at line 1 column 8",
        );
        // JSON has such a number, and no `f64` is as large
        refused(
            "{\"title\": \"A\", \"scores\": {\"a\": 1e999}}",
            422,
            "invalid body: scores.a: number out of range at line 1 column 36",
        );
    }

    #[test]
    fn what_nests_too_deep_is_refused() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let error = decode::<serde_json::Value>(&deep).unwrap_err();
        assert_eq!(error.status(), 422);
        assert!(error.message().contains("recursion limit exceeded"), "{error}");
        assert!(error.message().len() < 600, "{error}");
    }

    #[test]
    fn a_message_repeats_no_more_than_a_few_words() {
        let long = "x".repeat(100_000);
        for text in [
            format!("{{\"title\": {{\"{long}\": 1}}}}"),
            format!("{{\"title\": \"A\", \"{long}\": 1}}"),
            format!("{{\"title\": \"A\", \"scores\": {{\"{long}\": \"{long}\"}}}}"),
            format!("{{\"title\": \"A\", \"scores\": \"{long}\\n\"}}"),
        ] {
            let error = decode::<Post>(&text).unwrap_err();
            assert_eq!(error.status(), 422);
            assert!(error.message().chars().count() < 400, "{error}");
        }
        // and what was expected, and where, is still there
        let error = decode::<Post>(&format!("{{\"title\": \"A\", \"authors\": \"{long}\"}}")).unwrap_err();
        assert!(error.message().starts_with("invalid body: authors: invalid type: string \"xxx"), "{error}");
        assert!(error.message().ends_with("xxx\", expected a sequence at line 1 column 100028"), "{error}");
    }

    proptest! {
        #[test]
        fn any_text_is_a_value_or_an_error(text in "[\\[\\]{}\":,0-9a-e .\\\\\\-+]{0,30}|\\{\"title\":.{0,10}\\}|.{0,20}") {
            if let Err(error) = decode::<Post>(&text) {
                let well_formed = serde_json::from_str::<IgnoredAny>(&text).is_ok();
                prop_assert_eq!(error.status().as_u16(), if well_formed { 422 } else { 400 });
            }
        }
    }
}
