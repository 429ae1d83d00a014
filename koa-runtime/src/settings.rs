//! What an application is set to, shared by all its requests.

use std::fmt;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};

use http::{HeaderName, StatusCode};

use crate::request::Networks;
use crate::server::panic::Panicked;
use crate::{Context, Error, Result};

type Listener = Arc<dyn Fn(&Error, &Context) + Send + Sync>;

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
    listeners: Vec<Listener>,
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
            listeners: Vec::new(),
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
    pub fn on_error(&mut self, listener: impl Fn(&Error, &Context) + Send + Sync + 'static) {
        self.listeners.push(Arc::new(listener));
    }

    /// Tells the listeners, or prints if there are none.
    pub(crate) fn emit(&self, error: &Error, ctx: &Context) {
        if self.prints(error) {
            // the user's own `Display` may panic; the request is answered all the same
            let _ = catch_unwind(AssertUnwindSafe(|| print(&report(error))));
        }
        for listener in &self.listeners {
            // the context is not used by the listener again, so whatever it left half-done is not seen
            if catch_unwind(AssertUnwindSafe(|| listener(error, ctx))).is_err() && !self.silent {
                let _ = catch_unwind(AssertUnwindSafe(|| {
                    print(&format!("\n  an `on_error` listener panicked when told of this error:{}", report(error)));
                }));
            }
        }
    }

    /// K-014, K-027 to K-029: what the client was told is no news.
    fn prints(&self, error: &Error) -> bool {
        self.listeners.is_empty()
            && !self.silent
            && error.status() != StatusCode::NOT_FOUND
            && !error.is_exposed()
            // what panicked has been printed where it did
            && !error.source().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Panicked>)
    }
}

/// The error and what is behind it, indented and between empty lines (K-030).
fn report(error: &Error) -> String {
    let mut last = error.to_string();
    let mut out = format!("\n  Error: {}\n", last.replace('\n', "\n  "));
    let mut source = error.source().map(|source| source as &dyn std::error::Error);
    while let Some(error) = source {
        let text = error.to_string();
        // an error made with `?` has its source's message
        if text != last {
            out.push_str("    caused by: ");
            out.push_str(&text.replace('\n', "\n  "));
            out.push('\n');
        }
        last = text;
        source = error.source();
    }
    out
}

fn print(report: &str) {
    // not `eprintln!`, which panics if nobody reads the other end
    let _ = writeln!(std::io::stderr().lock(), "{report}");
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

    #[test]
    fn only_what_the_client_was_not_told_is_printed() {
        let mut settings = Settings::default();
        for (error, printed) in [
            (Error::new(500), true),
            (Error::new(400).with_expose(false), true),
            (Error::new(404).with_expose(false), false), // K-027
            (Error::new(400), false),                    // K-028
            (Error::new(500).with_expose(true), false),
        ] {
            assert_eq!(settings.prints(&error), printed, "{error:?}");
        }
        settings.silent = true;
        assert!(!settings.prints(&Error::new(500))); // K-029

        let mut settings = Settings::default();
        settings.on_error(|_, _| ());
        assert!(!settings.prints(&Error::new(500))); // K-014
    }

    #[test]
    fn a_report_tells_the_causes_once() {
        let cause = std::io::Error::other("disk on fire");
        let error = Error::new(500).with_message("not saved").with_source(cause);
        assert_eq!(report(&error), "\n  Error: not saved\n    caused by: disk on fire\n");
        let error = Error::from(std::io::Error::other("disk on fire"));
        assert_eq!(report(&error), "\n  Error: disk on fire\n");
    }
}
