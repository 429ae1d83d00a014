//! What may stand for a status code: a number or a [`StatusCode`].

use http::StatusCode;
use hyper::ext::ReasonPhrase;

use crate::header::IntoHeaderValue as _;

/// What may stand for a status: a `u16` such as `404`, or a [`StatusCode`].
///
/// ```
/// use koa_runtime::{Error, Status};
///
/// assert_eq!(Error::new(404).status(), Status::NOT_FOUND);
/// assert_eq!(Error::new(Status::NOT_FOUND).status(), 404);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a status",
    label = "not a status",
    note = "a status is a `u16` such as `404`, or a `Status` such as `Status::NOT_FOUND`"
)]
pub trait IntoStatus {
    /// The status, or the number itself if no status can have it.
    ///
    /// # Errors
    ///
    /// Gives the number back if it is outside 100 to 999.
    fn into_status(self) -> Result<StatusCode, u16>;
}

impl IntoStatus for StatusCode {
    fn into_status(self) -> Result<StatusCode, u16> {
        Ok(self)
    }
}

// The only integer, so that a bare `404` can be nothing else.
impl IntoStatus for u16 {
    fn into_status(self) -> Result<StatusCode, u16> {
        StatusCode::from_u16(self).map_err(|_| self)
    }
}

/// Whether a reply with this status never has a body.
pub(crate) fn is_empty(status: StatusCode) -> bool {
    matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED)
}

/// Whether this status asks the client to go somewhere else (K-414).
pub(crate) fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 300..=303 | 305 | 307 | 308)
}

/// The reason phrases that the `http` crate, and with it hyper, spells otherwise than Koa does, or lacks.
pub(crate) fn own_reason(status: StatusCode) -> Option<&'static str> {
    match status.as_u16() {
        203 => Some("Non-Authoritative Information"),
        418 => Some("I'm a Teapot"),
        509 => Some("Bandwidth Limit Exceeded"),
        _ => None,
    }
}

/// The reason phrase of `status`, if it is one that Koa knows.
pub(crate) fn reason(status: StatusCode) -> Option<&'static str> {
    own_reason(status).or_else(|| status.canonical_reason())
}

/// Whether text can stand beside a status. What it may hold is what the value of a header may hold.
pub(crate) fn is_message(text: &str) -> bool {
    to_phrase(text).is_some()
}

/// Text as it stands beside a status: in Latin-1, as node has it.
pub(crate) fn to_phrase(text: &str) -> Option<ReasonPhrase> {
    ReasonPhrase::try_from(text.into_header_value()?.as_bytes()).ok()
}

/// The phrase for `status`; one without a phrase of its own borrows its class's, as `http-errors` does.
pub(crate) fn phrase(status: StatusCode) -> &'static str {
    reason(status).unwrap_or(match status.as_u16() / 100 {
        4 => "Bad Request",
        5 => "Internal Server Error",
        _ => "Unknown",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_koas() {
        for (status, phrase) in [
            (200, Some("OK")),
            (203, Some("Non-Authoritative Information")),
            (306, None),
            (418, Some("I'm a Teapot")),
            (509, Some("Bandwidth Limit Exceeded")),
            (599, None),
        ] {
            assert_eq!(reason(StatusCode::from_u16(status).expect("a status")), phrase, "{status}");
        }
    }
}
