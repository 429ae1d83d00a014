//! Reads values of a message.

use bytes::Bytes;

use crate::{
    Encoding, Kind, ProtocolError, Value,
    cursor::{Cursor, Step, elements, entries},
    scan::Scan,
};

/// What a message may be at most: see [`Settings`](crate::Settings).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) depth: usize,
    pub(crate) memory: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { depth: 64, memory: 64 << 20 }
    }
}

/// Reads values, in either encoding, out of bytes that need not be what they should: whatever is wrong with them is a
/// [`ProtocolError`], and nothing is kept for elements that are claimed but not there.
///
/// ```
/// use koa_thrift::{Encoding, Reader, Value, Writer};
///
/// let mut writer = Writer::new(Encoding::Compact);
/// vec![1, 2, 3].write(&mut writer);
/// let bytes = writer.finish()?;
///
/// let mut reader = Reader::new(Encoding::Compact, bytes);
/// assert_eq!(Vec::<i32>::read(&mut reader)?, [1, 2, 3]);
/// assert!(Vec::<i32>::read(&mut reader).is_err());
/// # Ok::<(), koa_thrift::ProtocolError>(())
/// ```
#[derive(Debug)]
pub struct Reader {
    encoding: Encoding,
    bytes: Bytes,
    at: usize,
    /// The field before, in the compact encoding.
    last: i16,
    /// What the head of a field said already.
    head: Option<bool>,
    /// How many levels may still be opened, of how many.
    levels: usize,
    depth: usize,
    /// How many bytes the elements of containers and what is boxed may still take, of how many.
    room: usize,
    memory: usize,
}

impl Reader {
    /// Reads `bytes`. What is in them may be 64 levels deep, and what containers and boxes hold may take 64 MiB
    /// altogether.
    #[must_use]
    pub fn new(encoding: Encoding, bytes: Bytes) -> Self {
        Self::within(encoding, bytes, Bounds::default())
    }

    pub(crate) fn within(encoding: Encoding, bytes: Bytes, bounds: Bounds) -> Self {
        let Bounds { depth, memory } = bounds;
        Self { encoding, bytes, at: 0, last: 0, head: None, levels: depth, depth, room: memory, memory }
    }

    /// How many bytes are left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// Reads the fields of a struct: `read` is called with the id and the kind of each, and reads it or [skips](Self::skip) it.
    ///
    /// # Errors
    ///
    /// Those of `read`, and whatever is wrong between the fields.
    pub fn fields(
        &mut self,
        mut read: impl FnMut(&mut Self, i16, Kind) -> Result<(), ProtocolError>,
    ) -> Result<(), ProtocolError> {
        self.open()?;
        let outer = std::mem::take(&mut self.last);
        while let Some((id, kind)) = self.field()? {
            read(self, id, kind)?;
            self.head = None;
        }
        self.last = outer;
        self.levels += 1;
        Ok(())
    }

    fn field(&mut self) -> Result<Option<(i16, Kind)>, ProtocolError> {
        let [head] = self.take()?;
        if head == 0 {
            return Ok(None);
        }
        if self.encoding == Encoding::Binary {
            return Ok(Some((i16::from_be_bytes(self.take()?), Kind::of_binary(head)?)));
        }
        self.last = match head >> 4 {
            0 => self.varied()?,
            ahead => self.last.checked_add(i16::from(ahead)).ok_or(ProtocolError::Size)?,
        };
        let kind = Kind::of_compact(head & 0x0f)?;
        if kind == Kind::Bool {
            self.head = Some(head & 0x0f == 1);
        }
        Ok(Some((self.last, kind)))
    }

    /// Passes over a value of this kind.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with it.
    pub fn skip(&mut self, kind: Kind) -> Result<(), ProtocolError> {
        if self.head.take().is_some() {
            return Ok(());
        }
        let mut scan = Scan::new(self.encoding, kind, self.levels);
        let most = self.bytes.len();
        if scan.go_on(&self.bytes, &mut self.at, most)? { Ok(()) } else { Err(ProtocolError::Truncated) }
    }

    /// Reads the elements of a list or a set: `add` is told first how many to expect, and is then given each.
    pub(crate) fn elements<T: Value, A>(
        &mut self,
        begin: impl FnOnce(usize) -> A,
        mut add: impl FnMut(&mut A, T),
    ) -> Result<A, ProtocolError> {
        let (found, count) = self.ask(|cursor, encoding| elements(encoding, cursor))?;
        same(T::KIND, found)?;
        self.open()?;
        self.charge(count, size_of::<T>())?;
        let mut all = begin(count);
        for _ in 0..count {
            add(&mut all, T::read(self)?);
        }
        self.levels += 1;
        Ok(all)
    }

    /// The same for a map.
    pub(crate) fn entries<K: Value, V: Value, A>(
        &mut self,
        mut all: A,
        mut add: impl FnMut(&mut A, K, V),
    ) -> Result<A, ProtocolError> {
        let (found, count) = self.ask(|cursor, encoding| entries(encoding, cursor))?;
        same(K::KIND, found.map(|(key, _)| key))?;
        same(V::KIND, found.map(|(_, value)| value))?;
        self.open()?;
        self.charge(count, size_of::<K>() + size_of::<V>())?;
        for _ in 0..count {
            let key = K::read(self)?;
            add(&mut all, key, V::read(self)?);
        }
        self.levels += 1;
        Ok(all)
    }

    pub(crate) fn bool(&mut self) -> Result<bool, ProtocolError> {
        if let Some(said) = self.head.take() {
            return Ok(said);
        }
        let [byte] = self.take()?;
        match (self.encoding, byte) {
            (_, 1) => Ok(true),
            (Encoding::Binary, 0) | (Encoding::Compact, 0 | 2) => Ok(false),
            (_, other) => Err(ProtocolError::Bool(other)),
        }
    }

    pub(crate) fn i8(&mut self) -> Result<i8, ProtocolError> {
        Ok(i8::from_be_bytes(self.take()?))
    }

    pub(crate) fn i16(&mut self) -> Result<i16, ProtocolError> {
        if self.encoding == Encoding::Compact { self.varied() } else { Ok(i16::from_be_bytes(self.take()?)) }
    }

    pub(crate) fn i32(&mut self) -> Result<i32, ProtocolError> {
        if self.encoding == Encoding::Compact { self.varied() } else { Ok(i32::from_be_bytes(self.take()?)) }
    }

    pub(crate) fn i64(&mut self) -> Result<i64, ProtocolError> {
        if self.encoding == Encoding::Compact { self.varied() } else { Ok(i64::from_be_bytes(self.take()?)) }
    }

    pub(crate) fn double(&mut self) -> Result<f64, ProtocolError> {
        let bytes = self.take()?;
        Ok(if self.encoding == Encoding::Compact { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    /// A part of the message, not a copy.
    pub(crate) fn binary(&mut self) -> Result<Bytes, ProtocolError> {
        let size = self.ask(|cursor, encoding| {
            let size = cursor.size(encoding)?;
            size.map_or(Ok(()), |size| cursor.fits(size, 1))?;
            Ok(size)
        })?;
        let text = self.bytes.slice(self.at..self.at + size);
        self.at += size;
        Ok(text)
    }

    pub(crate) fn text(&mut self) -> Result<String, ProtocolError> {
        let text = self.binary()?;
        std::str::from_utf8(&text).map(str::to_owned).map_err(|_| ProtocolError::Utf8)
    }

    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], ProtocolError> {
        let left = self.bytes.get(self.at..).unwrap_or_default();
        let taken = *left.first_chunk::<N>().ok_or(ProtocolError::Truncated)?;
        self.at += N;
        Ok(taken)
    }

    pub(crate) fn varint(&mut self) -> Result<u64, ProtocolError> {
        self.ask(|cursor, _| cursor.varint())
    }

    /// A number whose sign is in its lowest bit.
    fn varied<T: TryFrom<i64>>(&mut self) -> Result<T, ProtocolError> {
        let folded = self.varint()?;
        let number = (folded >> 1).cast_signed() ^ -(folded & 1).cast_signed();
        number.try_into().map_err(|_| ProtocolError::Size)
    }

    fn ask<T>(&mut self, read: impl FnOnce(&mut Cursor<'_>, Encoding) -> Step<T>) -> Result<T, ProtocolError> {
        let mut cursor = Cursor { bytes: &self.bytes, at: self.at, most: self.bytes.len() };
        let value = read(&mut cursor, self.encoding)?.ok_or(ProtocolError::Truncated)?;
        self.at = cursor.at;
        Ok(value)
    }

    fn open(&mut self) -> Result<(), ProtocolError> {
        self.levels = self.levels.checked_sub(1).ok_or(ProtocolError::TooDeep(self.depth))?;
        Ok(())
    }

    /// An element may take a hundred times as much memory as it has bytes.
    pub(crate) fn charge(&mut self, count: usize, each: usize) -> Result<(), ProtocolError> {
        self.room = self.room.checked_sub(count.saturating_mul(each)).ok_or(ProtocolError::TooMuch(self.memory))?;
        Ok(())
    }
}

fn same(wanted: Kind, found: Option<Kind>) -> Result<(), ProtocolError> {
    match found {
        Some(found) if found != wanted => Err(ProtocolError::Elements { wanted, found }),
        _ => Ok(()),
    }
}
