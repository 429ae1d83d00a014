//! A cookie on its way to the client.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use super::{Priority, SameSite};

/// A cookie to be [added](super::Cookies::add): a name, a value, and what the browser is to do with them.
///
/// If nothing else is said it is sent with every path of the host, scripts do not see it, and it ends with the browser
/// (K-464). Over TLS it stays on TLS, and if the application has keys it is signed.
///
/// ```
/// use std::time::Duration;
///
/// use koa_runtime::Context;
/// use koa_runtime::cookies::{Cookie, SameSite};
///
/// fn remember(ctx: &mut Context, id: &str) {
///     let day = Duration::from_secs(24 * 60 * 60);
///     ctx.cookies().add(Cookie::new("session", id).max_age(day).same_site(SameSite::Lax));
/// }
/// ```
///
/// All that can be said:
///
/// ```
/// # use std::time::{Duration, SystemTime};
/// # use koa_runtime::cookies::{Cookie, Priority, SameSite};
/// let cookie = Cookie::new("theme", "dark")
///     .path("/shop")
///     .expires(SystemTime::UNIX_EPOCH + Duration::from_secs(1_893_456_000))
///     .domain("example.com")
///     .priority(Priority::Low)
///     .same_site(SameSite::None)
///     .secure(true)
///     .http_only(false)
///     .partitioned(true)
///     .overwrite(true)
///     .signed(false);
/// # let _ = cookie;
/// ```
#[derive(Clone)]
#[must_use = "a cookie is sent by adding it: `ctx.cookies().add(cookie)`"]
pub struct Cookie<'c> {
    pub(super) name: Cow<'c, str>,
    pub(super) value: Cow<'c, str>,
    pub(super) path: Cow<'c, str>,
    pub(super) domain: Cow<'c, str>,
    pub(super) max_age: Option<Duration>,
    pub(super) expires: Option<SystemTime>,
    pub(super) priority: Option<Priority>,
    pub(super) same_site: Option<SameSite>,
    // what is not chosen follows from the connection, and from whether there are keys
    pub(super) secure: Option<bool>,
    pub(super) signed: Option<bool>,
    pub(super) http_only: bool,
    pub(super) partitioned: bool,
    pub(super) overwrite: bool,
}

impl<'c> Cookie<'c> {
    /// A cookie. With the value `""` it is one that is [expired](Cookie::expired) (K-467).
    pub fn new(name: impl Into<Cow<'c, str>>, value: impl Into<Cow<'c, str>>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            path: Cow::Borrowed("/"),
            domain: Cow::Borrowed(""),
            max_age: None,
            expires: None,
            priority: None,
            same_site: None,
            secure: None,
            signed: None,
            http_only: true,
            partitioned: false,
            overwrite: false,
        }
    }

    /// A cookie that makes the browser forget the one of this name, [path](Cookie::path) and [domain](Cookie::domain)
    /// (K-467). For one that was set without either, there is [`Cookies::delete`](super::Cookies::delete).
    ///
    /// ```
    /// # use koa_runtime::{Context, cookies::Cookie};
    /// fn leave(ctx: &mut Context) {
    ///     ctx.cookies().add(Cookie::expired("session").path("/admin"));
    /// }
    /// ```
    pub fn expired(name: impl Into<Cow<'c, str>>) -> Self {
        Self::new(name, "")
    }

    /// How long the browser keeps it. It is told the time at which that is over, in `expires` (K-465), to the second, and
    /// not after the year 9999.
    ///
    /// This wins over [`expires`](Cookie::expires). Nothing at all, `Duration::ZERO`, is over at once.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// Until when the browser keeps it (K-466), to the second, from 1970 to 9999. Without it, until the browser is closed.
    pub fn expires(mut self, expires: SystemTime) -> Self {
        self.expires = Some(expires);
        self
    }

    /// Under which path it is sent back, `/` if nothing is said. With `""` the attribute is left out, and the browser takes
    /// the path of the request up to its last slash (K-469).
    ///
    /// Printable ASCII without `;` and `<` (K-476), at most 1024 bytes.
    pub fn path(mut self, path: impl Into<Cow<'c, str>>) -> Self {
        self.path = path.into();
        self
    }

    /// To which host it is sent back, and to the hosts below that. Without it, or with `""`, to the one that sets it alone.
    ///
    /// Host names only, with a dot in front or without (K-476), at most 1024 bytes.
    pub fn domain(mut self, domain: impl Into<Cow<'c, str>>) -> Self {
        self.domain = domain.into();
        self
    }

    /// With which requests from other sites it is sent along (K-468); not said by default (K-470).
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = Some(same_site);
        self
    }

    /// How soon a browser with too many cookies drops this one (K-468); not said by default.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Whether it is sent back over TLS only.
    ///
    /// If this is not called, it is so if it was set over TLS (K-478). `true` over a connection that is not is refused
    /// (K-477); `false` over TLS leaves the attribute out (K-479).
    pub fn secure(mut self, secure: bool) -> Self {
        self.secure = Some(secure);
        self
    }

    /// Whether it is hidden from the scripts of the page, which it is by default (K-464, K-468).
    pub fn http_only(mut self, http_only: bool) -> Self {
        self.http_only = http_only;
        self
    }

    /// Whether the browser keeps a copy of it for each site that embeds this one (K-468). Browsers want `secure` beside it.
    pub fn partitioned(mut self, partitioned: bool) -> Self {
        self.partitioned = partitioned;
        self
    }

    /// Whether it takes the place of what this response has set under the same name (K-473). By default all are sent
    /// (K-472), for their paths or domains may differ.
    pub fn overwrite(mut self, overwrite: bool) -> Self {
        self.overwrite = overwrite;
        self
    }

    /// Whether its signature is sent beside it (K-481, K-484). If this is not called, it is if there are keys; `true`
    /// without keys is refused (K-480).
    pub fn signed(mut self, signed: bool) -> Self {
        self.signed = Some(signed);
        self
    }
}

/// Without the value, which may be a secret.
impl fmt::Debug for Cookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cookie")
            .field("name", &self.name)
            .field("path", &self.path)
            .field("domain", &self.domain)
            .field("max_age", &self.max_age)
            .field("expires", &self.expires)
            .field("priority", &self.priority)
            .field("same_site", &self.same_site)
            .field("secure", &self.secure)
            .field("signed", &self.signed)
            .field("http_only", &self.http_only)
            .field("partitioned", &self.partitioned)
            .field("overwrite", &self.overwrite)
            .finish_non_exhaustive()
    }
}
