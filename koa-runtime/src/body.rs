//! The one body type, of requests and of replies.

mod asked;
mod file;
mod watched;

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context as Task, Poll};

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt as _};
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Incoming;

use crate::{Context, Error, Limits};
use asked::Asked;
use watched::Watched;

type BoxedBody = Pin<Box<dyn HttpBody<Data = Bytes, Error = Error> + Send>>;

/// A body: nothing, bytes in memory, or a stream. One type everywhere, whatever is inside.
///
/// Text, bytes and `()` turn into one with `.into()`; streams with [`Body::from_stream`], files
/// with [`Body::from_file`].
///
/// ```
/// use koa_runtime::Body;
///
/// assert_eq!(Body::from("hello").len(), Some(5));
/// assert_eq!(Body::from(vec![1, 2, 3]).len(), Some(3));
/// ```
#[derive(Default)]
pub struct Body {
    data: Data,
}

/// What the bytes are, which decides the `Content-Type` that a response infers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Koa's `null`: no body at all, where `""` is a body of no bytes.
    #[default]
    Nothing,
    Text,
    Binary,
    Json,
    Stream,
    /// A stream too, that of a request: who breaks it off is the client.
    Asked,
}

/// As much of what is in memory as is given at once. hyper copies it, and would copy all of it for each client, however slowly that reads.
const PIECE: usize = 128 << 10;

// The kind lies where the variant needs no room, and what is large in a box: each reply moves this several times, and asks what it is.
enum Data {
    Empty(Kind),
    Full(Kind, Bytes),
    Incoming(Kind, Box<Incoming>),
    Asked(Box<Asked>),
    // Never locked: the mutex makes the body `Sync`, so that a `&Context` may be held across an await.
    Boxed(Mutex<BoxedBody>),
    Watched(Box<Watched>),
}

impl Default for Data {
    fn default() -> Self {
        Self::Empty(Kind::Nothing)
    }
}

impl Body {
    /// No body, which for a response means 204 (Koa's `null`); `Body::from("")` is a body of no bytes.
    ///
    /// ```
    /// # use koa_runtime::Body;
    /// assert_eq!(Body::empty().len(), Some(0));
    /// ```
    #[must_use]
    pub const fn empty() -> Self {
        Self { data: Data::Empty(Kind::Nothing) }
    }

    /// A body that is sent while it comes into being.
    ///
    /// An error breaks the reply off, so that the client sees that something is missing, and goes to the error event
    /// ([`Settings::on_error`](crate::Settings::on_error)). So does a panic.
    ///
    /// ```
    /// use std::convert::Infallible;
    ///
    /// use futures_util::stream;
    /// use koa_runtime::Body;
    ///
    /// let lines = stream::iter((1..=3).map(|n| Ok::<_, Infallible>(format!("{n}\n"))));
    /// assert_eq!(Body::from_stream(lines).len(), None);
    /// ```
    pub fn from_stream(
        stream: impl Stream<Item = Result<impl Into<Bytes>, impl Into<Error> + 'static>> + Send + 'static,
    ) -> Self {
        let frames = stream.map_ok(|chunk| Frame::data(chunk.into())).map_err(Into::into);
        Self::boxed(StreamBody::new(frames))
    }

    /// A body of another kind, such as a file service's or an HTTP client's.
    ///
    /// ```
    /// use koa_runtime::Body;
    ///
    /// let foreign = http_body_util::Full::new(bytes::Bytes::from("hello"));
    /// assert_eq!(Body::wrap(foreign).len(), Some(5));
    /// ```
    pub fn wrap<B>(body: B) -> Self
    where
        B: HttpBody<Data = Bytes, Error: Into<Error>> + Send + 'static,
    {
        let mut body = Some(body);
        if let Some(own) = (&mut body as &mut dyn Any).downcast_mut::<Option<Self>>() {
            return own.take().unwrap_or_default();
        }
        body.map_or_else(Self::empty, |body| Self::boxed(body.map_err(Into::into)))
    }

    /// The value as JSON.
    ///
    /// ```
    /// # use koa_runtime::Body;
    /// let body = Body::json(&[1, 2])?;
    /// assert_eq!(body.len(), Some(5));
    /// # Ok::<(), koa_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the value has no JSON form, such as a map whose keys are not text (K-070).
    #[cfg(feature = "json")]
    pub fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        Ok(Self::full(Kind::Json, serde_json::to_vec(value)?.into()))
    }

    /// The body of a request of a connection, within its limits.
    #[inline]
    pub(crate) fn of_connection(incoming: Incoming, limits: &Limits) -> Self {
        if incoming.is_end_stream() { Self::over() } else { Self::to_come(incoming, limits) }
    }

    /// The body of a request that has none.
    #[inline]
    pub(crate) fn over() -> Self {
        Self { data: Data::Empty(Kind::Asked) }
    }

    // in a box, as most requests have no body
    fn to_come(incoming: Incoming, limits: &Limits) -> Self {
        Self { data: Data::Asked(Box::new(Asked::new(incoming, limits))) }
    }

    /// The body of a request.
    pub(crate) fn asked(mut self) -> Self {
        if let Data::Incoming(kind, _) = &mut self.data {
            *kind = Kind::Asked;
        }
        self
    }

    /// How many bytes are still to come, if that is known.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "no body and a body of no bytes are different things here")]
    pub fn len(&self) -> Option<u64> {
        match &self.data {
            Data::Empty(_) => Some(0),
            // lossless: no supported platform has pointers of more than 64 bits
            Data::Full(_, bytes) => Some(bytes.len() as u64),
            _ => self.size_hint().exact(),
        }
    }

    /// The bytes, if they are in memory; `None` for a stream.
    ///
    /// ```
    /// # use koa_runtime::Body;
    /// assert_eq!(Body::from("hello").as_bytes(), Some(&b"hello"[..]));
    /// ```
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.data {
            Data::Empty(_) => Some(&[]),
            Data::Full(_, bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Whether there is nothing to wait for.
    #[inline]
    pub(crate) fn is_in_memory(&self) -> bool {
        matches!(self.data, Data::Empty(_) | Data::Full(..))
    }

    /// Whether nothing was ever in it.
    #[inline]
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self.data, Data::Empty(_))
    }

    pub(crate) fn kind(&self) -> Kind {
        match self.data {
            Data::Empty(kind) | Data::Full(kind, _) | Data::Incoming(kind, _) => kind,
            Data::Asked(_) => Kind::Asked,
            Data::Boxed(_) | Data::Watched(_) => Kind::Stream,
        }
    }

    pub(crate) const fn full(kind: Kind, bytes: Bytes) -> Self {
        Self { data: Data::Full(kind, bytes) }
    }

    /// This body with the error event behind it: see [`Watched`].
    pub(crate) fn watched(self, length: Option<u64>, ctx: Context) -> Self {
        Self { data: Data::Watched(Box::new(Watched::new(self, length, ctx))) }
    }

    /// Has the connection whose reply this is told of its end.
    pub(crate) fn tell_end(&mut self) {
        if let Data::Watched(watched) = &mut self.data {
            watched.tells = true;
        }
    }

    fn boxed(body: impl HttpBody<Data = Bytes, Error = Error> + Send + 'static) -> Self {
        Self { data: Data::Boxed(Mutex::new(Box::pin(body))) }
    }
}

/// Text, which a response takes for HTML if it starts with `<`.
impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self::full(Kind::Text, Bytes::from_static(text.as_bytes()))
    }
}

/// Text, which a response takes for HTML if it starts with `<`.
impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::full(Kind::Text, Bytes::from(text))
    }
}

/// Text, which a response takes for HTML if it starts with `<`.
impl From<Cow<'static, str>> for Body {
    fn from(text: Cow<'static, str>) -> Self {
        match text {
            Cow::Borrowed(text) => text.into(),
            Cow::Owned(text) => text.into(),
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::full(Kind::Binary, bytes)
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::full(Kind::Binary, Bytes::from(bytes))
    }
}

impl From<&'static [u8]> for Body {
    fn from(bytes: &'static [u8]) -> Self {
        Self::full(Kind::Binary, Bytes::from_static(bytes))
    }
}

/// No body: [`Body::empty`].
impl From<()> for Body {
    fn from((): ()) -> Self {
        Self::empty()
    }
}

/// A body as hyper receives it.
impl From<Incoming> for Body {
    fn from(incoming: Incoming) -> Self {
        if incoming.is_end_stream() {
            return Self { data: Data::Empty(Kind::Stream) };
        }
        Self { data: Data::Incoming(Kind::Stream, Box::new(incoming)) }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Error;

    #[inline]
    fn poll_frame(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let body = self.get_mut();
        match &mut body.data {
            Data::Empty(_) => Poll::Ready(None),
            Data::Full(_, bytes) if bytes.is_empty() => Poll::Ready(None),
            Data::Full(_, bytes) if bytes.len() > PIECE => Poll::Ready(Some(Ok(Frame::data(bytes.split_to(PIECE))))),
            Data::Full(kind, bytes) => {
                let (kind, bytes) = (*kind, std::mem::take(bytes));
                // it costs less to drop than what is full of nothing
                body.data = Data::Empty(kind);
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            _ => body.poll_stream(task),
        }
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        match &self.data {
            Data::Empty(_) => true,
            Data::Full(_, bytes) => bytes.is_empty(),
            _ => self.is_stream_at_its_end(),
        }
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        match &self.data {
            Data::Empty(_) => SizeHint::with_exact(0),
            Data::Full(_, bytes) => SizeHint::with_exact(bytes.len() as u64),
            _ => self.size_of_stream(),
        }
    }
}

/// Of what is not in memory.
impl Body {
    // apart, so that what is in memory needs no call
    #[inline(never)]
    fn poll_stream(&mut self, task: &mut Task<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match &mut self.data {
            Data::Empty(_) | Data::Full(..) => Poll::Ready(None),
            Data::Incoming(Kind::Asked, incoming) => {
                let sized = incoming.size_hint().exact().is_some();
                Pin::new(incoming).poll_frame(task).map_err(|error| broken_off(error, sized))
            }
            Data::Incoming(_, incoming) => Pin::new(incoming).poll_frame(task).map_err(Error::from),
            Data::Asked(body) => body.poll_frame(task),
            Data::Boxed(body) => unlocked(body).as_mut().poll_frame(task),
            Data::Watched(body) => body.poll_frame(task),
        }
    }

    fn is_stream_at_its_end(&self) -> bool {
        match &self.data {
            Data::Empty(_) | Data::Full(..) => true,
            Data::Incoming(_, incoming) => incoming.is_end_stream(),
            Data::Asked(body) => body.is_end_stream(),
            Data::Boxed(body) => locked(body, HttpBody::is_end_stream),
            Data::Watched(body) => body.is_end_stream(),
        }
    }

    fn size_of_stream(&self) -> SizeHint {
        match &self.data {
            Data::Empty(_) | Data::Full(..) => SizeHint::with_exact(0),
            Data::Incoming(_, incoming) => incoming.size_hint(),
            Data::Asked(body) => body.size_hint(),
            Data::Boxed(body) => locked(body, HttpBody::size_hint),
            Data::Watched(body) => body.size_hint(),
        }
    }
}

/// The client broke its body off, which is its fault: a 400, where any other error would be a 500.
fn broken_off(error: hyper::Error, sized: bool) -> Error {
    let source = std::error::Error::source(&error);
    let early = error.is_incomplete_message()
        || source
            .and_then(|source| source.downcast_ref::<std::io::Error>())
            .is_some_and(|error| error.kind() == std::io::ErrorKind::UnexpectedEof);
    let message = match (early, sized) {
        (true, true) => ENDED_EARLY,
        (true, false) => "the request body ended before its last chunk",
        (false, _) => "the request body could not be read",
    };
    Error::new(400).with_message(message).with_source(error)
}

/// What a client is told whose body is shorter than it said.
pub(crate) const ENDED_EARLY: &str = "the request body ended before its Content-Length";

fn unlocked(body: &mut Mutex<BoxedBody>) -> &mut BoxedBody {
    body.get_mut().unwrap_or_else(PoisonError::into_inner)
}

/// Locks for a question that takes no `&mut`; nobody else can hold the lock for longer than such a question.
fn locked<T>(body: &Mutex<BoxedBody>, ask: impl FnOnce(&BoxedBody) -> T) -> T {
    ask(&body.lock().unwrap_or_else(PoisonError::into_inner))
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.data, self.len()) {
            (Data::Empty(_), _) => f.write_str("Body(empty)"),
            (_, Some(len)) => write!(f, "Body({len} bytes)"),
            (_, None) => f.write_str("Body(stream)"),
        }
    }
}

#[cfg(test)]
mod tests;
