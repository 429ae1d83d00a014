//! Cookies, signed and not: Koa's `ctx.cookies`.
//!
//! ```
//! use std::time::Duration;
//!
//! use koa_runtime::cookies::{Cookie, Keys, SameSite};
//! use koa_runtime::prelude::*;
//!
//! /// Whoever has signed in is known by a cookie that only the holder of the keys can have made.
//! #[middleware]
//! async fn visit(ctx: &mut Context) -> String {
//!     let theme = ctx.cookies().get("theme").unwrap_or("light").to_owned();
//!     match ctx.cookies().get_signed("user") {
//!         Some(user) => format!("welcome back, {user}, in {theme}"),
//!         None => {
//!             let week = Duration::from_secs(7 * 24 * 60 * 60);
//!             ctx.cookies().add(Cookie::new("user", "ada").max_age(week).same_site(SameSite::Lax));
//!             "welcome".to_owned()
//!         }
//!     }
//! }
//!
//! # fn main() -> Result {
//! let mut app = Application::new(pipeline![visit]);
//! app.settings_mut().keys = Some(Keys::new(["this year's secret", "last year's secret"])?);
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let first = app.get("/").await;
//! let lines: Vec<_> = first.headers().get_all("set-cookie").iter().collect();
//! assert_eq!(lines.len(), 2); // `user` and its signature, `user.sig`
//! # });
//! # Ok(())
//! # }
//! ```
//!
//! # Signed or not
//!
//! Which of the two a reader wants is in the name of what it calls: [`get`](Cookies::get) gives what the client sent, which
//! anybody may have made up; [`get_signed`](Cookies::get_signed) gives only what the [`Keys`] vouch for. Once there are
//! keys, what is set is signed too, unless [`signed(false)`](Cookie::signed) says that it need not be.
//!
//! A signature is a cookie of its own beside the one it is about: `user.sig` vouches for `user=ada`. A signed cookie can be
//! read by the client; it cannot be changed, nor can it be given another name. It can be sent again later, so what must end
//! (a login, a price) has to have its end in the value.
//!
//! # What may be in a cookie
//!
//! What is set comes back as it was set, or it is refused (RFC 6265, section 4.1.1, and what browsers do):
//!
//! - a name and a value are of printable ASCII, blanks inside, and no `;`; a name has no `=` either
//! - neither begins nor ends with a blank, which the browser would cut off; a value is not in double quotes from end to
//!   end, which reading takes off
//! - name and value are [4096 bytes](MAX_BYTES) together at most, and so is the signature with its name; a path or a domain
//!   is 1024 bytes at most. A browser drops more without a word
//!
//! Anything else is encoded by the one who sets it, in base64 or percent. Nothing that is refused reaches a header. As with
//! [`Response::set`], the first that is refused is remembered and becomes the reply, a 500; the error event names the
//! cookie and never its value. [`try_set`](Cookies::try_set) and [`try_add`](Cookies::try_add) tell at once.

mod attribute;
mod base64url;
mod cookie;
mod jar;
mod keys;
mod sent;
mod set_cookie;

pub use attribute::{Priority, SameSite};
pub use cookie::Cookie;
pub use jar::Cookies;
pub use keys::{Algorithm, Keys};
pub use set_cookie::MAX_BYTES;

#[cfg(doc)]
use crate::Response;
use crate::{Context, Request};

impl Context {
    /// The cookies: those the client sent, and those it is going to be given.
    ///
    /// Nothing is parsed before it is asked for, and what a `get` gives borrows from the request.
    ///
    /// ```
    /// # use koa_runtime::Context;
    /// fn count(ctx: &mut Context) {
    ///     let visits: u32 = ctx.cookies().get("visits").and_then(|text| text.parse().ok()).unwrap_or(0);
    ///     ctx.cookies().set("visits", (visits + 1).to_string());
    /// }
    /// ```
    pub fn cookies(&mut self) -> Cookies<'_> {
        let secure = self.secure(); // K-478
        Cookies::new(&self.request, &mut self.response, self.request.settings().keys.as_ref(), secure)
    }
}

impl Request {
    /// The cookie of this name as the client sent it: [`Cookies::get`] where there is only a request, or a `&Context`.
    ///
    /// ```
    /// # use koa_runtime::Context;
    /// fn themed(ctx: &mut Context) {
    ///     let theme = ctx.request.cookie("theme").unwrap_or("light");
    ///     ctx.response.set("X-Theme", theme); // borrowed from the request alone
    /// }
    /// ```
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        sent::find(self.headers(), [name, ""])
    }
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests;
