//! The context: one call, and what becomes its reply.

use std::{fmt, sync::Arc};

use koa_runtime::{Connection, Error, Protocol, Result};

use crate::{
    Fault, FaultKind, Kind, Message, MessageKind, ProtocolError, Reader, Settings, Value, Writer,
    client::failure::Reached, connection,
};

/// One call of a method, and what becomes its reply: the context that the layers of a Thrift application run on.
///
/// Methods are usually those of an IDL, and a [`Service`](crate::Service) finds them. By hand:
///
/// ```
/// use koa_runtime::prelude::*;
/// use koa_thrift::{Call, Encoding, Message, MessageKind};
///
/// #[middleware]
/// async fn logger(ctx: &mut Call, next: Next) -> Result {
///     let method = ctx.method().to_owned();
///     let outcome = next.run(ctx).await;
///     println!("{method}: {}", if outcome.is_ok() { "ok" } else { "failed" });
///     outcome
/// }
///
/// #[middleware]
/// async fn ping(ctx: &mut Call, next: Next) -> Result {
///     if ctx.method() == "ping" { ctx.returns_nothing() } else { next.run(ctx).await }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::<Call>::of(pipeline![logger, ping]);
/// let ping = Message::decode(&b"\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x07\0"[..]).unwrap();
/// let reply = app.ask(ping).await.unwrap();
/// assert_eq!((reply.kind, reply.sequence), (MessageKind::Reply, 7));
/// # });
/// ```
pub struct Call {
    message: Message,
    /// Where the method begins in the name of the message.
    method: usize,
    answer: Answer,
    /// How far it came at a server elsewhere, if it fails.
    reached: Reached,
    settings: Arc<Settings>,
}

/// How far a call has come.
#[derive(Debug)]
enum Answer {
    /// No service has such a method.
    Unknown,
    /// A method has it.
    Taken,
    /// There is nothing to say: the method is one-way.
    Nothing,
    Returned(Message),
    Thrown(&'static str, Message),
}

impl Call {
    /// The service, where the name says so: that of a connection which is used for several ("multiplexed").
    #[must_use]
    pub fn service(&self) -> Option<&str> {
        self.message.name[..self.method].strip_suffix(':')
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.message.name[self.method..]
    }

    /// Whether the client waits for no reply.
    #[must_use]
    pub fn is_one_way(&self) -> bool {
        self.message.kind == MessageKind::OneWay
    }

    /// The message: its encoding, its sequence id, and the bytes of the arguments.
    #[must_use]
    pub fn message(&self) -> &Message {
        &self.message
    }

    /// Which declared exception the method has thrown, if it has.
    #[must_use]
    pub fn thrown(&self) -> Option<&'static str> {
        if let Answer::Thrown(name, _) = self.answer { Some(name) } else { None }
    }

    /// Reads the arguments, and takes the call: if it has no result in the end, that is a [fault](FaultKind::MissingResult) and no
    /// [unknown method](FaultKind::UnknownMethod).
    ///
    /// # Errors
    ///
    /// A 400 with the [`ProtocolError`] that says what is wrong with them.
    pub fn arguments<T: Value>(&mut self) -> Result<T> {
        self.answer = Answer::Taken;
        self.message.read_within(self.settings.bounds()).map_err(ProtocolError::into_error)
    }

    /// Makes `result` the reply.
    ///
    /// # Errors
    ///
    /// It has 2 GiB or more, which no length can say.
    pub fn returns(&mut self, result: &impl Value) -> Result {
        self.answer = Answer::Returned(self.reply(MessageKind::Reply, &Field(0, result))?);
        Ok(())
    }

    /// Makes the end of a method without a result the reply.
    ///
    /// # Errors
    ///
    /// None.
    pub fn returns_nothing(&mut self) -> Result {
        self.answer = Answer::Returned(self.reply(MessageKind::Reply, &Empty)?);
        Ok(())
    }

    /// Ends a method that is declared one-way: there is no reply, even if the client has asked for one.
    pub fn says_nothing(&mut self) {
        self.answer = Answer::Nothing;
    }

    /// Makes an exception the reply that the method declares: in `throws (1: InvalidOperation ouch)` the id is 1, and the name is
    /// `InvalidOperation`.
    ///
    /// # Errors
    ///
    /// It has 2 GiB or more, which no length can say.
    pub fn throws(&mut self, id: i16, name: &'static str, exception: &impl Value) -> Result {
        self.answer = Answer::Thrown(name, self.reply(MessageKind::Reply, &Field(id, exception))?);
        Ok(())
    }

    /// Makes what somebody else has answered the reply.
    pub(crate) fn passes(&mut self, mut reply: Message) {
        self.method().clone_into(&mut reply.name);
        reply.sequence = self.message.sequence;
        self.answer = Answer::Returned(reply);
    }

    /// Notes how far it came at a server elsewhere.
    pub(crate) fn has_reached(&mut self, reached: Reached) {
        self.reached = reached;
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether who has called is told of the error itself.
    pub(crate) fn is_called_here(&self) -> bool {
        self.message.slot.is_some()
    }

    fn reply(&self, kind: MessageKind, body: &impl Value) -> Result<Message, ProtocolError> {
        Message::new(self.message.encoding, kind, self.method(), self.message.sequence, body)
    }

    fn fault(&self, fault: &Fault) -> Option<Message> {
        if self.is_one_way() || matches!(self.answer, Answer::Nothing) {
            return None;
        }
        // what cannot be said at all is left out
        let reply = self.reply(MessageKind::Exception, fault);
        reply.or_else(|_| self.reply(MessageKind::Exception, &Fault::new(fault.kind, ""))).ok()
    }

    /// What is wrong with a message that is neither a call nor a one-way call.
    fn misfit(&self) -> Option<Fault> {
        match self.message.kind {
            MessageKind::Call | MessageKind::OneWay => None,
            kind => {
                Some(Fault::new(FaultKind::InvalidMessageType, format!("{kind:?} is no type of message to a server")))
            }
        }
    }

    /// Refuses what is neither a call nor a one-way call: the client's fault, so a 400.
    pub(crate) fn is_asked(&self) -> Result {
        self.misfit().map_or(Ok(()), |fault| Err(Error::from(fault).with_status(400)))
    }

    /// Refuses what cannot be handed on: no call, or one of which it is known that it makes no sense.
    pub(crate) fn is_whole(&self) -> Result {
        self.is_asked()?;
        self.message.broken.clone().map_or(Ok(()), |broken| Err(broken.into_error()))
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("message", &self.message).field("answer", &self.answer).finish_non_exhaustive()
    }
}

impl Protocol for Call {
    const NAME: &'static str = "thrift";
    type Request = Message;
    /// `None` for a one-way call.
    type Reply = Option<Message>;
    type Settings = Settings;

    fn accept(message: Message, settings: Arc<Settings>) -> Self {
        let method = message.name.rfind(':').map_or(0, |colon| colon + 1);
        Self { message, method, answer: Answer::Unknown, reached: Reached::default(), settings }
    }

    fn respond(&mut self) -> Option<Message> {
        let fault = match std::mem::replace(&mut self.answer, Answer::Taken) {
            _ if self.is_one_way() => return None,
            Answer::Nothing => return None,
            Answer::Returned(reply) | Answer::Thrown(_, reply) => return Some(reply),
            Answer::Taken => Fault::new(FaultKind::MissingResult, format!("{:.64} has no result", self.method())),
            Answer::Unknown => match self.misfit() {
                Some(fault) => fault,
                None => Fault::new(FaultKind::UnknownMethod, format!("there is no method {:.64}", self.message.name)),
            },
        };
        self.fault(&fault)
    }

    fn on_error(&mut self, error: Error) -> Option<Message> {
        let reply = self.fault(&Fault::of(&error));
        if let Some(slot) = &self.message.slot {
            slot.put(error, self.reached);
        }
        reply
    }

    async fn serve(connection: &mut Connection<Self>) -> Result {
        connection::serve(connection).await
    }

    fn write_asked(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message.name)
    }

    fn write_answered(&self, outcome: &Result, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (outcome, &self.answer) {
            (Err(error), _) => write!(f, "error {}", error.status().as_u16()),
            (Ok(()), Answer::Thrown(name, _)) => write!(f, "threw {name}"),
            (Ok(()), Answer::Unknown) => f.write_str("unknown method"),
            (Ok(()), Answer::Taken) if !self.is_one_way() => f.write_str("no result"),
            (Ok(()), Answer::Returned(Message { kind: MessageKind::Exception, .. })) => f.write_str("fault"),
            (Ok(()), _) => f.write_str("ok"),
        }
    }
}

/// A struct of one field.
struct Field<'v, T>(i16, &'v T);

impl<T: Value> Value for Field<'_, T> {
    const KIND: Kind = Kind::Struct;

    fn read(_: &mut Reader) -> Result<Self, ProtocolError> {
        // what it lends has to be somebody's
        Err(ProtocolError::Version)
    }

    fn write(&self, writer: &mut Writer) {
        writer.structure(|writer| writer.field(self.0, self.1));
    }
}

/// A struct without fields.
struct Empty;

impl Value for Empty {
    const KIND: Kind = Kind::Struct;

    fn read(reader: &mut Reader) -> Result<Self, ProtocolError> {
        reader.fields(|reader, _, kind| reader.skip(kind))?;
        Ok(Self)
    }

    fn write(&self, writer: &mut Writer) {
        writer.structure(|_| {});
    }
}
