//! What is behind an error.

use std::error::Error as StdErrorTrait;
use std::iter::successors;

use super::Error;

/// What is behind it.
impl Error {
    /// The error behind this one.
    ///
    /// ```
    /// # use koa_runtime::Error;
    /// let error = Error::from("x".parse::<u8>().unwrap_err());
    /// assert!(error.source().is_some_and(|source| source.is::<std::num::ParseIntError>()));
    /// ```
    #[must_use]
    pub fn source(&self) -> Option<&(dyn StdErrorTrait + Send + Sync + 'static)> {
        self.0.source.as_deref()
    }

    /// All that is behind it, the nearest first: its [source](Error::source), the source's own, and so on.
    ///
    /// ```
    /// # use koa_runtime::Error;
    /// let error = Error::new(503).with_source(Error::from("x".parse::<u8>().unwrap_err()));
    /// let causes: Vec<_> = error.sources().map(ToString::to_string).collect();
    /// assert_eq!(causes, ["invalid digit found in string"; 2]);
    /// ```
    pub fn sources(&self) -> impl Iterator<Item = &(dyn StdErrorTrait + 'static)> {
        let first = self.source().map(|source| source as &dyn StdErrorTrait);
        successors(first, |&source| source.source())
    }

    /// Whether there is an `E` among its [sources](Error::sources).
    ///
    /// ```
    /// use koa_runtime::prelude::*;
    ///
    /// /// What cannot be parsed is the client's fault, whichever layer has found out.
    /// #[middleware]
    /// async fn client_errors(ctx: &mut Context, next: Next) -> Result {
    ///     match next.run(ctx).await {
    ///         Err(error) if error.is::<std::num::ParseIntError>() => Err(error.with_status(400)),
    ///         outcome => outcome,
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn is<E: StdErrorTrait + 'static>(&self) -> bool {
        self.downcast_ref::<E>().is_some()
    }

    /// The nearest `E` among its [sources](Error::sources).
    ///
    /// ```
    /// # use koa_runtime::Error;
    /// use std::io;
    ///
    /// let error = Error::from(io::Error::from(io::ErrorKind::NotFound));
    /// let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    /// assert_eq!(kind, Some(io::ErrorKind::NotFound));
    /// ```
    #[must_use]
    pub fn downcast_ref<E: StdErrorTrait + 'static>(&self) -> Option<&E> {
        self.sources().find_map(|source| source.downcast_ref())
    }
}
