//! The cookies of one request and its response.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use http::HeaderValue;
use http::header::{Entry, SET_COOKIE};

use super::{Cookie, Keys, sent, set_cookie};
use crate::{Error, Request, Response, Result};

const SIGNATURE: &str = ".sig";

/// The cookies of a request and its response, as [`Context::cookies`](crate::Context::cookies) gives them.
///
/// Reading sees what the client sent, also after something else was set.
///
/// ```
/// # use koa_runtime::Context;
/// fn change_theme(ctx: &mut Context) {
///     let mut cookies = ctx.cookies();
///     let other = if cookies.get("theme") == Some("dark") { "light" } else { "dark" };
///     cookies.set("theme", other);
/// }
/// ```
pub struct Cookies<'a> {
    request: &'a Request,
    response: &'a mut Response,
    keys: Option<&'a Keys>,
    secure: bool,
}

impl<'a> Cookies<'a> {
    pub(super) fn new(request: &'a Request, response: &'a mut Response, keys: Option<&'a Keys>, secure: bool) -> Self {
        Self { request, response, keys, secure }
    }

    /// The same cookies with other keys than the application's, such as those that an outer layer provides (K-489).
    ///
    /// ```
    /// # use koa_runtime::prelude::*;
    /// # use koa_runtime::cookies::Keys;
    /// /// Does not compile where no layer outside provides keys.
    /// #[middleware]
    /// async fn tenant(keys: &Keys, ctx: &mut Context) -> String {
    ///     ctx.cookies().with_keys(keys).get_signed("tenant").unwrap_or("nobody").to_owned()
    /// }
    /// ```
    #[must_use]
    pub fn with_keys(mut self, keys: &'a Keys) -> Self {
        self.keys = Some(keys);
        self
    }

    /// The cookie of this name as the client sent it, which may have made it up. `None` if it sent none (K-491).
    ///
    /// Of several, the first; nothing is decoded; quotes around the value are taken off (K-490). A value that is not UTF-8
    /// counts as missing. Nothing is allocated, and it takes as long as the header is.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.request.cookie(name)
    }

    /// The cookie of this name, if one of the keys signed it (K-493).
    ///
    /// If it was an old key, the newest signs it anew, in the response (K-494). If the signature is wrong, it is deleted, so
    /// that the client does not send it again (K-495). Both are about the path `/` and this host alone, as what the cookie
    /// was set with is not sent back; and both are left out if the response says something about the signature already.
    ///
    /// If there are no keys, that is a [fault](Response::fault), whatever the client sent.
    ///
    /// ```
    /// # use koa_runtime::prelude::*;
    /// #[middleware]
    /// async fn only_signed_in(ctx: &mut Context, next: Next<String>) -> Result {
    ///     let Some(user) = ctx.cookies().get_signed("user").map(str::to_owned) else { throw!(401) };
    ///     next.run(ctx, &user).await
    /// }
    /// ```
    pub fn get_signed(&mut self, name: &str) -> Option<&'a str> {
        match self.try_get_signed(name) {
            Ok(value) => value,
            Err(fault) => {
                self.response.fail(fault);
                None
            }
        }
    }

    /// [`get_signed`](Cookies::get_signed), or at once what is wrong with asking for it.
    ///
    /// ```
    /// # use koa_runtime::{Context, Result};
    /// fn user(ctx: &mut Context) -> Result<Option<&str>> {
    ///     ctx.cookies().try_get_signed("user")
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// A 500, if there are no keys (K-496) or no cookie can have that name.
    pub fn try_get_signed(&mut self, name: &str) -> Result<Option<&'a str>> {
        let keys = self.keys()?;
        set_cookie::check_name(name)?;
        let (Some(value), Some(signature)) = (self.get(name), sent::find(self.request.headers(), [name, SIGNATURE]))
        else {
            return Ok(None); // K-492
        };
        if signature.is_empty() {
            return Ok(None);
        }
        let signed = signed(name, value);
        let (outcome, signature) = match keys.index_parts(&signed, signature) {
            Some(0) => return Ok(Some(value)),
            Some(_) => (Some(value), keys.sign_parts(&signed)),
            None => (None, String::new()),
        };
        if !self.says([name, SIGNATURE]) {
            self.try_add(Cookie::new([name, SIGNATURE].concat(), signature).signed(false))?;
        }
        Ok(outcome)
    }

    /// Sets a cookie for the browser to keep until it is closed: Koa's `ctx.cookies.set(name, value)`. If there are keys,
    /// it is signed. For more than that there is [`add`](Cookies::add).
    ///
    /// Without a value, `""`, the cookie is deleted (K-467).
    ///
    /// What [cannot be](super#what-may-be-in-a-cookie) in a cookie is a [fault](Response::fault).
    pub fn set<'c>(&mut self, name: impl Into<Cow<'c, str>>, value: impl Into<Cow<'c, str>>) {
        self.add(Cookie::new(name, value));
    }

    /// [`set`](Cookies::set), or at once what is wrong with it.
    ///
    /// ```
    /// # use koa_runtime::Context;
    /// fn greet(ctx: &mut Context, name: &str) {
    ///     if ctx.cookies().try_set("name", name).is_err() {
    ///         ctx.cookies().set("name", "you"); // their name is not of ASCII
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`try_add`](Cookies::try_add).
    pub fn try_set<'c>(&mut self, name: impl Into<Cow<'c, str>>, value: impl Into<Cow<'c, str>>) -> Result {
        self.try_add(Cookie::new(name, value))
    }

    /// Adds a cookie to the response: Koa's `ctx.cookies.set(name, value, options)`.
    ///
    /// What [cannot be](super#what-may-be-in-a-cookie) in a cookie is a [fault](Response::fault), and so is `secure(true)`
    /// over a connection that is not (K-477), and `signed(true)` without keys (K-480). Neither the cookie nor its signature
    /// is sent then.
    ///
    /// ```
    /// # use koa_runtime::{Context, cookies::{Cookie, SameSite}};
    /// # fn theme(ctx: &mut Context) {
    /// ctx.cookies().add(Cookie::new("theme", "dark").http_only(false).same_site(SameSite::Strict).signed(false));
    /// # }
    /// ```
    pub fn add(&mut self, cookie: Cookie<'_>) {
        if let Err(fault) = self.try_add(cookie) {
            self.response.fail(fault);
        }
    }

    /// [`add`](Cookies::add), or at once what is wrong with it.
    ///
    /// ```
    /// # use koa_runtime::{Context, Result, cookies::Cookie};
    /// fn tenant(ctx: &mut Context, name: &str) -> Result {
    ///     ctx.cookies().try_add(Cookie::new("tenant", name).path("/tenants"))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// A 500 that names the cookie, if it cannot be sent. Nothing is changed then.
    pub fn try_add(&mut self, cookie: Cookie<'_>) -> Result {
        let (line, signature) = self.lines(&cookie)?;
        let Cookie { name, overwrite, .. } = cookie;
        if overwrite {
            self.forget([&name, ""]);
        }
        self.push(line);
        if let Some(signature) = signature {
            if overwrite {
                self.forget([&name, SIGNATURE]);
            }
            self.push(signature);
        }
        Ok(())
    }

    /// Makes the browser forget a cookie, and its signature if there are keys: Koa's `ctx.cookies.set(name, null)` (K-467,
    /// K-485).
    ///
    /// That is the one with the path `/` and without a domain; for another there is [`Cookie::expired`].
    ///
    /// ```
    /// # use koa_runtime::Context;
    /// fn leave(ctx: &mut Context) {
    ///     ctx.cookies().delete("user");
    /// }
    /// ```
    pub fn delete<'c>(&mut self, name: impl Into<Cow<'c, str>>) {
        self.add(Cookie::expired(name));
    }

    /// The line of a cookie, and that of its signature.
    fn lines(&self, cookie: &Cookie<'_>) -> Result<(HeaderValue, Option<HeaderValue>)> {
        let (name, value) = (&*cookie.name, &*cookie.value);
        set_cookie::check_name(name)?;
        set_cookie::check_value(name, value)?;
        let secure = cookie.secure.unwrap_or(self.secure); // K-478, K-479
        if secure && !self.secure {
            let message = format!("cannot send the secure cookie {name:?} over an unencrypted connection");
            return Err(Error::new(500).with_message(message)); // K-477
        }
        let keys = match cookie.signed {
            None => self.keys,
            Some(true) => Some(self.keys()?),
            Some(false) => None,
        };
        let attributes = set_cookie::attributes(cookie, secure, SystemTime::now())?;
        let line = set_cookie::line(name, value, &attributes)?;
        let Some(keys) = keys else {
            return Ok((line, None));
        };
        let signature = keys.sign_parts(&signed(name, value)); // K-481, K-485
        let signature = set_cookie::line(&[name, SIGNATURE].concat(), &signature, &attributes)?;
        Ok((line, Some(signature)))
    }

    fn keys(&self) -> Result<&'a Keys> {
        let missing = "keys are required for signed cookies: set `settings.keys`";
        self.keys.ok_or_else(|| Error::new(500).with_message(missing))
    }

    fn push(&mut self, line: HeaderValue) {
        self.response.headers_mut().append(SET_COOKIE, line);
    }

    /// Whether the response says something about a cookie.
    fn says(&self, name: [&str; 2]) -> bool {
        let mut lines = self.response.headers().get_all(SET_COOKIE).iter();
        lines.any(|line| set_cookie::is_about(line, name))
    }

    /// Takes back what the response says about a cookie (K-473).
    fn forget(&mut self, name: [&str; 2]) {
        if !self.says(name) {
            return;
        }
        if let Entry::Occupied(lines) = self.response.headers_mut().entry(SET_COOKIE) {
            let lines: Vec<_> = lines.remove_entry_mult().1.collect();
            for line in lines.into_iter().filter(|line| !set_cookie::is_about(line, name)) {
                self.push(line);
            }
        }
    }
}

/// What is signed: the name too, so that the value cannot be given another one.
fn signed<'s>(name: &'s str, value: &'s str) -> [&'s [u8]; 3] {
    [name.as_bytes(), b"=", value.as_bytes()]
}

/// Without what the client sent.
impl fmt::Debug for Cookies<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cookies").field("keys", &self.keys).field("secure", &self.secure).finish_non_exhaustive()
    }
}
