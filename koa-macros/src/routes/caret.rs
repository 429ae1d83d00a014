//! An error under one character of a string.

use syn::LitStr;

/// Points into a string literal.
///
/// Only a nightly compiler gives the span of a part of a literal. On a stable one the string is shown once more, in the message,
/// with a `^` under the character.
pub(super) struct Caret<'a> {
    literal: &'a LitStr,
    /// The literal as written, and where in it each character of its value is; `None` where that is not known.
    written: String,
    places: Option<Vec<usize>>,
}

impl<'a> Caret<'a> {
    pub(super) fn new(literal: &'a LitStr) -> Self {
        let written = literal.token().to_string();
        let places = places(&written, &literal.value());
        Self { literal, written, places }
    }

    /// `sentence`, about the character at `at` of the value.
    pub(super) fn error(&self, at: usize, sentence: &str) -> syn::Error {
        let value = self.literal.value();
        let character = value[..at.min(value.len())].chars().count();
        let (shown, column) = match &self.places {
            Some(places) => {
                let place = places.get(character).copied().unwrap_or(self.written.len().saturating_sub(1));
                let exact = self.literal.token().subspan(place..=place);
                if let Some(span) = exact {
                    return syn::Error::new(span, sentence);
                }
                (self.written.clone(), self.written[..place].chars().count())
            }
            None => (value, character),
        };
        let message = format!("{sentence}\n\n    {shown}\n    {}^", " ".repeat(column));
        syn::Error::new(self.literal.span(), message)
    }
}

/// Where in the literal as written each character of its value begins, and after these where the value ends. A literal with
/// escapes is none that this is known of.
fn places(written: &str, value: &str) -> Option<Vec<usize>> {
    let start = written.find('"')? + 1;
    let end = written.rfind('"')?;
    if written.get(start..end)? != value {
        return None;
    }
    Some(value.char_indices().map(|(at, _)| start + at).chain([end]).collect())
}
