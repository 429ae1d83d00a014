//! `throw!` and `ensure!`: Koa's `ctx.throw` and `ctx.assert`.

/// Returns early with an [`Error`](crate::Error): Koa's `ctx.throw`.
///
/// ```
/// use koa_runtime::{Error, Result, throw};
///
/// async fn post(id: u64) -> Result<&'static str> {
///     match id {
///         0 => throw!(404),
///         1 => throw!(404, "no post has the number {id}"),
///         2 => throw!("the disk is full"), // 500, and the client is not shown the text
///         3 => match "x".parse::<u8>() {
///             Ok(_) => {}
///             Err(error) => throw!(422, error), // any error, with a status
///         },
///         _ => {}
///     }
///     Ok("a post")
/// }
/// ```
///
/// The last one is for Koa's properties (K-152, K-153): [`with_header`](crate::Error::with_header),
/// [`with_expose`](crate::Error::with_expose), `with_member`.
///
/// A lone text is taken as it is; to format one, say the status:
///
/// ```compile_fail
/// # use koa_runtime::{Result, throw};
/// fn full(disk: &str) -> Result {
///     throw!("the disk {disk} is full")
/// }
/// ```
#[macro_export]
macro_rules! throw {
    () => {
        return ::core::result::Result::Err($crate::Error::new(500u16))
    };
    ($thrown:literal $(,)?) => {
        return ::core::result::Result::Err({
            // an item, for `cargo check` does not look into an inline `const`
            const _: () = ::core::assert!(
                !$crate::__private::has_placeholder(::core::stringify!($thrown)),
                "`throw!` does not format a lone text: write `throw!(500, \"…\")`"
            );
            $crate::__private::thrown($thrown)
        })
    };
    ($status:expr $(,)?) => {
        return ::core::result::Result::Err($crate::__private::thrown($status))
    };
    ($status:expr, $message:literal $(, $($argument:tt)*)?) => {
        return ::core::result::Result::Err($crate::Error::__say(
            $status,
            ::core::format_args!($message $(, $($argument)*)?),
        ))
    };
    ($status:expr, $error:expr $(,)?) => {
        return ::core::result::Result::Err($crate::Error::__because($status, $error))
    };
}

/// [`throw!`](crate::throw)s unless the condition holds: Koa's `ctx.assert` (K-161, K-162), and its `ctx.assert.equal`
/// and the others (K-164), for the condition may be any. What follows it is what `throw!` takes; nothing is a 500.
///
/// ```
/// use koa_runtime::{Result, ensure};
///
/// fn page(number: u32) -> Result<u32> {
///     ensure!(number > 0, 400, "pages count from 1, not {number}");
///     ensure!(number < 100, 404);
///     Ok(number)
/// }
/// assert_eq!(page(0).unwrap_err().message(), "pages count from 1, not 0");
/// assert_eq!(page(100).unwrap_err().status(), 404);
/// ```
#[macro_export]
macro_rules! ensure {
    ($condition:expr $(,)?) => {
        if !$condition {
            $crate::throw!();
        }
    };
    ($condition:expr, $($thrown:tt)+) => {
        if !$condition {
            $crate::throw!($($thrown)+);
        }
    };
}

/// What a lone argument of `throw!` may be: a status, a text or an error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be thrown",
    label = "not a status, a text or an `Error`",
    note = "throw a status (`throw!(404)`), a text (`throw!(\"…\")`), or both (`throw!(404, \"…\")`); any other error is passed on with `?`, or thrown with a status (`throw!(404, error)`)"
)]
pub trait Thrown {
    /// The error it stands for.
    fn into_error(self) -> crate::Error;
}

impl Thrown for u16 {
    fn into_error(self) -> crate::Error {
        crate::Error::new(self)
    }
}

impl Thrown for http::StatusCode {
    fn into_error(self) -> crate::Error {
        crate::Error::new(self)
    }
}

// K-148
impl Thrown for crate::Error {
    fn into_error(self) -> crate::Error {
        self
    }
}

// K-147
impl Thrown for &'static str {
    fn into_error(self) -> crate::Error {
        crate::Error::new(500).with_message(self)
    }
}

impl Thrown for String {
    fn into_error(self) -> crate::Error {
        crate::Error::new(500).with_message(self)
    }
}

/// The error a lone argument of `throw!` stands for.
pub fn thrown(thrown: impl Thrown) -> crate::Error {
    thrown.into_error()
}

/// Whether a literal looks like it is meant to be formatted.
#[must_use]
pub const fn has_placeholder(literal: &str) -> bool {
    let bytes = literal.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'{' {
            return true;
        }
        at += 1;
    }
    false
}
