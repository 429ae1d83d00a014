//! Where the client believes to be.

use std::net::{IpAddr, Ipv6Addr};

use http::Version;
use http::header::HOST;
use http::uri::Authority;

use super::Request;
use crate::header::text_of;

/// The host, and how it was reached.
impl Request {
    /// The host the client asked, with its port; `""` if it did not say (K-240 to K-254).
    ///
    /// Behind a [proxy that is believed](crate::Settings::proxy) it is what `X-Forwarded-Host` says, if it is there.
    /// It is the client's word all the same: check it before anything goes by it.
    #[must_use]
    pub fn host(&self) -> &str {
        let forwarded = self.proxies().and_then(|proxies| proxies.host());
        without_user(forwarded.unwrap_or_else(|| self.asked_host()))
    }

    fn asked_host(&self) -> &str {
        let authority = match self.version {
            // a target with a host in it is what HTTP/1 sends to proxies: the header counts
            Version::HTTP_2 | Version::HTTP_3 => self.uri.authority().map(Authority::as_str),
            _ => None,
        };
        let host = authority.unwrap_or_else(|| text_of(&self.headers, HOST));
        host.split_once(',').map_or(host, |(first, _)| first).trim()
    }

    /// The host without its port, an IPv6 address in its brackets; `""` if there is none, or if what is in brackets
    /// is no such address (K-255 to K-262).
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// let head = http::Request::get("/").header("Host", "[::1]:3000");
    /// let request = Request::new(head.body(Body::empty())?);
    /// assert_eq!((request.host(), request.hostname()), ("[::1]:3000", "[::1]"));
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn hostname(&self) -> &str {
        let host = self.host();
        if !host.starts_with('[') {
            return host.split_once(':').map_or(host, |(name, _)| name);
        }
        let Some((address, port)) = host[1..].split_once(']') else {
            return "";
        };
        let is_port = match port.strip_prefix(':') {
            Some("") => true,
            Some(digits) => digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok(),
            None => port.is_empty(),
        };
        if is_port && address.parse::<Ipv6Addr>().is_ok() { &host[..address.len() + 2] } else { "" }
    }

    /// What is about to be changed may be where the host is read from: routes that were taken by it keep it.
    pub(super) fn keep_host(&mut self) {
        if self.trail.has_hosts() {
            let host = self.hostname().to_owned();
            self.trail.keep_host(&host);
        }
    }

    /// The labels of the hostname in front of the domain of the application, innermost first; none of an address
    /// (K-281 to K-284). How many labels are the domain's is the setting
    /// [`subdomain_offset`](crate::Settings::subdomain_offset).
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// let head = http::Request::get("/").header("Host", "tobi.ferrets.example.com");
    /// let request = Request::new(head.body(Body::empty())?);
    /// assert!(request.subdomains().eq(["ferrets", "tobi"]));
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn subdomains(&self) -> impl Iterator<Item = &str> {
        let hostname = self.hostname();
        let is_name = !hostname.is_empty() && !hostname.starts_with('[') && hostname.parse::<IpAddr>().is_err();
        let labels = is_name.then(|| hostname.rsplit('.').skip(self.settings().subdomain_offset));
        labels.into_iter().flatten()
    }

    /// `"https"` over TLS, and else `"http"`, unless a [proxy that is believed](crate::Settings::proxy) says in
    /// `X-Forwarded-Proto` that it was asked otherwise (K-266 to K-271).
    ///
    /// It may say `http`, `https`, `ws` and `wss`; anything else counts as nothing.
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// let request = Request::new(http::Request::new(Body::empty()));
    /// assert_eq!((request.protocol(), request.secure()), ("http", false));
    /// let request = request.with_secure(true);
    /// assert_eq!((request.protocol(), request.secure()), ("https", true));
    /// ```
    #[must_use]
    pub fn protocol(&self) -> &'static str {
        if self.tls {
            return "https";
        }
        let said = self.proxies().and_then(|proxies| proxies.protocol()).unwrap_or("");
        // a protocol made up by a client must not get into a url
        let known = ["https", "ws", "wss"].into_iter().find(|known| said.eq_ignore_ascii_case(known));
        known.unwrap_or("http")
    }

    /// Whether the client asked over TLS: whether the protocol is `"https"` (K-272).
    #[must_use]
    pub fn secure(&self) -> bool {
        self.protocol() == "https"
    }
}

/// Whatever stands before an `@` is a user's name, and not to be taken for a host (K-250, K-253).
fn without_user(host: &str) -> &str {
    match host.rsplit_once('@') {
        None => host,
        Some((_, host)) if host.contains(['/', '\\', '?', '#']) || host.contains(char::is_whitespace) => "",
        Some((_, host)) => host,
    }
}
