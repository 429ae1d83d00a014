//! A line of `Set-Cookie`: what may be in it, and how it is written.

use std::time::{SystemTime, UNIX_EPOCH};

use http::HeaderValue;

use super::Cookie;
use crate::date::{LAST, http_date};
use crate::{Error, Result};

/// How many bytes the name and the value of a cookie may have together; a browser ignores a larger one (RFC 6265bis,
/// section 5.7).
///
/// ```
/// # use koa_runtime::{Context, cookies::MAX_BYTES};
/// fn draft(ctx: &mut Context, text: &str) {
///     if "draft".len() + text.len() <= MAX_BYTES {
///         ctx.cookies().set("draft", text);
///     }
/// }
/// ```
pub const MAX_BYTES: usize = 4096;

/// How many bytes a path or a domain may have; a browser ignores a larger one, and so takes another (RFC 6265bis,
/// section 5.6).
const MAX_ATTRIBUTE: usize = 1024;

/// A whole line, of a name, a value and attributes that were checked.
pub(super) fn line(name: &str, value: &str, attributes: &str) -> Result<HeaderValue> {
    check_length(name, value)?;
    let mut line = String::with_capacity(name.len() + 1 + value.len() + attributes.len());
    for part in [name, "=", value, attributes] {
        line.push_str(part);
    }
    let mut line = HeaderValue::try_from(line)?;
    // neither printed nor put into the table of HTTP/2, where its length tells about other values (RFC 7541, section 7.1.3)
    line.set_sensitive(true);
    Ok(line)
}

/// Whether a line is about the cookie of this name.
pub(super) fn is_about(line: &HeaderValue, [name, suffix]: [&str; 2]) -> bool {
    let rest = line.as_bytes().strip_prefix(name.as_bytes()).and_then(|rest| rest.strip_prefix(suffix.as_bytes()));
    rest.is_some_and(|rest| rest.starts_with(b"="))
}

/// What follows the value, in Koa's order (K-464).
pub(super) fn attributes(cookie: &Cookie<'_>, secure: bool, now: SystemTime) -> Result<String> {
    check_path(cookie)?;
    check_domain(cookie)?;
    let mut out = String::with_capacity(96 + cookie.path.len() + cookie.domain.len());
    let mut push = |name: &str, value: &str| {
        out.push_str("; ");
        out.push_str(name);
        out.push_str(value);
    };
    if !cookie.path.is_empty() {
        push("path=", &cookie.path);
    }
    if let Some(end) = end(cookie, now) {
        push("expires=", &http_date(end));
    }
    if !cookie.domain.is_empty() {
        push("domain=", &cookie.domain);
    }
    if let Some(priority) = cookie.priority {
        push("priority=", priority.word());
    }
    if let Some(same_site) = cookie.same_site {
        push("samesite=", same_site.word());
    }
    for (is_set, name) in [(secure, "secure"), (cookie.http_only, "httponly"), (cookie.partitioned, "partitioned")] {
        if is_set {
            push(name, "");
        }
    }
    Ok(out)
}

/// When the browser is to forget it.
fn end(cookie: &Cookie<'_>, now: SystemTime) -> Option<SystemTime> {
    match (cookie.max_age, cookie.expires) {
        _ if cookie.value.is_empty() => Some(UNIX_EPOCH), // K-467
        (Some(age), _) => now.checked_add(age).or(Some(UNIX_EPOCH + LAST)),
        (None, expires) => expires,
    }
}

/// K-474: what may name a cookie.
pub(super) fn check_name(name: &str) -> Result {
    if !name.is_empty() && holds(name) && !name.contains('=') {
        return Ok(());
    }
    let rule = "it may hold printable ASCII but `;` and `=`, and no blanks at its ends";
    Err(Error::new(500).with_message(format!("invalid cookie name {:?}: {rule}", start(name))))
}

/// K-474, K-475: what may be the value of a cookie. It may be a secret, so only the name is told.
pub(super) fn check_value(name: &str, value: &str) -> Result {
    let is_quoted = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
    if holds(value) && !is_quoted {
        return Ok(());
    }
    let rule = "it may hold printable ASCII but `;`, no blanks at its ends, and no quotes around all of it";
    Err(Error::new(500).with_message(format!("invalid value for the cookie {:?}: {rule}", start(name))))
}

/// Whether text comes back as it was set.
fn holds(text: &str) -> bool {
    let is_blank = |byte: Option<u8>| matches!(byte, Some(b' ' | b'\t'));
    text.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~') && byte != b';')
        && !is_blank(text.bytes().next())
        && !is_blank(text.bytes().next_back())
}

fn check_length(name: &str, value: &str) -> Result {
    let bytes = name.len() + value.len();
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    let rule = format!("{bytes} bytes of name and value, of {MAX_BYTES} at most");
    Err(Error::new(500).with_message(format!("the cookie {:?} is too large: {rule}", start(name))))
}

/// As much of a text as a log has a use for.
fn start(text: &str) -> String {
    text.chars().take(64).collect()
}

/// K-476: printable ASCII without `;` and, as Koa has it, `<`.
fn check_path(cookie: &Cookie<'_>) -> Result {
    let path = &*cookie.path;
    let holds = path.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b';' | b'<'));
    check_attribute(cookie, "path", path, holds)
}

/// K-476: the labels of a host name, with a dot in front or without.
fn check_domain(cookie: &Cookie<'_>) -> Result {
    let domain = &*cookie.domain;
    let is_label = |label: &str| {
        matches!(label.len(), 1..=63)
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let mut labels = domain.strip_prefix('.').unwrap_or(domain).split('.');
    check_attribute(cookie, "domain", domain, domain.is_empty() || labels.all(is_label))
}

fn check_attribute(cookie: &Cookie<'_>, attribute: &str, value: &str, holds: bool) -> Result {
    if holds && value.len() <= MAX_ATTRIBUTE {
        return Ok(());
    }
    let message = format!("invalid {attribute} {:?} for the cookie {:?}", start(value), start(&cookie.name));
    Err(Error::new(500).with_message(message))
}
