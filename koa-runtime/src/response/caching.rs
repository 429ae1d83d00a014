//! What caches go by.

use std::time::SystemTime;

use http::HeaderValue;
use http::header::{ETAG, LAST_MODIFIED, VARY};

use super::Response;
use crate::Error;
use crate::date::http_date;
use crate::header::{is_token, text};

/// `ETag`, `Last-Modified`, `Vary`.
impl Response {
    /// The `ETag`, if it is set.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.get(ETAG)
    }

    /// Sets the `ETag`, in quotes unless it begins with `"` or `W/"` (K-405). One with quotes inside, or with what
    /// no header can hold, is a [fault](Response::fault).
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// let mut response = Response::new();
    /// response.set_etag("v1");
    /// assert_eq!(response.etag(), Some("\"v1\""));
    /// response.set_etag("W/\"v2\"");
    /// assert_eq!(response.etag(), Some("W/\"v2\""));
    /// ```
    pub fn set_etag(&mut self, etag: impl AsRef<str>) {
        let etag = etag.as_ref();
        let quoted = etag.strip_prefix("W/").unwrap_or(etag).strip_prefix('"');
        let inside = match quoted {
            None => etag,
            Some(rest) => rest.strip_suffix('"').unwrap_or("\""),
        };
        if inside.contains('"') {
            return self.fail(Error::new(500).with_message("invalid ETag: it may hold no quotes"));
        }
        match quoted {
            None => self.set(ETAG, format!("\"{etag}\"")),
            Some(_) => self.set(ETAG, etag),
        }
    }

    /// When `Last-Modified` says that it was changed; `None` if it is not set or says no date (K-406).
    #[must_use]
    pub fn last_modified(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(self.get(LAST_MODIFIED)?).ok()
    }

    /// Sets `Last-Modified`, in whole seconds. A time before 1970 or after 9999 is taken for the nearest in between.
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use koa_runtime::Response;
    /// let mut response = Response::new();
    /// let time = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    /// response.set_last_modified(time);
    /// assert_eq!(response.get("last-modified"), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
    /// assert_eq!(response.last_modified(), Some(time));
    /// ```
    pub fn set_last_modified(&mut self, time: SystemTime) {
        self.set(LAST_MODIFIED, http_date(time));
    }

    /// Says that the response depends on this header of the request, or on these, with commas between them; each is
    /// named once (K-401). `*` is on more than can be named, and stays (K-403). What is no header is a
    /// [fault](Response::fault) (K-404).
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// let mut response = Response::new();
    /// response.vary("Accept");
    /// response.vary("Accept-Encoding, accept");
    /// assert_eq!(response.get("vary"), Some("Accept, Accept-Encoding"));
    /// ```
    pub fn vary(&mut self, fields: &str) {
        if !fields.split(',').all(|field| is_token(field.trim())) {
            return self.fail(Error::new(500).with_message(format!("invalid header name in Vary: {fields:?}")));
        }
        let mut all = String::new();
        for line in self.headers.get_all(VARY) {
            add(&mut all, text(line));
        }
        let before = all.len();
        add(&mut all, fields);
        if all.split(", ").any(|field| field == "*") {
            self.headers.insert(VARY, HeaderValue::from_static("*"));
        } else if all.len() > before {
            self.set(VARY, all);
        }
    }
}

/// Adds what is not there yet.
fn add(all: &mut String, fields: &str) {
    for field in fields.split(',').map(str::trim).filter(|field| !field.is_empty()) {
        if !all.split(", ").any(|known| known.eq_ignore_ascii_case(field)) {
            if !all.is_empty() {
                all.push_str(", ");
            }
            all.push_str(field);
        }
    }
}
