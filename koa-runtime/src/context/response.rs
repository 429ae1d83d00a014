//! The response's words on the context.

use std::time::SystemTime;

use http::StatusCode;
use http::header::AsHeaderName;

use crate::header::{IntoHeaderName, IntoHeaderValue};
use crate::status::IntoStatus;
use crate::{Attachment, Body, Context};

/// The response's words.
impl Context {
    /// [`Response::status`](crate::Response::status).
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// [`Response::set_status`](crate::Response::set_status).
    pub fn set_status(&mut self, status: impl IntoStatus) {
        self.response.set_status(status);
    }

    /// [`Response::message`](crate::Response::message).
    #[must_use]
    pub fn message(&self) -> &str {
        self.response.message()
    }

    /// [`Response::set_message`](crate::Response::set_message).
    pub fn set_message(&mut self, message: impl Into<String>) {
        self.response.set_message(message);
    }

    /// [`Response::header_sent`](crate::Response::header_sent).
    #[must_use]
    pub fn header_sent(&self) -> bool {
        self.response.header_sent()
    }

    /// [`Response::body`](crate::Response::body).
    #[must_use]
    pub fn body(&self) -> Option<&Body> {
        self.response.body()
    }

    /// [`Response::set_body`](crate::Response::set_body).
    pub fn set_body(&mut self, body: impl Into<Body>) {
        self.response.set_body(body);
    }

    /// [`Response::set_json`](crate::Response::set_json).
    #[cfg(feature = "json")]
    pub fn set_json<T: serde::Serialize + ?Sized>(&mut self, value: &T) {
        self.response.set_json(value);
    }

    /// [`Response::clear_body`](crate::Response::clear_body).
    pub fn clear_body(&mut self) {
        self.response.clear_body();
    }

    /// [`Response::length`](crate::Response::length).
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.response.length()
    }

    /// [`Response::set_length`](crate::Response::set_length).
    pub fn set_length(&mut self, length: u64) {
        self.response.set_length(length);
    }

    /// [`Response::type_`](crate::Response::type_).
    #[must_use]
    pub fn type_(&self) -> &str {
        self.response.type_()
    }

    /// [`Response::set_type`](crate::Response::set_type).
    pub fn set_type(&mut self, mime: &str) {
        self.response.set_type(mime);
    }

    /// [`Response::has`](crate::Response::has).
    #[must_use]
    pub fn has(&self, field: impl AsHeaderName) -> bool {
        self.response.has(field)
    }

    /// [`Response::set`](crate::Response::set): a header of the response.
    pub fn set(&mut self, field: impl IntoHeaderName, value: impl IntoHeaderValue) {
        self.response.set(field, value);
    }

    /// [`Response::set_all`](crate::Response::set_all): a header of the response, of several lines.
    pub fn set_all<V: IntoHeaderValue>(&mut self, field: impl IntoHeaderName, values: impl IntoIterator<Item = V>) {
        self.response.set_all(field, values);
    }

    /// [`Response::append`](crate::Response::append).
    pub fn append(&mut self, field: impl IntoHeaderName, value: impl IntoHeaderValue) {
        self.response.append(field, value);
    }

    /// [`Response::remove`](crate::Response::remove).
    pub fn remove(&mut self, field: impl AsHeaderName) {
        self.response.remove(field);
    }

    /// [`Response::etag`](crate::Response::etag).
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.response.etag()
    }

    /// [`Response::set_etag`](crate::Response::set_etag).
    pub fn set_etag(&mut self, etag: impl AsRef<str>) {
        self.response.set_etag(etag);
    }

    /// [`Response::last_modified`](crate::Response::last_modified).
    #[must_use]
    pub fn last_modified(&self) -> Option<SystemTime> {
        self.response.last_modified()
    }

    /// [`Response::set_last_modified`](crate::Response::set_last_modified).
    pub fn set_last_modified(&mut self, time: SystemTime) {
        self.response.set_last_modified(time);
    }

    /// [`Response::vary`](crate::Response::vary).
    pub fn vary(&mut self, fields: &str) {
        self.response.vary(fields);
    }

    /// [`Response::attachment`](crate::Response::attachment).
    pub fn attachment<'a>(&mut self, attachment: impl Into<Attachment<'a>>) {
        self.response.attachment(attachment);
    }

    /// [`Response::redirect`](crate::Response::redirect), with a page of plain text if the client does not accept HTML
    /// (K-408, K-413).
    pub fn redirect(&mut self, url: impl AsRef<str>) {
        let html = self.request.accepts("html").is_some();
        self.response.redirect_with_page(url.as_ref(), html);
    }
}
