//! What typed clients call with.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
};

use koa_runtime::{Application, Error, Result};

use super::{
    ask,
    failure::{because, nonsense},
};
use crate::{Call, Encoding, Fault, Kind, Message, MessageKind, ProtocolError, Reader, Value, reader::Bounds};

/// Calls the methods of a service through the layers of an application, the innermost of which is usually a
/// [`remote`](crate::remote()). A client that koa-thrift-build has made is one with types: `CalculatorClient::from(caller)`.
///
/// What a layer ends the call with, such as a timeout's 503, is the error of the method. What the service itself is not able to do is a 502
/// with a [`RemoteFault`].
///
/// ```
/// use std::time::Duration;
///
/// use koa_runtime::{prelude::*, timeout};
/// use koa_thrift::{Caller, Pool, remote};
///
/// let pool = Pool::new("127.0.0.1:9090");
/// let caller = Caller::new(Application::of(pipeline![timeout(Duration::from_secs(1)), remote(pool)]));
/// // let sum = CalculatorClient::from(caller).add(2, 3).await?;
/// # let _ = caller;
/// ```
#[derive(Clone, Debug)]
pub struct Caller {
    app: Application<Call>,
    encoding: Encoding,
    service: Option<&'static str>,
    sequence: Arc<AtomicI32>,
}

impl Caller {
    /// Calls through an application, in the binary protocol.
    #[must_use]
    pub fn new(app: Application<Call>) -> Self {
        Self { app, encoding: Encoding::Binary, service: None, sequence: Arc::default() }
    }

    /// Writes calls in this encoding.
    #[must_use]
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Says the name of the service with each call: the other end has several ("multiplexed").
    #[must_use]
    pub fn service(mut self, name: &'static str) -> Self {
        self.service = Some(name);
        self
    }

    /// Calls a method, and waits for its reply, which has a result or a declared exception.
    ///
    /// Dropping the future drops the layers; the method may have run by then.
    ///
    /// # Errors
    ///
    /// What a layer ends the call with, and a 502 with a [`RemoteFault`] or a [`ProtocolError`].
    pub async fn call(&self, method: &str, arguments: &impl Value) -> Result<Message> {
        let message = self.message(MessageKind::Call, method, arguments)?;
        let sequence = message.sequence;
        let reply = self.ask(message).await?.ok_or_else(|| because("there is no reply"))?;
        if reply.sequence != sequence {
            return Err(because("this is the reply to another call"));
        }
        match reply.kind {
            MessageKind::Reply => Ok(reply),
            MessageKind::Exception => {
                let fault = reply.read_within(self.bounds()).map_err(nonsense)?;
                Err(Error::from(RemoteFault(fault)).with_status(502))
            }
            MessageKind::Call | MessageKind::OneWay => Err(because("this is no reply")),
        }
    }

    /// Calls a one-way method. That it was sent is all that is known then.
    ///
    /// # Errors
    ///
    /// What a layer ends the call with.
    pub async fn tell(&self, method: &str, arguments: &impl Value) -> Result {
        let message = self.message(MessageKind::OneWay, method, arguments)?;
        self.ask(message).await.map(drop)
    }

    async fn ask(&self, message: Message) -> Result<Option<Message>> {
        ask(&self.app, message).await.map_err(|(error, _)| error)
    }

    fn message(&self, kind: MessageKind, method: &str, arguments: &impl Value) -> Result<Message> {
        let name = self.service.map_or_else(|| method.to_owned(), |service| format!("{service}:{method}"));
        let sequence = self.sequence.fetch_add(1, Ordering::Relaxed);
        Ok(Message::new(self.encoding, kind, name, sequence, arguments)?)
    }

    fn bounds(&self) -> Bounds {
        self.app.settings().bounds()
    }

    /// Reads the fields of a reply: 0 is the result.
    #[doc(hidden)]
    pub fn __read(
        &self,
        reply: &Message,
        read: impl FnMut(&mut Reader, i16, Kind) -> Result<(), ProtocolError>,
    ) -> Result {
        Reader::within(reply.encoding, reply.body.clone(), self.bounds()).fields(read).map_err(nonsense)
    }

    /// What a reply is without a result.
    #[doc(hidden)]
    #[must_use]
    pub fn __missing() -> Error {
        because("the reply has no result")
    }
}

/// The [`Fault`] of a service that was called. Left with `?` it is an internal error of the service that has called, and not its own
/// fault.
///
/// ```
/// use koa_runtime::Error;
/// use koa_thrift::{FaultKind, RemoteFault};
///
/// fn is_unknown(error: &Error) -> bool {
///     error.downcast_ref().is_some_and(|RemoteFault(fault)| fault.kind == FaultKind::UnknownMethod)
/// }
/// # assert!(!is_unknown(&Error::new(404)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteFault(pub Fault);

impl fmt::Display for RemoteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.0.kind, self.0.message)
    }
}

impl std::error::Error for RemoteFault {}
