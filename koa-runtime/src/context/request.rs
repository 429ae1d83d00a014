//! The request's words on the context.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;
use http::{HeaderMap, Method};

use crate::{Context, Query, Result};

/// The request's words.
impl Context {
    /// [`Request::method`](crate::Request::method).
    #[must_use]
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// [`Request::set_method`](crate::Request::set_method).
    pub fn set_method(&mut self, method: Method) {
        self.request.set_method(method);
    }

    /// [`Request::url`](crate::Request::url).
    #[must_use]
    pub fn url(&self) -> &str {
        self.request.url()
    }

    /// [`Request::set_url`](crate::Request::set_url).
    ///
    /// # Errors
    ///
    /// Fails if it is no url: a path, or an absolute url.
    pub fn set_url(&mut self, url: &str) -> Result {
        self.request.set_url(url)
    }

    /// [`Request::original_url`](crate::Request::original_url).
    #[must_use]
    pub fn original_url(&self) -> &str {
        self.request.original_url()
    }

    /// [`Request::path`](crate::Request::path).
    #[must_use]
    pub fn path(&self) -> &str {
        self.request.path()
    }

    /// [`Request::set_path`](crate::Request::set_path).
    ///
    /// # Errors
    ///
    /// Fails if it does not begin with `/`, or if a host alone was asked for, as in `CONNECT`.
    pub fn set_path(&mut self, path: &str) -> Result {
        self.request.set_path(path)
    }

    /// [`Request::querystring`](crate::Request::querystring).
    #[must_use]
    pub fn querystring(&self) -> &str {
        self.request.querystring()
    }

    /// [`Request::set_querystring`](crate::Request::set_querystring).
    ///
    /// # Errors
    ///
    /// Fails if the url gets longer than 65 534 bytes, or if there is no path to put it behind, as in `OPTIONS *`.
    pub fn set_querystring(&mut self, query: &str) -> Result {
        self.request.set_querystring(query)
    }

    /// [`Request::search`](crate::Request::search).
    #[must_use]
    pub fn search(&self) -> &str {
        self.request.search()
    }

    /// [`Request::set_search`](crate::Request::set_search).
    ///
    /// # Errors
    ///
    /// Fails if the url gets longer than 65 534 bytes, or if there is no path to put it behind, as in `OPTIONS *`.
    pub fn set_search(&mut self, search: &str) -> Result {
        self.request.set_search(search)
    }

    /// [`Request::query`](crate::Request::query).
    #[must_use]
    pub fn query(&self) -> Query<'_> {
        self.request.query()
    }

    /// [`Request::query_as`](crate::Request::query_as).
    ///
    /// # Errors
    ///
    /// A 400 that names the field.
    #[cfg(feature = "query")]
    pub fn query_as<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        self.request.query_as()
    }

    /// [`Request::set_query`](crate::Request::set_query).
    ///
    /// # Errors
    ///
    /// Fails if the url gets longer than 65 534 bytes, or if there is no path to put it behind, as in `OPTIONS *`.
    pub fn set_query<N, V>(&mut self, pairs: impl IntoIterator<Item = (N, V)>) -> Result
    where
        N: AsRef<str>,
        V: fmt::Display,
    {
        self.request.set_query(pairs)
    }

    /// [`Request::href`](crate::Request::href).
    #[must_use]
    pub fn href(&self) -> String {
        self.request.href()
    }

    /// [`Request::origin`](crate::Request::origin).
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.request.origin()
    }

    /// [`Request::idempotent`](crate::Request::idempotent).
    #[must_use]
    pub fn idempotent(&self) -> bool {
        self.request.idempotent()
    }

    /// [`Request::get`](crate::Request::get): a header of the request, or `""`.
    #[must_use]
    pub fn get(&self, field: &str) -> &str {
        self.request.get(field)
    }

    /// [`Request::headers`](crate::Request::headers).
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// [`Request::host`](crate::Request::host).
    #[must_use]
    pub fn host(&self) -> &str {
        self.request.host()
    }

    /// [`Request::hostname`](crate::Request::hostname).
    #[must_use]
    pub fn hostname(&self) -> &str {
        self.request.hostname()
    }

    /// [`Request::subdomains`](crate::Request::subdomains).
    pub fn subdomains(&self) -> impl Iterator<Item = &str> {
        self.request.subdomains()
    }

    /// [`Request::protocol`](crate::Request::protocol).
    #[must_use]
    pub fn protocol(&self) -> &'static str {
        self.request.protocol()
    }

    /// [`Request::secure`](crate::Request::secure).
    #[must_use]
    pub fn secure(&self) -> bool {
        self.request.secure()
    }

    /// [`Request::ip`](crate::Request::ip).
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        self.request.ip()
    }

    /// [`Request::set_ip`](crate::Request::set_ip).
    pub fn set_ip(&mut self, ip: IpAddr) {
        self.request.set_ip(ip);
    }

    /// [`Request::ips`](crate::Request::ips).
    pub fn ips(&self) -> impl Iterator<Item = &str> {
        self.request.ips()
    }

    /// [`Request::peer`](crate::Request::peer).
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.request.peer()
    }

    /// [`Request::bytes`](crate::Request::bytes).
    ///
    /// # Errors
    ///
    /// 413 if there are more than `limit`, 400 if the client broke them off.
    pub async fn bytes(&mut self, limit: usize) -> Result<Bytes> {
        self.request.bytes(limit).await
    }

    /// [`Request::text`](crate::Request::text).
    ///
    /// # Errors
    ///
    /// 400, 413 or 415.
    pub async fn text(&mut self, limit: usize) -> Result<String> {
        self.request.text(limit).await
    }

    /// [`Request::json`](crate::Request::json).
    ///
    /// # Errors
    ///
    /// 400, 413, 415 or 422.
    #[cfg(feature = "json")]
    pub async fn json<T: serde::de::DeserializeOwned>(&mut self, limit: usize) -> Result<T> {
        self.request.json(limit).await
    }

    /// [`Request::form`](crate::Request::form).
    ///
    /// # Errors
    ///
    /// 400, 413, 415 or 422.
    #[cfg(feature = "query")]
    pub async fn form<T: serde::de::DeserializeOwned>(&mut self, limit: usize) -> Result<T> {
        self.request.form(limit).await
    }
}
