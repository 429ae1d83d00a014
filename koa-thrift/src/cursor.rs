//! Reads what every value is made of, as far as the bytes have come.

use crate::{Encoding, Kind, ProtocolError};

/// What was read, unless more bytes are needed for it.
pub(crate) type Step<T = ()> = Result<Option<T>, ProtocolError>;

/// The value, or out of the fn where there is none.
macro_rules! some {
    ($step:expr) => {
        match $step {
            Some(value) => value,
            None => return Ok(None),
        }
    };
}
pub(crate) use some;

/// Bytes that have come so far, how far they are read, and how many there can be at most.
pub(crate) struct Cursor<'b> {
    pub(crate) bytes: &'b [u8],
    pub(crate) at: usize,
    pub(crate) most: usize,
}

impl Cursor<'_> {
    pub(crate) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let taken = self.bytes.get(self.at..)?.first_chunk::<N>()?;
        self.at += N;
        Some(*taken)
    }

    pub(crate) fn i32(&mut self) -> Option<i32> {
        self.take().map(i32::from_be_bytes)
    }

    /// Of at most ten bytes.
    pub(crate) fn varint(&mut self) -> Step<u64> {
        let mut value = 0;
        for shift in (0..70).step_by(7) {
            let [byte] = some!(self.take::<1>());
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Ok(Some(value));
            }
        }
        Err(ProtocolError::Size)
    }

    /// How many bytes or elements follow.
    pub(crate) fn size(&mut self, encoding: Encoding) -> Step<usize> {
        let size = match encoding {
            Encoding::Binary => some!(self.i32()),
            Encoding::Compact => i32::try_from(some!(self.varint()?)).map_err(|_| ProtocolError::Size)?,
        };
        usize::try_from(size).map(Some).map_err(|_| ProtocolError::Size)
    }

    /// Whether so many elements may follow.
    pub(crate) fn fits(&self, count: usize, each: usize) -> Result<(), ProtocolError> {
        let left = self.most.saturating_sub(self.at);
        if count.saturating_mul(each) <= left { Ok(()) } else { Err(ProtocolError::Truncated) }
    }
}

/// The head of a list or a set. An empty one may have elements of any kind.
pub(crate) fn elements(encoding: Encoding, cursor: &mut Cursor<'_>) -> Step<(Option<Kind>, usize)> {
    let [head] = some!(cursor.take::<1>());
    let (number, count) = match encoding {
        Encoding::Binary => (head, some!(cursor.size(encoding)?)),
        Encoding::Compact if head >> 4 == 15 => (head & 0x0f, some!(cursor.size(encoding)?)),
        Encoding::Compact => (head & 0x0f, usize::from(head >> 4)),
    };
    if count == 0 {
        return Ok(Some((None, 0)));
    }
    let kind = kind_of(encoding, number)?;
    cursor.fits(count, kind.at_least(encoding))?;
    Ok(Some((Some(kind), count)))
}

/// The head of a map, with the kinds unless it is empty.
pub(crate) fn entries(encoding: Encoding, cursor: &mut Cursor<'_>) -> Step<(Option<(Kind, Kind)>, usize)> {
    let (key, value, count) = match encoding {
        Encoding::Binary => {
            let [key, value] = some!(cursor.take::<2>());
            (key, value, some!(cursor.size(encoding)?))
        }
        Encoding::Compact => {
            let count = some!(cursor.size(encoding)?);
            if count == 0 {
                return Ok(Some((None, 0)));
            }
            let [kinds] = some!(cursor.take::<1>());
            (kinds >> 4, kinds & 0x0f, count)
        }
    };
    if count == 0 {
        return Ok(Some((None, 0)));
    }
    let (key, value) = (kind_of(encoding, key)?, kind_of(encoding, value)?);
    cursor.fits(count, key.at_least(encoding) + value.at_least(encoding))?;
    Ok(Some((Some((key, value)), count)))
}

pub(crate) fn kind_of(encoding: Encoding, number: u8) -> Result<Kind, ProtocolError> {
    match encoding {
        Encoding::Binary => Kind::of_binary(number),
        Encoding::Compact => Kind::of_compact(number),
    }
}
