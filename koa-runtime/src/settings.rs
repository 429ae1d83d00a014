//! What an application is set to, shared by all its requests.

use std::fmt;
use std::sync::{Arc, LazyLock};

use http::HeaderName;

use crate::error::valid_header_name;
use crate::header::IntoHeaderName;
use crate::request::Networks;
use crate::router::methods::Methods;
use crate::server::events::{Emit, ErrorListener, Events};
use crate::{Context, Error, Result};

pub(crate) type Renderer = Arc<dyn Fn(&Error, &mut Context) + Send + Sync>;

/// The settings of an application (K-001).
///
/// ```
/// use koa_runtime::Settings;
///
/// let mut settings = Settings::default();
/// settings.proxy = true;
/// settings.on_error(|error, ctx| println!("{} failed: {error}", ctx.path()));
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Settings {
    /// Where the application runs, from the environment variable `KOA_ENV`; `"development"` if unset.
    pub env: String,
    /// Whether a proxy stands in front, whose `X-Forwarded-…` headers are to be believed, whoever sends them: Koa's
    /// `app.proxy`. What they name first counts, which a client can make up unless the proxy drops what it sent.
    /// [`trust_proxies`](Settings::trust_proxies) believes only who is to be believed.
    pub proxy: bool,
    /// The header that lists the addresses a request came through, if proxies are believed: `X-Forwarded-For`
    /// unless said otherwise (K-275). With `Forwarded` (RFC 7239) host and protocol are read from there too, and no
    /// `X-Forwarded-…` is looked at.
    pub proxy_ip_header: HeaderName,
    /// How many of these addresses count, from the last; 0 is all of them (K-276).
    pub max_ips_count: usize,
    /// How many of the host's last labels are no subdomains: 2 for `example.com`.
    pub subdomain_offset: usize,
    /// Whether errors that nobody listens for are not even printed (K-029).
    pub silent: bool,
    /// What cookies are signed with, the newest first: Koa's `app.keys`.
    #[cfg(feature = "cookies")]
    pub keys: Option<crate::cookies::Keys>,
    // `None` as long as nobody has said whom to trust, and `proxy` counts
    networks: Option<Networks>,
    events: Events<Context>,
    renderer: Option<Renderer>,
    kept_on_error: Vec<HeaderName>,
    // filled in by the application: what its routes are for
    pub(crate) methods: Methods,
}

impl Default for Settings {
    fn default() -> Self {
        let env = std::env::var("KOA_ENV").ok();
        Self {
            env: env.filter(|env| !env.is_empty()).unwrap_or_else(|| "development".to_owned()),
            proxy: false,
            proxy_ip_header: HeaderName::from_static("x-forwarded-for"),
            max_ips_count: 0,
            subdomain_offset: 2,
            silent: false,
            #[cfg(feature = "cookies")]
            keys: None,
            networks: None,
            events: Events::default(),
            renderer: None,
            kept_on_error: Vec::new(),
            methods: Methods::default(),
        }
    }
}

impl Settings {
    /// Believes the proxies in these networks, such as `10.0.0.0/8`, or at these addresses, and nobody else; in place
    /// of [`proxy`](Settings::proxy), which is not looked at then. Of an empty list nobody is believed. What later calls
    /// name is believed too.
    ///
    /// If a request came from one of them, the addresses it lists are gone through from the last to the first for as
    /// long as they are trusted. The first that is not is the client: whatever stands before it the client made up.
    /// If a trusted proxy names something that is no address, the client's is not known, and
    /// [`ip`](crate::Request::ip) is the proxy's own.
    ///
    /// ```
    /// # use koa_runtime::{Result, Settings};
    /// # fn set() -> Result {
    /// let mut settings = Settings::default();
    /// settings.trust_proxies(["10.0.0.0/8", "192.0.2.7", "fd00::/8"])?;
    /// # Ok(())
    /// # }
    /// # set().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Fails at the first that is no network and no address.
    pub fn trust_proxies(&mut self, networks: impl IntoIterator<Item = impl AsRef<str>>) -> Result {
        let trusted = self.networks.get_or_insert_default();
        networks.into_iter().try_for_each(|network| trusted.add(network.as_ref()))
    }

    /// The proxies that are trusted, in place of `proxy`.
    pub(crate) fn networks(&self) -> Option<&Networks> {
        self.networks.as_ref()
    }

    /// Those of a request that belongs to no application.
    pub(crate) fn of_none() -> &'static Self {
        static SETTINGS: LazyLock<Settings> = LazyLock::new(Settings::default);
        &SETTINGS
    }

    /// Calls `listener` with every error that no layer caught: Koa's `app.on("error", …)`.
    ///
    /// It is called before the reply is made, so that it sees the context as the layers left it (K-032).
    /// With a listener nothing is printed any more (K-014). If one panics the request is still answered.
    ///
    /// It is told as well, once, when the body of a reply goes wrong while it is sent, be it a stream or of another crate:
    ///
    /// - the body's own error, or its panic (K-096, K-097);
    /// - a 500 if it turns out shorter or longer than its `Content-Length`. What is longer is cut at its length. That it is
    ///   longer is noticed if there is more at the time when the last byte is sent;
    /// - a 499 if the client went away (K-024).
    ///
    /// [`header_sent`](crate::Response::header_sent) is true then: the layers are done, and so the context is what is left
    /// of it. There are the head of the request with its extensions, the status and the headers that were sent, and no
    /// bodies. Bodies that are in memory cost nothing of this; others keep the head of their request until they are sent.
    pub fn on_error(&mut self, listener: impl Fn(&Error, &Context) + Send + Sync + 'static) {
        self.events.listen(Arc::new(listener));
    }

    /// Makes `renderer` write the reply to every error that no layer caught, in place of plain text (K-178). There is one:
    /// the last that was given. [`errors`](crate::errors) has some ready made.
    ///
    /// It is called after the listeners of [`on_error`](Self::on_error). The response it gets has the error's status and
    /// headers, and those that [outlive errors](Self::keep_on_error), but no body. If it sets none, the reply is the plain
    /// text. If it panics, or sets what cannot be sent, that goes to the error event as well, and the reply is the plain
    /// text too.
    ///
    /// What may be shown to the client is [`Error::exposed_message`]: [`Error::message`] and what is behind the error may
    /// be secret.
    ///
    /// ```
    /// use koa_runtime::prelude::*;
    ///
    /// let mut settings = Settings::default();
    /// settings.render_errors(|error, ctx| {
    ///     ctx.set_body(format!("{} - {}\n", ctx.status(), error.exposed_message()));
    /// });
    /// ```
    pub fn render_errors(&mut self, renderer: impl Fn(&Error, &mut Context) + Send + Sync + 'static) {
        self.renderer = Some(Arc::new(renderer));
    }

    pub(crate) fn renderer(&self) -> Option<Renderer> {
        self.renderer.clone()
    }

    pub(crate) fn renders_errors(&self) -> bool {
        self.renderer.is_some()
    }

    /// Keeps this header on errors, if a layer has set it before the error passed, where Koa clears all (K-176).
    ///
    /// These are kept anyway:
    ///
    /// | headers | because |
    /// |---|---|
    /// | `Access-Control-…`, `Cross-Origin-…` | without them a page of another origin cannot read the error (K-597) |
    /// | `Vary` | caches go by it; an error with a `Vary` of its own adds to it (K-584, K-691) |
    /// | `Cache-Control`, if it says `no-store` | what nobody may keep, nobody may keep as an error |
    /// | `Content-Security-Policy…`, `Strict-Transport-Security`, `X-Content-Type-Options`, `X-Frame-Options`, `Referrer-Policy`, `Permissions-Policy`, `Origin-Agent-Cluster`, `X-DNS-Prefetch-Control`, `X-Download-Options`, `X-Permitted-Cross-Domain-Policies`, `X-XSS-Protection` | they protect the page, be it of an error (K-712, K-713) |
    /// | `Reporting-Endpoints`, `Report-To`, `NEL` | where browsers report what was stopped |
    /// | `X-Request-Id`, `X-Correlation-Id`, `traceresponse` | which request it was, most wanted of those that failed |
    /// | `RateLimit…`, `X-RateLimit-…` | the request counts, failed or not (K-704, K-706) |
    /// | `Server-Timing`, `X-Response-Time`, `Timing-Allow-Origin` | how long it took (K-684) |
    ///
    /// The others go with the body they are about (`ETag`, `Last-Modified`, `Content-Encoding`, `Link`), or because what
    /// they grant was not finished (`Set-Cookie`, `Location`). A layer that wants one of the table gone removes it on the
    /// error's way outward (K-598); what is set on the error itself is [always sent](Error::with_header).
    ///
    /// ```
    /// # use koa_runtime::{Result, Settings};
    /// # fn set() -> Result {
    /// let mut settings = Settings::default();
    /// settings.keep_on_error("X-Powered-By")?;
    /// # Ok(())
    /// # }
    /// # set().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if no header can have that name.
    pub fn keep_on_error(&mut self, name: impl IntoHeaderName) -> Result {
        let name = valid_header_name(name)?;
        self.kept_on_error.push(name);
        Ok(())
    }

    pub(crate) fn keeps_on_error(&self, name: &HeaderName) -> bool {
        self.kept_on_error.contains(name)
    }

    /// Tells the listeners, or prints if there are none.
    pub(crate) fn emit(&self, error: &Error, ctx: &Context) {
        self.events.tell(self.silent, error, ctx);
    }
}

impl Emit<Context> for Settings {
    fn listen(&mut self, listener: ErrorListener<Context>) {
        self.events.listen(listener);
    }

    fn emit(&self, error: &Error, ctx: &Context) {
        self.emit(error, ctx);
    }

    fn is_silent(&self) -> bool {
        self.silent
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // K-020
        f.debug_struct("Settings")
            .field("env", &self.env)
            .field("proxy", &self.proxy)
            .field("subdomain_offset", &self.subdomain_offset)
            .field("silent", &self.silent)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_koas() {
        let settings = Settings::default();
        assert_eq!((settings.proxy, settings.subdomain_offset, settings.silent), (false, 2, false));
        assert_eq!((settings.proxy_ip_header.as_str(), settings.max_ips_count), ("x-forwarded-for", 0)); // K-001
        if std::env::var_os("KOA_ENV").is_none() {
            assert_eq!(settings.env, "development");
        }
    }
}
