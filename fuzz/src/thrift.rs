//! Thrift's messages, in both encodings.

use std::collections::{BTreeMap, BTreeSet};

use koa_thrift::{Bytes, Encoding, Kind, Message, ProtocolError, Reader, Value, Writer};

use crate::Target;

pub(crate) const TARGET: Target = Target {
    name: "thrift",
    run,
    seeds: &[
        b"\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x07\x02\0\x01\x01\x0b\0\x07\0\0\0\x02hi\x0f\0\x0a\x0c\0\0\0\x01\0\0",
        b"\x82\x21\x07\x04ping\x11\x68\x02hi\x39\x1c\0\x1b\x01\x86\x01a\x02\0",
        b"\x0c\0\x0b\x0c\0\x0b\x06\0\x03\x12\x34\0\0\x0d\0\x0c\x0b\x0a\0\0\0\0\0",
        b"\x15\x02\x00\x0c\x16\x2c\x39\x05\0",
    ],
    words: &[
        "\0",
        "\u{1}",
        "\u{2}",
        "\u{8}",
        "\u{b}",
        "\u{c}",
        "\u{f}",
        "\u{7f}",
        "\0\0\0\u{1}",
        "\0\u{1}",
        "\u{15}",
        "\u{19}",
        "ping",
        "\u{1c}",
    ],
};

/// A struct with a field of each kind, and of itself.
#[derive(Debug, Default)]
struct Node {
    yes: bool,
    numbers: (i8, i16, i32, i64, f64),
    text: String,
    raw: Bytes,
    unique: [u8; 16],
    list: Vec<Self>,
    inner: Option<Box<Self>>,
    map: BTreeMap<String, i64>,
    set: BTreeSet<i16>,
    flags: Vec<bool>,
}

impl Value for Node {
    const KIND: Kind = Kind::Struct;

    fn read(reader: &mut Reader) -> Result<Self, ProtocolError> {
        let mut node = Self::default();
        reader.fields(|reader, id, kind| {
            match (id, kind) {
                (1, Kind::Bool) => node.yes = Value::read(reader)?,
                (2, Kind::I8) => node.numbers.0 = Value::read(reader)?,
                (3, Kind::I16) => node.numbers.1 = Value::read(reader)?,
                (4, Kind::I32) => node.numbers.2 = Value::read(reader)?,
                (5, Kind::I64) => node.numbers.3 = Value::read(reader)?,
                (6, Kind::Double) => node.numbers.4 = Value::read(reader)?,
                (7, Kind::Binary) => node.text = Value::read(reader)?,
                (8, Kind::Binary) => node.raw = Value::read(reader)?,
                (9, Kind::Uuid) => node.unique = Value::read(reader)?,
                (10, Kind::List) => node.list = Value::read(reader)?,
                (11, Kind::Struct) => node.inner = Some(Value::read(reader)?),
                (12, Kind::Map) => node.map = Value::read(reader)?,
                (13, Kind::Set) => node.set = Value::read(reader)?,
                (300, Kind::List) => node.flags = Value::read(reader)?,
                _ => reader.skip(kind)?,
            }
            Ok(())
        })?;
        Ok(node)
    }

    fn write(&self, writer: &mut Writer) {
        writer.structure(|writer| {
            writer.field(1, &self.yes);
            writer.field(2, &self.numbers.0);
            writer.field(3, &self.numbers.1);
            writer.field(4, &self.numbers.2);
            writer.field(5, &self.numbers.3);
            writer.field(6, &self.numbers.4);
            writer.field(7, &self.text);
            writer.field(8, &self.raw);
            writer.field(9, &self.unique);
            writer.field(10, &self.list);
            if let Some(inner) = &self.inner {
                writer.field(11, inner);
            }
            writer.field(12, &self.map);
            writer.field(13, &self.set);
            writer.field(300, &self.flags);
        });
    }
}

fn run(data: &[u8]) {
    let data = Bytes::copy_from_slice(data);
    for encoding in [Encoding::Binary, Encoding::Compact] {
        value(encoding, &data);
    }
    if let Ok(message) = Message::decode(data) {
        let again = Message::decode(message.encode().expect("it is short")).expect("what is written is read");
        assert_eq!((again.kind, &again.name, again.sequence), (message.kind, &message.name, message.sequence));
        assert_eq!(again.body, message.body);
        value(message.encoding, &message.body);
    }
}

/// What is read is what is written, and who skips it comes as far as who reads it.
fn value(encoding: Encoding, data: &Bytes) {
    let mut reader = Reader::new(encoding, data.clone());
    let read = Node::read(&mut reader);
    let mut skipping = Reader::new(encoding, data.clone());
    let skipped = skipping.skip(Kind::Struct);
    let Ok(node) = read else { return };
    assert_eq!(skipped, Ok(()));
    assert_eq!(skipping.left(), reader.left());
    let mut writer = Writer::new(encoding);
    node.write(&mut writer);
    let mut reader = Reader::new(encoding, writer.finish().expect("it is short"));
    let again = Node::read(&mut reader).expect("what is written is read");
    // as text, in which a number that is none is itself
    assert_eq!(format!("{again:?}"), format!("{node:?}"));
    assert_eq!(reader.left(), 0);
}
