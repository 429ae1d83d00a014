//! Dates in headers (RFC 9110 §5.6.7).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The last second that one can name, since 1970: 9999-12-31T23:59:59Z.
pub(crate) const LAST: Duration = Duration::from_secs(253_402_300_799);

/// A time as a header has it, in whole seconds. One before 1970 or after 9999 is taken for the nearest in between.
pub(crate) fn http_date(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    httpdate::fmt_http_date(UNIX_EPOCH + since.min(LAST))
}
