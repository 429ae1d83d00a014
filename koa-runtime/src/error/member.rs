//! What an error tells programs beside its message.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::Error;

/// Members by their names, in the order they were given.
pub(crate) type Members = Vec<(Cow<'static, str>, Value)>;

/// What it tells programs.
impl Error {
    /// Adds a member to the problem details (RFC 9457) that [`errors::problem`](crate::errors::problem) makes of it:
    /// `type`, `title`, `detail`, `instance`, or one of your own; in place of a member of the same name. They are sent
    /// only if the error is [exposed](Error::is_exposed), as its message is, and the member `status` never is: it is
    /// always the reply's.
    ///
    /// If the value has no JSON form, the error becomes a 500 that says so and keeps this one as its source.
    ///
    /// ```
    /// # use koa_runtime::Error;
    /// let error = Error::new(403)
    ///     .with_message("that costs 50, and there are 30 in your account")
    ///     .with_member("type", "https://example.com/probs/out-of-credit")
    ///     .with_member("balance", 30)
    ///     .with_member("accounts", ["/account/12345", "/account/67890"]);
    /// assert_eq!(error.member("balance").and_then(|balance| balance.as_u64()), Some(30));
    /// ```
    #[must_use]
    pub fn with_member(mut self, name: impl Into<Cow<'static, str>>, value: impl Serialize) -> Self {
        let name = name.into();
        match serde_json::to_value(value) {
            Ok(value) => {
                self.0.members.retain(|(known, _)| *known != name);
                self.0.members.push((name, value));
                self
            }
            Err(error) => {
                let message = format!("the member {name:?} of an error has no JSON form: {error}");
                Error::new(500).with_message(message).with_source(self)
            }
        }
    }

    /// The member of this name that was [given](Error::with_member), whether or not the error is exposed.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.0.members.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The members that the client may be shown.
    pub(crate) fn exposed_members(&self) -> &[(Cow<'static, str>, Value)] {
        if self.is_exposed() { &self.0.members } else { &[] }
    }
}
