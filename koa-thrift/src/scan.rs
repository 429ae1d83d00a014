//! Where a value ends: found without making anything of it, and going on where the bytes had ended before.

use crate::{
    Encoding, Kind, ProtocolError,
    cursor::{Cursor, Step, elements, entries, some},
};

/// What is open, innermost last.
#[derive(Debug)]
enum Open {
    /// Fields follow.
    Struct,
    /// So many elements follow.
    Elements(Kind, usize),
    /// So many entries follow: the key is next if the flag is set.
    Entries(Kind, Kind, usize, bool),
}

/// Finds the end of a value. Takes memory for what is open only, and looks at each byte once, however few of them come at a time.
#[derive(Debug)]
pub(crate) struct Scan {
    encoding: Encoding,
    depth: usize,
    open: Vec<Open>,
    /// How many bytes of a string are still to come.
    text: usize,
}

impl Scan {
    /// Of a value of this kind.
    pub(crate) fn new(encoding: Encoding, kind: Kind, depth: usize) -> Self {
        // an element that is the only one
        Self { encoding, depth, open: vec![Open::Elements(kind, 1)], text: 0 }
    }

    /// Goes on at `at`, which it moves to where it has come, in `bytes`, of which there are `most` in the end. Whether the value has
    /// ended.
    pub(crate) fn go_on(&mut self, bytes: &[u8], at: &mut usize, most: usize) -> Result<bool, ProtocolError> {
        let mut cursor = Cursor { bytes, at: *at, most };
        loop {
            let step = self.step(&mut cursor)?;
            match step {
                // nothing of an unfinished step is kept but how far a string has come
                None => return Ok(false),
                Some(()) => *at = cursor.at,
            }
            if self.text > 0 {
                let here = self.text.min(bytes.len().saturating_sub(cursor.at));
                self.text -= here;
                cursor.at += here;
                *at = cursor.at;
                if self.text > 0 {
                    return Ok(false);
                }
            }
            if self.open.is_empty() {
                return Ok(true);
            }
        }
    }

    /// One field, element, key or value; or the end of what is innermost.
    fn step(&mut self, cursor: &mut Cursor<'_>) -> Step {
        if self.text > 0 {
            return Ok(Some(()));
        }
        match self.open.last() {
            None => Ok(Some(())),
            Some(Open::Struct) => self.field(cursor),
            Some(&Open::Elements(_, 0) | &Open::Entries(_, _, 0, _)) => {
                self.open.pop();
                Ok(Some(()))
            }
            Some(&Open::Elements(kind, left)) => {
                let place = self.open.len() - 1;
                some!(self.value(kind, false, cursor)?);
                self.open[place] = Open::Elements(kind, left - 1);
                Ok(Some(()))
            }
            Some(&Open::Entries(key, value, left, is_key)) => {
                let place = self.open.len() - 1;
                some!(self.value(if is_key { key } else { value }, false, cursor)?);
                self.open[place] = Open::Entries(key, value, left - usize::from(!is_key), !is_key);
                Ok(Some(()))
            }
        }
    }

    fn field(&mut self, cursor: &mut Cursor<'_>) -> Step {
        let [head] = some!(cursor.take::<1>());
        if head == 0 {
            self.open.pop();
            return Ok(Some(()));
        }
        let kind = match self.encoding {
            Encoding::Binary => {
                some!(cursor.take::<2>());
                Kind::of_binary(head)?
            }
            Encoding::Compact => {
                if head >> 4 == 0 {
                    some!(cursor.varint()?);
                }
                Kind::of_compact(head & 0x0f)?
            }
        };
        self.value(kind, true, cursor)
    }

    fn value(&mut self, kind: Kind, is_field: bool, cursor: &mut Cursor<'_>) -> Step {
        let is_compact = self.encoding == Encoding::Compact;
        match kind {
            // in the head of the field
            Kind::Bool if is_compact && is_field => {}
            Kind::Bool | Kind::I8 => drop(some!(cursor.take::<1>())),
            Kind::I16 | Kind::I32 | Kind::I64 if is_compact => drop(some!(cursor.varint()?)),
            Kind::I16 => drop(some!(cursor.take::<2>())),
            Kind::I32 => drop(some!(cursor.take::<4>())),
            Kind::I64 | Kind::Double => drop(some!(cursor.take::<8>())),
            Kind::Uuid => drop(some!(cursor.take::<16>())),
            Kind::Binary => {
                let size = some!(cursor.size(self.encoding)?);
                cursor.fits(size, 1)?;
                self.text = size;
            }
            Kind::Struct => self.push(Open::Struct)?,
            Kind::List | Kind::Set => {
                if let (Some(kind), count) = some!(elements(self.encoding, cursor)?) {
                    self.push(Open::Elements(kind, count))?;
                }
            }
            Kind::Map => {
                if let (Some((key, value)), count) = some!(entries(self.encoding, cursor)?) {
                    self.push(Open::Entries(key, value, count, true))?;
                }
            }
        }
        Ok(Some(()))
    }

    fn push(&mut self, open: Open) -> Result<(), ProtocolError> {
        if self.open.len() > self.depth {
            return Err(ProtocolError::TooDeep(self.depth));
        }
        self.open.push(open);
        Ok(())
    }
}
