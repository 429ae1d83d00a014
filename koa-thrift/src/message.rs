//! A message: what goes over a connection, either way.

use bytes::Bytes;

use crate::{
    Encoding, Fault, FaultKind, Kind, ProtocolError, Reader, Value, Writer,
    client::Slot,
    cursor::{Cursor, Step, some},
    reader::Bounds,
};

/// How many bytes the name of a method may have, with that of its service.
const NAME: usize = 1 << 10;

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// Asks a method, and waits for its reply.
    Call,
    /// A method's result, or an exception that it declares.
    Reply,
    /// A [`Fault`].
    Exception,
    /// Asks a method. There is no reply.
    OneWay,
}

impl MessageKind {
    fn number(self) -> u8 {
        match self {
            Self::Call => 1,
            Self::Reply => 2,
            Self::Exception => 3,
            Self::OneWay => 4,
        }
    }

    fn of(number: u8) -> Result<Self, ProtocolError> {
        match number {
            1 => Ok(Self::Call),
            2 => Ok(Self::Reply),
            3 => Ok(Self::Exception),
            4 => Ok(Self::OneWay),
            other => Err(ProtocolError::UnknownType(other)),
        }
    }
}

/// A message, of which the head is read and the body is not.
///
/// ```
/// use koa_thrift::{Encoding, Message, MessageKind};
///
/// // a method without arguments: what follows the name is the end of a struct without fields
/// let bytes = &b"\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x07\0"[..];
/// let message = Message::decode(bytes)?;
/// assert_eq!((message.kind, &*message.name, message.sequence), (MessageKind::Call, "ping", 7));
/// assert_eq!(message.encoding, Encoding::Binary);
/// assert_eq!(message.encode()?, bytes);
/// # Ok::<(), koa_thrift::ProtocolError>(())
/// ```
#[derive(Debug)]
pub struct Message {
    /// How it is written.
    pub encoding: Encoding,
    /// What it is.
    pub kind: MessageKind,
    /// The method; with `Service:` in front, where a connection is used for several services.
    pub name: String,
    /// What the reply is told apart by.
    pub sequence: i32,
    /// The arguments, or the result: a struct.
    pub body: Bytes,
    /// What is wrong with the body, as far as it is known.
    pub(crate) broken: Option<ProtocolError>,
    /// Who waits for the error, if it is called from here.
    pub(crate) slot: Option<Slot>,
}

impl Clone for Message {
    fn clone(&self) -> Self {
        let Self { encoding, kind, ref name, sequence, ref body, ref broken, slot: _ } = *self;
        // who waits for the error of this one does not wait for that of another
        Self { encoding, kind, name: name.clone(), sequence, body: body.clone(), broken: broken.clone(), slot: None }
    }
}

impl Message {
    /// A message whose body is `body`.
    ///
    /// # Errors
    ///
    /// [`TooLarge`](ProtocolError::TooLarge): see [`Writer::finish`].
    pub fn new(
        encoding: Encoding,
        kind: MessageKind,
        name: impl Into<String>,
        sequence: i32,
        body: &impl Value,
    ) -> Result<Self, ProtocolError> {
        let mut writer = Writer::new(encoding);
        body.write(&mut writer);
        Ok(Self { encoding, kind, name: name.into(), sequence, body: writer.finish()?, broken: None, slot: None })
    }

    /// Reads the head of a message. Its encoding is known by its first byte.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the head.
    pub fn decode(bytes: impl Into<Bytes>) -> Result<Self, ProtocolError> {
        let bytes = bytes.into();
        let mut cursor = Cursor { bytes: &bytes, at: 0, most: bytes.len() };
        let head = Head::read(&mut cursor)?.ok_or(ProtocolError::Truncated)?;
        let at = cursor.at;
        Ok(head.with(bytes.slice(at..), None))
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// [`TooLarge`](ProtocolError::TooLarge): see [`Writer::finish`].
    pub fn encode(&self) -> Result<Bytes, ProtocolError> {
        let mut writer = Writer::with_room(self.encoding, self.room());
        self.write(&mut writer);
        writer.finish()
    }

    /// Writes it as it goes over a connection: behind its length, if messages have frames there.
    pub(crate) fn written(&self, is_framed: bool) -> Result<Bytes, ProtocolError> {
        if is_framed { self.framed() } else { self.encode() }
    }

    fn framed(&self) -> Result<Bytes, ProtocolError> {
        let mut writer = Writer::with_room(self.encoding, 4 + self.room());
        writer.raw(&[0; 4]);
        self.write(&mut writer);
        writer.framed()
    }

    /// As much as it has bytes, or a few more.
    fn room(&self) -> usize {
        self.name.len() + self.body.len() + 16
    }

    fn write(&self, writer: &mut Writer) {
        let name = self.name.as_bytes();
        match self.encoding {
            Encoding::Binary => {
                writer.raw(&[0x80, 0x01, 0, self.kind.number()]);
                writer.binary(name);
                writer.i32(self.sequence);
            }
            Encoding::Compact => {
                writer.raw(&[0x82, self.kind.number() << 5 | 1]);
                writer.varint(self.sequence.cast_unsigned().into());
                writer.binary(name);
            }
        }
        writer.raw(&self.body);
    }

    /// Reads the body.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with it.
    pub fn read<T: Value>(&self) -> Result<T, ProtocolError> {
        self.read_within(Bounds::default())
    }

    pub(crate) fn read_within<T: Value>(&self, bounds: Bounds) -> Result<T, ProtocolError> {
        if let Some(broken) = &self.broken {
            return Err(broken.clone());
        }
        T::read(&mut Reader::within(self.encoding, self.body.clone(), bounds))
    }
}

/// What a message begins with.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) encoding: Encoding,
    kind: MessageKind,
    name: String,
    sequence: i32,
}

impl Head {
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Step<Self> {
        let [first, second] = some!(cursor.take());
        match (first, second) {
            (0x80, 0x01) => {
                let [_, kind] = some!(cursor.take());
                let name = some!(name(Encoding::Binary, cursor)?);
                let sequence = some!(cursor.i32());
                Ok(Some(Self { encoding: Encoding::Binary, kind: MessageKind::of(kind)?, name, sequence }))
            }
            (0x82, _) if second & 0x1f == 1 => {
                let sequence = u32::try_from(some!(cursor.varint()?)).map_err(|_| ProtocolError::Size)?.cast_signed();
                let name = some!(name(Encoding::Compact, cursor)?);
                Ok(Some(Self { encoding: Encoding::Compact, kind: MessageKind::of(second >> 5)?, name, sequence }))
            }
            _ => Err(ProtocolError::Version),
        }
    }

    pub(crate) fn with(self, body: Bytes, broken: Option<ProtocolError>) -> Message {
        let Self { encoding, kind, name, sequence } = self;
        Message { encoding, kind, name, sequence, body, broken, slot: None }
    }
}

fn name(encoding: Encoding, cursor: &mut Cursor<'_>) -> Step<String> {
    let size = some!(cursor.size(encoding)?);
    if size > NAME {
        return Err(ProtocolError::Name(NAME));
    }
    cursor.fits(size, 1)?;
    let Some(name) = cursor.bytes.get(cursor.at..cursor.at + size) else { return Ok(None) };
    cursor.at += size;
    std::str::from_utf8(name).map(|name| Some(name.to_owned())).map_err(|_| ProtocolError::Utf8)
}

impl Value for Fault {
    const KIND: Kind = Kind::Struct;

    fn read(reader: &mut Reader) -> Result<Self, ProtocolError> {
        let (mut message, mut number) = (String::new(), 0);
        reader.fields(|reader, id, kind| {
            match (id, kind) {
                (1, Kind::Binary) => message = Value::read(reader)?,
                (2, Kind::I32) => number = Value::read(reader)?,
                _ => reader.skip(kind)?,
            }
            Ok(())
        })?;
        Ok(Self { kind: FaultKind::of(number), message })
    }

    fn write(&self, writer: &mut Writer) {
        writer.structure(|writer| {
            writer.field(1, &self.message);
            writer.field(2, &self.kind.number());
        });
    }
}
