//! What can be read and written.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use crate::{Kind, ProtocolError, Reader, Writer};

/// A value of a message: one of Thrift's types. Structs, unions, enums and exceptions of an IDL implement it, and so do what they are
/// made of.
///
/// | Thrift | Rust |
/// |---|---|
/// | `bool`, `i8`, `i16`, `i32`, `i64`, `double` | `bool`, `i8`, `i16`, `i32`, `i64`, `f64` |
/// | `string`, `binary`, `uuid` | `String`, [`Bytes`], `[u8; 16]` |
/// | `list<T>`, `set<T>`, `map<K, V>` | `Vec<T>`, `BTreeSet<T>`, `BTreeMap<K, V>` |
/// | `set<T>`, `map<K, V>` whose `T` or `K` has a `double` in it | [`Items<T>`], [`Pairs<K, V>`] |
///
/// ```
/// use koa_thrift::{ProtocolError, Kind, Reader, Value, Writer};
///
/// /// `struct Point { 1: i32 x, 2: i32 y }`, by hand.
/// struct Point { x: i32, y: i32 }
///
/// impl Value for Point {
///     const KIND: Kind = Kind::Struct;
///
///     fn read(reader: &mut Reader) -> Result<Self, ProtocolError> {
///         let mut point = Self { x: 0, y: 0 };
///         reader.fields(|reader, id, kind| {
///             match (id, kind) {
///                 (1, Kind::I32) => point.x = Value::read(reader)?,
///                 (2, Kind::I32) => point.y = Value::read(reader)?,
///                 _ => reader.skip(kind)?,
///             }
///             Ok(())
///         })?;
///         Ok(point)
///     }
///
///     fn write(&self, writer: &mut Writer) {
///         writer.structure(|writer| {
///             writer.field(1, &self.x);
///             writer.field(2, &self.y);
///         });
///     }
/// }
/// ```
pub trait Value: Sized {
    /// What it is on the wire.
    const KIND: Kind;

    /// Reads it.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the bytes.
    fn read(reader: &mut Reader) -> Result<Self, ProtocolError>;

    /// Writes it.
    fn write(&self, writer: &mut Writer);
}

macro_rules! plain {
    ($($type:ty, $kind:ident, $read:ident;)*) => {$(
        impl Value for $type {
            const KIND: Kind = Kind::$kind;

            #[inline]
            fn read(reader: &mut Reader) -> Result<Self, ProtocolError> {
                reader.$read()
            }

            #[inline]
            fn write(&self, writer: &mut Writer) {
                writer.$read(*self);
            }
        }
    )*};
}

plain! {
    bool, Bool, bool;
    i8, I8, i8;
    i16, I16, i16;
    i32, I32, i32;
    i64, I64, i64;
    f64, Double, double;
}

impl Value for String {
    const KIND: Kind = Kind::Binary;

    fn read(reader: &mut Reader) -> Result<Self, ProtocolError> {
        reader.text()
    }

    fn write(&self, writer: &mut Writer) {
        writer.binary(self.as_bytes());
    }
}

impl Value for Bytes {
    const KIND: Kind = Kind::Binary;

    fn read(reader: &mut Reader) -> Result<Self, ProtocolError> {
        reader.binary()
    }

    fn write(&self, writer: &mut Writer) {
        writer.binary(self);
    }
}

impl Value for [u8; 16] {
    const KIND: Kind = Kind::Uuid;

    fn read(reader: &mut Reader) -> Result<Self, ProtocolError> {
        reader.take()
    }

    fn write(&self, writer: &mut Writer) {
        writer.raw(self);
    }
}

impl<T: Value> Value for Box<T> {
    const KIND: Kind = T::KIND;

    fn read(reader: &mut Reader) -> Result<Self, ProtocolError> {
        // a tree of small nodes takes a dozen times as much as it has bytes
        reader.charge(1, size_of::<T>())?;
        T::read(reader).map(Self::new)
    }

    fn write(&self, writer: &mut Writer) {
        T::write(self, writer);
    }
}

impl<T: Value> Value for Vec<T> {
    const KIND: Kind = Kind::List;

    fn read(reader: &mut Reader) -> Result<Self, ProtocolError> {
        // so many are paid for by now
        reader.elements(Self::with_capacity, Self::push)
    }

    fn write(&self, writer: &mut Writer) {
        writer.elements(T::KIND, self.len());
        for element in self {
            element.write(writer);
        }
    }
}

impl<T: Value + Ord> Value for BTreeSet<T> {
    const KIND: Kind = Kind::Set;

    fn read(reader: &mut Reader) -> Result<Self, ProtocolError> {
        reader.elements(
            |_| Self::new(),
            |set, element| {
                set.insert(element);
            },
        )
    }

    fn write(&self, writer: &mut Writer) {
        writer.elements(T::KIND, self.len());
        for element in self {
            element.write(writer);
        }
    }
}

impl<K: Value + Ord, V: Value> Value for BTreeMap<K, V> {
    const KIND: Kind = Kind::Map;

    fn read(reader: &mut Reader) -> Result<Self, ProtocolError> {
        reader.entries(Self::new(), |map, key, value| {
            map.insert(key, value);
        })
    }

    fn write(&self, writer: &mut Writer) {
        writer.entries(K::KIND, V::KIND, self.len());
        for (key, value) in self {
            key.write(writer);
            value.write(writer);
        }
    }
}

/// A set whose elements have a `double` in them, and so no order: as they came.
///
/// ```
/// let heights = koa_thrift::Items(vec![1.5, 2.5]);
/// assert_eq!(heights.0.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Items<T>(pub Vec<T>);

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Value> Value for Items<T> {
    const KIND: Kind = Kind::Set;

    fn read(reader: &mut Reader) -> Result<Self, ProtocolError> {
        reader.elements(Vec::with_capacity, Vec::push).map(Self)
    }

    fn write(&self, writer: &mut Writer) {
        self.0.write(writer);
    }
}

/// A map whose keys have a `double` in them, and so no order: as they came.
///
/// ```
/// let names = koa_thrift::Pairs(vec![(3.14, "pi".to_owned())]);
/// assert!(names.0.iter().any(|(number, _)| *number > 3.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pairs<K, V>(pub Vec<(K, V)>);

impl<K, V> Default for Pairs<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Value, V: Value> Value for Pairs<K, V> {
    const KIND: Kind = Kind::Map;

    fn read(reader: &mut Reader) -> Result<Self, ProtocolError> {
        reader.entries(Vec::new(), |pairs, key, value| pairs.push((key, value))).map(Self)
    }

    fn write(&self, writer: &mut Writer) {
        writer.entries(K::KIND, V::KIND, self.0.len());
        for (key, value) in &self.0 {
            key.write(writer);
            value.write(writer);
        }
    }
}
