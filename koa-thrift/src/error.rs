//! What can be wrong with a message, and how a client is told.

use std::fmt;

use koa_runtime::Error;

use crate::Kind;

/// What is wrong with bytes that should be a message. A client is told of it as a [`Fault`] of the kind
/// [`ProtocolError`](FaultKind::ProtocolError).
///
/// ```
/// use koa_thrift::{Message, ProtocolError};
///
/// assert_eq!(Message::decode(&b"GET / HTTP/1.1"[..]).unwrap_err(), ProtocolError::Version);
/// assert_eq!(Message::decode(&b"\x80\x01\0"[..]).unwrap_err().to_string(), "the message ends in the middle");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProtocolError {
    /// It ends in the middle.
    Truncated,
    /// It has more bytes than so many.
    TooLarge(usize),
    /// The name of its method has more bytes than so many.
    Name(usize),
    /// What is in it would take more memory than so many bytes.
    TooMuch(usize),
    /// Structs and containers are in each other more than so many levels deep.
    TooDeep(usize),
    /// A length or a count is negative, or no number that there can be.
    Size,
    /// A container has another kind of elements.
    Elements {
        /// The kind there should be.
        wanted: Kind,
        /// The one there is.
        found: Kind,
    },
    /// There is no such kind of value.
    UnknownKind(u8),
    /// There is no such type of message.
    UnknownType(u8),
    /// It begins as no message of a known protocol does.
    Version,
    /// A string is not UTF-8.
    Utf8,
    /// A boolean is neither.
    Bool(u8),
    /// A required field is not there.
    Missing {
        /// The struct that should have it.
        of: &'static str,
        /// The field.
        field: &'static str,
    },
    /// A union has no field that is known, or several.
    Union(&'static str),
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the message ends in the middle"),
            Self::TooLarge(limit) => write!(f, "the message has more than {limit} bytes"),
            Self::Name(limit) => write!(f, "the name of the method has more than {limit} bytes"),
            Self::TooMuch(limit) => write!(f, "what is in the message takes more than {limit} bytes"),
            Self::TooDeep(limit) => write!(f, "the message is more than {limit} levels deep"),
            Self::Size => f.write_str("the message has a length that cannot be"),
            Self::Elements { wanted, found } => {
                write!(f, "a container has elements of {found:?}, and not of {wanted:?}")
            }
            Self::UnknownKind(number) => write!(f, "there is no type {number}"),
            Self::UnknownType(number) => write!(f, "there is no message type {number}"),
            Self::Version => f.write_str("this is no message of the binary or the compact protocol"),
            Self::Utf8 => f.write_str("a string is not UTF-8"),
            Self::Bool(byte) => write!(f, "{byte} is no boolean"),
            Self::Missing { of, field } => write!(f, "`{of}` has no `{field}`, which is required"),
            Self::Union(name) => write!(f, "`{name}` has no field that is known, or several"),
        }
    }
}

impl std::error::Error for ProtocolError {}

impl ProtocolError {
    /// As an error that travels outward: the client's, so a 400.
    pub(crate) fn into_error(self) -> Error {
        Error::from(self).with_status(400)
    }
}

/// What a client is told in place of a result: Thrift's `TApplicationException`.
///
/// A layer or a method may end a call with one; any other [`Error`](koa_runtime::Error) becomes one of the kind
/// [`InternalError`](FaultKind::InternalError), with its exposed message.
///
/// ```
/// use koa_runtime::prelude::*;
/// use koa_thrift::{Call, Fault, FaultKind};
///
/// #[middleware]
/// async fn no_admin(ctx: &mut Call, next: Next) -> Result {
///     if ctx.method().starts_with("admin") {
///         return Err(Fault::new(FaultKind::UnknownMethod, "there is no such method").into());
///     }
///     next.run(ctx).await
/// }
/// # let _ = no_admin();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of fault it is.
    pub kind: FaultKind,
    /// What it is, in words.
    pub message: String,
}

impl Fault {
    /// A fault.
    #[must_use]
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// What a client is told of an error.
    pub(crate) fn of(error: &Error) -> Self {
        // not what is behind that: the fault of another service is an error of this one
        let source = error.source();
        if let Some(fault) = source.and_then(|source| source.downcast_ref::<Self>()) {
            return fault.clone();
        }
        let is_protocol =
            source.and_then(|source| source.downcast_ref::<ProtocolError>()).is_some() && error.status() == 400;
        let kind = if is_protocol { FaultKind::ProtocolError } else { FaultKind::InternalError };
        Self::new(kind, error.exposed_message())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

/// The kinds of [`Fault`]s: the numbers of `TApplicationException`.
///
/// ```
/// use koa_thrift::FaultKind;
///
/// assert_eq!(FaultKind::UnknownMethod.number(), 1);
/// assert_eq!(FaultKind::of(1), FaultKind::UnknownMethod);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// Anything else: 0.
    Unknown,
    /// No service here has such a method: 1.
    UnknownMethod,
    /// Neither a call nor a one-way call: 2.
    InvalidMessageType,
    /// The reply to another method: 3.
    WrongMethodName,
    /// The reply to another call: 4.
    BadSequenceId,
    /// The method ended without a result: 5.
    MissingResult,
    /// The method failed, in a way it does not declare: 6.
    InternalError,
    /// The message is not what it should be: 7.
    ProtocolError,
}

impl FaultKind {
    /// Its number.
    #[must_use]
    pub fn number(self) -> i32 {
        self as i32
    }

    /// The kind with this number; [`Unknown`](Self::Unknown) for those that are none.
    #[must_use]
    pub fn of(number: i32) -> Self {
        match number {
            1 => Self::UnknownMethod,
            2 => Self::InvalidMessageType,
            3 => Self::WrongMethodName,
            4 => Self::BadSequenceId,
            5 => Self::MissingResult,
            6 => Self::InternalError,
            7 => Self::ProtocolError,
            _ => Self::Unknown,
        }
    }
}
