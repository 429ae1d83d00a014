//! What there is to choose from.

/// One text or several, in order: what [`accepts`](crate::Request::accepts) and [`is`](crate::Request::is) choose from.
///
/// ```
/// # use koa_runtime::{Body, Request, http};
/// # let request = Request::new(http::Request::new(Body::empty()));
/// # let configured = vec![String::from("en")];
/// request.accepts("html");
/// request.accepts(["html", "json"]);
/// request.accepts(&["html", "json"][..]);
///
/// let languages: Vec<&str> = configured.iter().map(String::as_str).collect();
/// request.accepts_languages(&languages);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing to choose from",
    label = "not a text or a list of texts",
    note = "write one text, such as `\"html\"`, or several: `[\"html\", \"json\"]`; of a `String` take `.as_str()`"
)]
pub trait Choices<'a> {
    /// The choices, in order.
    fn choices(&self) -> &[&'a str];
}

impl<'a> Choices<'a> for &'a str {
    fn choices(&self) -> &[&'a str] {
        std::slice::from_ref(self)
    }
}

impl<'a, const N: usize> Choices<'a> for [&'a str; N] {
    fn choices(&self) -> &[&'a str] {
        self
    }
}

impl<'a, const N: usize> Choices<'a> for &[&'a str; N] {
    fn choices(&self) -> &[&'a str] {
        *self
    }
}

impl<'a> Choices<'a> for &[&'a str] {
    fn choices(&self) -> &[&'a str] {
        self
    }
}

impl<'a> Choices<'a> for Vec<&'a str> {
    fn choices(&self) -> &[&'a str] {
        self
    }
}

impl<'a> Choices<'a> for &Vec<&'a str> {
    fn choices(&self) -> &[&'a str] {
        self
    }
}
