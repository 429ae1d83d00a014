//! What a value is on the wire.

use crate::{Encoding, ProtocolError};

/// What a value is on the wire.
///
/// ```
/// use koa_thrift::{Kind, Value};
///
/// assert_eq!(<Vec<i32> as Value>::KIND, Kind::List);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `bool`
    Bool,
    /// `i8`, or `byte`
    I8,
    /// `double`
    Double,
    /// `i16`
    I16,
    /// `i32`, and enums
    I32,
    /// `i64`
    I64,
    /// `string` and `binary`
    Binary,
    /// structs, unions and exceptions
    Struct,
    /// `map`
    Map,
    /// `set`
    Set,
    /// `list`
    List,
    /// `uuid`
    Uuid,
}

impl Kind {
    /// Its number in the binary protocol.
    pub(crate) fn binary(self) -> u8 {
        match self {
            Self::Bool => 2,
            Self::I8 => 3,
            Self::Double => 4,
            Self::I16 => 6,
            Self::I32 => 8,
            Self::I64 => 10,
            Self::Binary => 11,
            Self::Struct => 12,
            Self::Map => 13,
            Self::Set => 14,
            Self::List => 15,
            Self::Uuid => 16,
        }
    }

    pub(crate) fn of_binary(number: u8) -> Result<Self, ProtocolError> {
        Ok(match number {
            2 => Self::Bool,
            3 => Self::I8,
            4 => Self::Double,
            6 => Self::I16,
            8 => Self::I32,
            10 => Self::I64,
            11 => Self::Binary,
            12 => Self::Struct,
            13 => Self::Map,
            14 => Self::Set,
            15 => Self::List,
            16 => Self::Uuid,
            other => return Err(ProtocolError::UnknownKind(other)),
        })
    }

    /// Its number in the compact protocol. A boolean field has two, of which this is the one for `true`.
    pub(crate) fn compact(self) -> u8 {
        match self {
            Self::Bool => 1,
            Self::I8 => 3,
            Self::I16 => 4,
            Self::I32 => 5,
            Self::I64 => 6,
            Self::Double => 7,
            Self::Binary => 8,
            Self::List => 9,
            Self::Set => 10,
            Self::Map => 11,
            Self::Struct => 12,
            Self::Uuid => 13,
        }
    }

    pub(crate) fn of_compact(number: u8) -> Result<Self, ProtocolError> {
        Ok(match number {
            1 | 2 => Self::Bool,
            3 => Self::I8,
            4 => Self::I16,
            5 => Self::I32,
            6 => Self::I64,
            7 => Self::Double,
            8 => Self::Binary,
            9 => Self::List,
            10 => Self::Set,
            11 => Self::Map,
            12 => Self::Struct,
            13 => Self::Uuid,
            other => return Err(ProtocolError::UnknownKind(other)),
        })
    }

    /// How many bytes a value has at least: so many fit into what is left of a message.
    pub(crate) fn at_least(self, encoding: Encoding) -> usize {
        match (self, encoding) {
            (Self::Uuid, _) => 16,
            (Self::Double, _) | (Self::I64, Encoding::Binary) => 8,
            (Self::Map, Encoding::Binary) => 6,
            (Self::Set | Self::List, Encoding::Binary) => 5,
            (Self::I32 | Self::Binary, Encoding::Binary) => 4,
            (Self::I16, Encoding::Binary) => 2,
            _ => 1,
        }
    }
}
