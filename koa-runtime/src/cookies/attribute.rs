//! The attributes that are one of a few words.

/// With which requests from other sites a browser sends the cookie along (RFC 6265bis, section 4.1.2.7).
///
/// Without the attribute, which is the default (K-470), browsers choose: most take `Lax`.
///
/// ```
/// # use koa_runtime::cookies::{Cookie, SameSite};
/// let session = Cookie::new("session", "7").same_site(SameSite::Strict);
/// # let _ = session;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SameSite {
    /// With none.
    Strict,
    /// With those that follow a link here.
    Lax,
    /// With all. Browsers want `secure` beside it.
    None,
}

impl SameSite {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Lax => "lax",
            Self::None => "none",
        }
    }
}

/// Which cookies a browser with too many of them drops first. Only those built on Chromium know it.
///
/// ```
/// # use koa_runtime::cookies::{Cookie, Priority};
/// let session = Cookie::new("session", "7").priority(Priority::High);
/// # let _ = session;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Priority {
    /// This one first.
    Low,
    /// As if nothing was said.
    Medium,
    /// This one last.
    High,
}

impl Priority {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}
