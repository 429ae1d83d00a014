//! From any error to an [`Error`], and back.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error as StdErrorTrait;
use std::fmt;

use super::{Error, Inner, Source};

impl Error {
    /// Makes an error of a boxed one, which `?` cannot take, as a `Box<dyn Error>` is not itself an `Error`.
    ///
    /// ```
    /// # use koa_runtime::Error;
    /// let boxed: Box<dyn std::error::Error + Send + Sync> = "out of paper".into();
    /// let error = Error::from_boxed(boxed);
    /// assert_eq!((error.status().as_u16(), error.message()), (500, "out of paper"));
    /// ```
    #[must_use]
    pub fn from_boxed(source: Box<dyn StdErrorTrait + Send + Sync>) -> Self {
        match source.downcast::<StdError>() {
            Ok(wrapped) => wrapped.0,
            Err(source) => Self::behind(source),
        }
    }

    /// This error as a `std::error::Error`, for code that asks for one.
    ///
    /// ```
    /// # use koa_runtime::Error;
    /// let inside: std::io::Error = std::io::Error::other(Error::new(404).into_std());
    /// # let _ = inside;
    /// let back = Error::from(Error::new(404).into_std());
    /// assert_eq!(back.status(), 404); // unwrapped, not wrapped again
    /// ```
    #[must_use]
    pub fn into_std(self) -> StdError {
        StdError(self)
    }

    fn behind(source: Box<Source>) -> Self {
        let message = Some(Cow::Owned(source.to_string()));
        Self(Box::new(Inner { message, source: Some(source), ..Inner::default() }))
    }
}

/// K-148: any error becomes a 500 that is not exposed; a [`StdError`] is unwrapped.
impl<E> From<E> for Error
where
    E: StdErrorTrait + Send + Sync + 'static,
{
    fn from(error: E) -> Self {
        let mut error = Some(error);
        if let Some(wrapped) = (&mut error as &mut dyn Any).downcast_mut::<Option<StdError>>()
            && let Some(StdError(inner)) = wrapped.take()
        {
            return inner;
        }
        match error {
            Some(error) => Self::behind(Box::new(error)),
            // it was taken out above
            None => Self::new(500),
        }
    }
}

impl From<Error> for Box<dyn StdErrorTrait + Send + Sync> {
    fn from(error: Error) -> Self {
        Box::new(error.into_std())
    }
}

impl From<Error> for Box<dyn StdErrorTrait> {
    fn from(error: Error) -> Self {
        Box::new(error.into_std())
    }
}

/// An [`Error`] as a `std::error::Error`, made by [`Error::into_std`].
///
/// ```
/// # use koa_runtime::Error;
/// let error: Box<dyn std::error::Error> = Error::new(404).into();
/// assert_eq!(error.to_string(), "Not Found");
/// ```
pub struct StdError(Error);

impl StdError {
    /// The error inside, by reference.
    #[must_use]
    pub fn get_ref(&self) -> &Error {
        &self.0
    }

    /// The error inside.
    #[must_use]
    pub fn into_inner(self) -> Error {
        self.0
    }
}

impl StdErrorTrait for StdError {
    fn source(&self) -> Option<&(dyn StdErrorTrait + 'static)> {
        self.0.source().map(|source| source as _)
    }
}

impl fmt::Display for StdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for StdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
