//! An error as problem details (RFC 9457).

use std::borrow::Cow;

use http::header::{CONTENT_TYPE, HeaderValue};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

use crate::error::Members;
use crate::{Context, Error, status};

const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Shows the error as problem details (RFC 9457): JSON of the type `application/problem+json`.
///
/// Its `title` is the phrase of the status, its `detail` the message, if that is [exposed](Error::is_exposed). There is no
/// `instance`, and the `type` is `about:blank`, unless the error has such [members](Error::with_member).
///
/// ```
/// use koa_runtime::{errors, prelude::*};
///
/// #[middleware]
/// async fn pay() -> Result<&'static str> {
///     throw!(Error::new(403).with_message("that costs 50").with_member("balance", 30))
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::new(pipeline![pay]).render_errors(errors::problem);
/// assert_eq!(
///     app.get("/").await.text(),
///     r#"{"type":"about:blank","title":"Forbidden","status":403,"detail":"that costs 50","balance":30}"#
/// );
/// # });
/// ```
pub fn problem(error: &Error, ctx: &mut Context) {
    Problem::new(error).respond(ctx);
}

/// The problem details of an error, for a renderer that has something to add. It can be serialized, too.
///
/// ```
/// use koa_runtime::{errors::Problem, prelude::*};
///
/// # fn application() -> Application {
/// Application::new(pipeline![]).render_errors(|error, ctx| {
///     let request = ctx.get("X-Request-Id").to_owned();
///     Problem::new(error).with_member("instance", format!("/requests/{request}")).respond(ctx);
/// })
/// # }
/// ```
#[derive(Debug)]
pub struct Problem<'e> {
    error: &'e Error,
    own: Members,
}

impl<'e> Problem<'e> {
    /// What may be shown of the error.
    #[must_use]
    pub fn new(error: &'e Error) -> Self {
        Self { error, own: Members::new() }
    }

    /// Adds a member, in place of one of the error's; it is sent even if the error is not exposed. One without a JSON form
    /// is left out, and `status` is always the reply's.
    #[must_use]
    pub fn with_member(mut self, name: impl Into<Cow<'static, str>>, value: impl Serialize) -> Self {
        let name = name.into();
        if let Ok(value) = serde_json::to_value(value) {
            self.own.retain(|(known, _)| *known != name);
            self.own.push((name, value));
        }
        self
    }

    /// Makes it the response: status, `Content-Type` and body.
    pub fn respond(self, ctx: &mut Context) {
        ctx.set_status(self.error.sent_status());
        ctx.response.headers_mut().insert(CONTENT_TYPE, PROBLEM);
        ctx.set_json(&self);
    }

    /// All members that were given, those of the error first, each name once.
    fn given(&self) -> impl Iterator<Item = (&str, &Value)> {
        let of_the_error = self.error.exposed_members().iter();
        let of_the_error = of_the_error.filter(|(name, _)| !self.own.iter().any(|(own, _)| own == name));
        of_the_error.chain(&self.own).map(|(name, value)| (&**name, value))
    }
}

impl Serialize for Problem<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let status = self.error.sent_status();
        let given = |name: &str| self.given().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        let standard = [
            ("type", given("type").or_else(|| Some("about:blank".into()))),
            ("title", given("title").or_else(|| Some(status::phrase(status).into()))),
            ("status", Some(status.as_u16().into())),
            ("detail", given("detail").or_else(|| self.error.detail().map(Value::from))),
            ("instance", given("instance")),
        ];
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &standard {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        for (name, value) in self.given() {
            if !standard.iter().any(|(known, _)| *known == name) {
                map.serialize_entry(name, value)?;
            }
        }
        map.end()
    }
}
