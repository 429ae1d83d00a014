//! Writes values of a message.

use bytes::{BufMut as _, Bytes, BytesMut};

use crate::{Encoding, Kind, ProtocolError, Value};

/// Writes values, in either encoding.
///
/// ```
/// use koa_thrift::{Encoding, Value, Writer};
///
/// let mut writer = Writer::new(Encoding::Binary);
/// "hi".to_owned().write(&mut writer);
/// assert_eq!(&writer.finish()?[..], b"\0\0\0\x02hi");
/// # Ok::<(), koa_thrift::ProtocolError>(())
/// ```
#[derive(Debug)]
pub struct Writer {
    encoding: Encoding,
    out: BytesMut,
    /// The field before, in the compact encoding.
    last: i16,
    /// A field whose head says its value too, which is not known yet.
    head: Option<i16>,
    /// Something had more bytes or elements than can be said.
    is_too_large: bool,
}

impl Writer {
    /// Nothing is written yet.
    #[must_use]
    pub fn new(encoding: Encoding) -> Self {
        Self::with_room(encoding, 128)
    }

    /// The same, with room for so many bytes.
    pub(crate) fn with_room(encoding: Encoding, room: usize) -> Self {
        Self { encoding, out: BytesMut::with_capacity(room), last: 0, head: None, is_too_large: false }
    }

    /// What was written.
    ///
    /// # Errors
    ///
    /// [`TooLarge`](ProtocolError::TooLarge), if something has 2 GiB or more, which no length can say.
    pub fn finish(self) -> Result<Bytes, ProtocolError> {
        let most = i32::MAX as usize;
        if self.is_too_large || self.out.len() > most {
            Err(ProtocolError::TooLarge(most))
        } else {
            Ok(self.out.freeze())
        }
    }

    /// What was written, with its length in the four bytes it begins with.
    pub(crate) fn framed(mut self) -> Result<Bytes, ProtocolError> {
        let most = i32::MAX as usize;
        let size = self.out.len() - 4;
        let length = i32::try_from(size).map_err(|_| ProtocolError::TooLarge(most))?;
        self.out[..4].copy_from_slice(&length.to_be_bytes());
        if self.is_too_large { Err(ProtocolError::TooLarge(most)) } else { Ok(self.out.freeze()) }
    }

    /// Writes a struct: its fields are what `write` writes with [`field`](Self::field).
    pub fn structure(&mut self, write: impl FnOnce(&mut Self)) {
        let outer = std::mem::take(&mut self.last);
        write(self);
        self.out.put_u8(0);
        self.last = outer;
    }

    /// Writes a field of a struct.
    pub fn field<T: Value>(&mut self, id: i16, value: &T) {
        self.begin(id, T::KIND);
        value.write(self);
    }

    fn begin(&mut self, id: i16, kind: Kind) {
        match self.encoding {
            Encoding::Binary => {
                self.out.put_u8(kind.binary());
                self.out.put_i16(id);
            }
            Encoding::Compact if kind == Kind::Bool => self.head = Some(id),
            Encoding::Compact => self.head(id, kind.compact()),
        }
    }

    fn head(&mut self, id: i16, number: u8) {
        if let Ok(ahead @ 1..=15) = u8::try_from(i32::from(id) - i32::from(self.last)) {
            self.out.put_u8(ahead << 4 | number);
        } else {
            self.out.put_u8(number);
            self.varied(id.into());
        }
        self.last = id;
    }

    /// What goes before the elements of a list or a set.
    pub(crate) fn elements(&mut self, kind: Kind, count: usize) {
        match (self.encoding, count) {
            (Encoding::Binary, _) => self.out.put_u8(kind.binary()),
            #[expect(clippy::cast_possible_truncation, reason = "below 15")]
            (Encoding::Compact, 0..15) => return self.out.put_u8((count as u8) << 4 | kind.compact()),
            (Encoding::Compact, _) => self.out.put_u8(0xf0 | kind.compact()),
        }
        self.size(count);
    }

    /// What goes before the entries of a map.
    pub(crate) fn entries(&mut self, key: Kind, value: Kind, count: usize) {
        match self.encoding {
            Encoding::Binary => {
                self.out.put_slice(&[key.binary(), value.binary()]);
                self.size(count);
            }
            Encoding::Compact => {
                self.size(count);
                if count > 0 {
                    self.out.put_u8(key.compact() << 4 | value.compact());
                }
            }
        }
    }

    pub(crate) fn bool(&mut self, value: bool) {
        let compact = if value { 1 } else { 2 };
        match (self.encoding, self.head.take()) {
            (Encoding::Binary, _) => self.out.put_u8(value.into()),
            (Encoding::Compact, Some(id)) => self.head(id, compact),
            (Encoding::Compact, None) => self.out.put_u8(compact),
        }
    }

    pub(crate) fn i8(&mut self, value: i8) {
        self.out.put_i8(value);
    }

    pub(crate) fn i16(&mut self, value: i16) {
        if self.encoding == Encoding::Compact { self.varied(value.into()) } else { self.out.put_i16(value) }
    }

    pub(crate) fn i32(&mut self, value: i32) {
        if self.encoding == Encoding::Compact { self.varied(value.into()) } else { self.out.put_i32(value) }
    }

    pub(crate) fn i64(&mut self, value: i64) {
        if self.encoding == Encoding::Compact { self.varied(value) } else { self.out.put_i64(value) }
    }

    pub(crate) fn double(&mut self, value: f64) {
        if self.encoding == Encoding::Compact { self.out.put_f64_le(value) } else { self.out.put_f64(value) }
    }

    pub(crate) fn binary(&mut self, value: &[u8]) {
        self.size(value.len());
        if !self.is_too_large {
            self.out.put_slice(value);
        }
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.out.put_slice(bytes);
    }

    fn size(&mut self, size: usize) {
        let Ok(size) = i32::try_from(size) else {
            self.is_too_large = true;
            return;
        };
        match self.encoding {
            Encoding::Binary => self.out.put_i32(size),
            Encoding::Compact => self.varint(u64::from(size.unsigned_abs())),
        }
    }

    pub(crate) fn varint(&mut self, mut value: u64) {
        while value > 0x7f {
            self.out.put_u8((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.out.put_u8((value & 0x7f) as u8);
    }

    /// A number whose sign goes into its lowest bit.
    fn varied(&mut self, value: i64) {
        self.varint((value << 1 ^ value >> 63).cast_unsigned());
    }
}
