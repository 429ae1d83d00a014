//! What is written is read again, and what is no message is refused, without a panic and without memory for what is only claimed.

use std::collections::{BTreeMap, BTreeSet};

use koa_thrift::{Bytes, Encoding, Items, Message, MessageKind, Pairs, ProtocolError, Reader, Value, Writer};
use proptest::{collection, option, prelude::*};

mod support;

mod kinds {
    koa_thrift::idl!("kinds");
}
use kinds::{Color, Either, Everything, Point, Tree};

const BOTH: [Encoding; 2] = [Encoding::Binary, Encoding::Compact];

fn written(encoding: Encoding, value: &impl Value) -> Bytes {
    let mut writer = Writer::new(encoding);
    value.write(&mut writer);
    writer.finish().unwrap()
}

fn read<T: Value>(encoding: Encoding, bytes: impl Into<Bytes>) -> Result<T, ProtocolError> {
    T::read(&mut Reader::new(encoding, bytes.into()))
}

fn comes_back<T: Value + PartialEq + std::fmt::Debug>(value: &T) {
    for encoding in BOTH {
        let bytes = written(encoding, value);
        let mut reader = Reader::new(encoding, bytes.clone());
        assert_eq!(&T::read(&mut reader).unwrap(), value, "{encoding:?}");
        assert_eq!(reader.left(), 0, "{encoding:?}");
        // whoever does not know it finds its end as well
        let mut reader = Reader::new(encoding, bytes);
        reader.skip(T::KIND).unwrap();
        assert_eq!(reader.left(), 0, "{encoding:?}");
    }
}

prop_compose! {
    fn points()(x in -1e9..1e9_f64, y in any::<i32>()) -> Point {
        Point { x, y: f64::from(y) }
    }
}

fn either() -> impl Strategy<Value = Either> {
    let leaf = prop_oneof![any::<String>().prop_map(Either::Left), any::<i32>().prop_map(Either::Right)];
    leaf.prop_recursive(3, 12, 4, |inner| collection::vec(inner, 0..4).prop_map(Either::Both))
}

prop_compose! {
    fn everything()(
        (yes, tiny, small, medium, large) in any::<(bool, i8, i16, i32, i64)>(),
        (real, text, raw, unique, color) in any::<(i32, String, Vec<u8>, [u8; 16], i32)>(),
        (ids, names) in any::<(Vec<i64>, BTreeSet<String>)>(),
        flags in any::<BTreeMap<i16, Vec<bool>>>(),
        places in collection::vec((points(), any::<String>()), 0..4),
        reals in collection::vec(-1.0..1.0_f64, 0..20),
        point in points(),
        either in option::of(either()),
        (maybe, old) in any::<(Option<bool>, i8)>(),
    ) -> Everything {
        Everything {
            yes, tiny, small, medium, large, real: f64::from(real), text, raw: raw.into(), unique, color: Color(color), ids, names, flags,
            places: Pairs(places), reals: Items(reals), point, either, maybe, old,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_type_comes_back_in_both_encodings(value in everything()) {
        comes_back(&value);
    }

    #[test]
    fn every_number_comes_back_in_both_encodings(number: i64, at in 0_u32..64) {
        let number = number >> at;
        comes_back(&number);
        comes_back(&i8::try_from(number & 0x7f).unwrap());
        comes_back(&i16::try_from(number >> 48).unwrap());
        comes_back(&i32::try_from(number >> 32).unwrap());
    }

    #[test]
    fn a_message_comes_back_in_both_encodings(name in "[a-zA-Z:]{0,300}", sequence: i32, number: i32) {
        for encoding in BOTH {
            for kind in [MessageKind::Call, MessageKind::Reply, MessageKind::Exception, MessageKind::OneWay] {
                let message = Message::new(encoding, kind, name.clone(), sequence, &number).unwrap();
                let again = Message::decode(message.encode().unwrap()).unwrap();
                prop_assert_eq!((again.encoding, again.kind, &again.name, again.sequence), (encoding, kind, &name, sequence));
                prop_assert_eq!(again.read::<i32>().unwrap(), number);
            }
        }
    }

    #[test]
    fn what_is_cut_off_is_refused(value in everything(), cut: prop::sample::Index) {
        for encoding in BOTH {
            let bytes = written(encoding, &value);
            let bytes = bytes.slice(..cut.index(bytes.len()));
            prop_assert!(read::<Everything>(encoding, bytes).is_err());
        }
    }

    #[test]
    fn nothing_panics(value in everything(), changes in collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        for encoding in BOTH {
            let mut bytes = written(encoding, &value).to_vec();
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            let _ = read::<Everything>(encoding, bytes.clone());
            let _ = read::<Tree>(encoding, bytes.clone());
            let _ = Reader::new(encoding, bytes.clone().into()).skip(Everything::KIND);
            let _ = Message::decode(bytes);
        }
    }

    #[test]
    fn noise_is_no_message(bytes: Vec<u8>) {
        for encoding in BOTH {
            let _ = read::<Everything>(encoding, bytes.clone());
            let _ = Reader::new(encoding, bytes.clone().into()).skip(Everything::KIND);
        }
        let _ = Message::decode(bytes);
    }
}

#[test]
fn structs_in_structs_are_written_as_the_specification_has_it() {
    use support::{Any, Fields, number, text};
    let value = Fields(vec![(1, Any::Struct(vec![(2, number(5)), (3, text("hi"))])), (20, number(-1))]);
    for (encoding, bytes) in [
        (Encoding::Binary, &b"\x0c\0\x01\x08\0\x02\0\0\0\x05\x0b\0\x03\0\0\0\x02hi\0\x08\0\x14\xff\xff\xff\xff\0"[..]),
        (Encoding::Compact, b"\x1c\x25\x0a\x18\x02hi\0\x05\x28\x01\0"),
    ] {
        assert_eq!(written(encoding, &value), bytes);
        assert_eq!(read::<Fields>(encoding, bytes).unwrap(), value);
    }
}

/// Most bytes that were allocated at once meanwhile.
fn takes<T>(run: impl FnOnce() -> T) -> u64 {
    allocation_counter::measure(|| drop(run())).bytes_max
}

#[test]
fn lengths_that_are_only_claimed_take_no_memory() {
    use Encoding::{Binary, Compact};
    let most = &[0x7f, 0xff, 0xff, 0xff][..];
    let varint = &[0xff, 0xff, 0xff, 0xff, 0x07][..];
    for (encoding, kind, claimed) in [
        (Binary, "list", [&[8], most].concat()),
        (Binary, "list", [&[12], most].concat()),
        (Binary, "text", most.to_vec()),
        (Binary, "map", [&[8, 8], most].concat()),
        (Compact, "list", [&[0xf5], varint].concat()),
        (Compact, "text", varint.to_vec()),
        (Compact, "map", [varint, &[0x55]].concat()),
        // a negative length, and more than a length can be
        (Binary, "text", vec![0xff; 4]),
        (Compact, "text", vec![0xff; 12]),
    ] {
        let bytes = Bytes::from(claimed);
        let took = takes(|| match kind {
            "list" => assert!(
                read::<Vec<i32>>(encoding, bytes.clone()).is_err()
                    && read::<Vec<Point>>(encoding, bytes.clone()).is_err()
            ),
            "map" => assert!(read::<BTreeMap<i32, i32>>(encoding, bytes.clone()).is_err()),
            _ => assert!(read::<String>(encoding, bytes.clone()).is_err()),
        });
        assert!(took < 512, "{encoding:?} {kind}: {took} bytes");
    }
}

#[test]
fn many_small_elements_take_no_more_memory_than_is_allowed() {
    // a megabyte of structs without fields, each of which takes hundreds of bytes
    let count = 1_u32 << 20;
    let bytes = Bytes::from([&[12][..], &count.to_be_bytes(), &vec![0; count as usize]].concat());
    let took = takes(|| {
        assert_eq!(read::<Vec<Everything>>(Encoding::Binary, bytes.clone()), Err(ProtocolError::TooMuch(64 << 20)));
    });
    assert!(took < 1024, "{took} bytes");
}

#[test]
fn a_wide_tree_takes_no_more_memory_than_is_allowed() {
    // two million nodes of five bytes each, every one in a box
    let tree = (0..20).fold(vec![0x15, 0, 0], |tree, _| [&[0x15, 0, 0x1c], &tree[..], &[0x1c], &tree, &[0]].concat());
    let bytes = Bytes::from(tree);
    let took = takes(|| {
        assert_eq!(read::<Tree>(Encoding::Compact, bytes.clone()), Err(ProtocolError::TooMuch(64 << 20)));
    });
    assert!(took < 80 << 20, "{took} bytes");
}

#[test]
fn what_is_nested_too_deep_is_refused() {
    // a tree whose left is a tree, and so on
    for (encoding, deeper) in [(Encoding::Binary, &[12, 0, 2][..]), (Encoding::Compact, &[0x2c][..])] {
        let tree = |depth: usize| Bytes::from([deeper.repeat(depth), vec![0; depth + 1]].concat());
        for depth in [64, 1_000_000] {
            assert_eq!(read::<Tree>(encoding, tree(depth)), Err(ProtocolError::TooDeep(64)));
            let mut reader = Reader::new(encoding, tree(depth));
            assert_eq!(reader.skip(Tree::KIND), Err(ProtocolError::TooDeep(64)));
        }
        assert!(matches!(read::<Tree>(encoding, tree(63)), Err(ProtocolError::Missing { of: "Tree", field: "value" })));
        Reader::new(encoding, tree(63)).skip(Tree::KIND).unwrap();
    }
}

#[test]
fn elements_of_another_kind_are_refused_and_fields_of_another_kind_are_passed_over() {
    for encoding in BOTH {
        let texts = written(encoding, &vec!["a".to_owned()]);
        assert!(matches!(read::<Vec<i32>>(encoding, texts), Err(ProtocolError::Elements { .. })));
        // an empty list has elements of no kind
        assert!(read::<Vec<i32>>(encoding, written(encoding, &Vec::<String>::new())).unwrap().is_empty());
        let point = read::<Point>(encoding, written(encoding, &kinds::Oops { message: "x".to_owned() })).unwrap();
        assert_eq!(point, Point::default());
    }
}

#[test]
fn booleans_and_texts_are_what_they_say() {
    assert_eq!(read::<bool>(Encoding::Binary, vec![7]), Err(ProtocolError::Bool(7)));
    assert_eq!(read::<String>(Encoding::Binary, vec![0, 0, 0, 1, 0xff]), Err(ProtocolError::Utf8));
    assert_eq!(read::<i16>(Encoding::Compact, vec![0xff, 0xff, 0xff, 0x01]), Err(ProtocolError::Size));
}
