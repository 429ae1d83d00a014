//! Inline endpoints that do not say what they return.

/// What an endpoint returns that says nothing about it.
#[diagnostic::on_unimplemented(
    message = "an inline endpoint says what it returns: `async |…| -> {Self} {{ … }}`",
    label = "this is a `{Self}`, and no type says so",
    note = "an endpoint without a type returns nothing: end it with a `;`, or write the type"
)]
pub trait Nothing {}
impl Nothing for () {}

/// Refuses what is something.
pub fn nothing<T: Nothing>(_: T) {}
