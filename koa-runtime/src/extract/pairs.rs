//! Pairs to values: the query, and what a form sends.

use serde::de::DeserializeOwned;

use super::fault;
use crate::Result;

/// The query as a value; 400 if it does not fit.
pub(crate) fn query<T: DeserializeOwned>(query: &str) -> Result<T> {
    decode(query, 400, "invalid query")
}

/// A form as a value; 422 if it does not fit.
pub(crate) fn form<T: DeserializeOwned>(form: &str) -> Result<T> {
    decode(form, 422, "invalid body")
}

fn decode<T: DeserializeOwned>(text: &str, status: u16, what: &str) -> Result<T> {
    let pairs = || serde_html_form::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
    // only what does not fit is read with its path in mind, which costs a copy of each name
    T::deserialize(pairs())
        .or_else(|_| serde_path_to_error::deserialize(pairs()).map_err(|error| fault::misfit(status, what, error)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Post {
        title: String,
        #[serde(default)]
        tag: Vec<u8>,
        draft: Option<bool>,
    }

    #[track_caller]
    fn refused(form: &str, message: &str) {
        let error = super::form::<Post>(form).unwrap_err();
        assert_eq!((error.status().as_u16(), error.message()), (422, message), "{form}");
    }

    #[test]
    fn a_form_is_read() {
        let post: Post = form("title=A+b%C3%BC&tag=1&draft=on&tag=2&other=x").unwrap();
        assert_eq!((&*post.title, &post.tag[..], post.draft), ("A bü", &[1, 2][..], Some(true)));
    }

    #[test]
    fn a_form_that_does_not_fit_is_a_422_that_names_the_field() {
        refused("", "invalid body: missing field `title`");
        refused("title=A&tag=1&tag=256", "invalid body: tag[1]: number too large to fit in target type");
        refused(
            "title=A&draft=x",
            "invalid body: draft: invalid value: string \"x\", expected \"true\", \"on\" or \"false\"",
        );
    }

    #[test]
    fn a_query_that_does_not_fit_is_a_400() {
        assert_eq!(query::<Post>("tag=1").unwrap_err().status(), 400);
    }

    #[test]
    fn a_message_repeats_no_more_than_a_few_words() {
        let error = form::<Post>(&format!("title=A&draft={}", "%0A".repeat(10_000))).unwrap_err();
        assert!(error.message().chars().count() < 400, "{error}");
        assert!(error.message().ends_with("expected \"true\", \"on\" or \"false\""), "{error}");
    }

    proptest! {
        #[test]
        fn any_text_is_a_value_or_an_error(text in "(title|tag|draft|=|&|%|[0-9a-f]){0,20}|.{0,20}") {
            if let Err(error) = form::<Post>(&text) {
                prop_assert_eq!(error.status().as_u16(), 422);
            }
        }
    }
}
