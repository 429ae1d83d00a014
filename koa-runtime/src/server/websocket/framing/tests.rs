use proptest::prelude::*;

use super::*;

fn options() -> Options {
    Options { message: 300, frame: 200, deflate: Some(Deflate::default()), ..Options::default() }
}

fn agreed() -> Agreed {
    negotiate("permessage-deflate", &Deflate::default()).expect("it is agreed on").0
}

/// What comes of these bytes, read in pieces of this size: as text, up to what breaks it.
fn read(bytes: &[u8], piece: usize, agreed: Option<&Agreed>) -> Vec<String> {
    let mut reader = Reader::new(&options(), agreed);
    let (mut input, mut heard) = (BytesMut::new(), Vec::new());
    for piece in bytes.chunks(piece.max(1)) {
        input.extend_from_slice(piece);
        loop {
            match reader.next(&mut input) {
                Ok(Some(Frame::Message(message))) => {
                    assert!(message.len() <= 300);
                    heard.push(format!("{message:?}"));
                }
                Ok(Some(frame)) => heard.push(format!("{frame:?}")),
                Ok(None) => break,
                Err(Breach { code, .. }) => {
                    assert!(CloseCode::new(code.as_u16()).is_some());
                    heard.push(format!("{code:?}"));
                    return heard;
                }
            }
            assert!(reader.parts.len() <= 400);
        }
        // nothing is kept that is beyond the limit of a frame
        assert!(input.len() <= 200 + piece.len());
    }
    heard
}

/// A frame of a client.
fn frame() -> impl Strategy<Value = Vec<u8>> {
    let first = prop_oneof![
        8 => prop::sample::select(vec![0x81_u8, 0x82, 0x01, 0x02, 0x00, 0x80, 0x89, 0x8A, 0xC1, 0xC2, 0x41]),
        1 => Just(0x88),
        1 => any::<u8>(),
    ];
    let payload = prop_oneof![
        "[a-z\u{e4}\u{20ac}\u{1f600}]{0,60}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..210),
        Just(vec![0x03, 0xE8]),
        // of letters, compressed
        Just(vec![0x4A, 0x04, 0x00]),
    ];
    (first, payload, any::<[u8; 4]>()).prop_map(|(first, payload, mask)| {
        let mut frame = vec![first];
        if let Ok(length @ ..126) = u8::try_from(payload.len()) {
            frame.push(0x80 | length);
        } else {
            frame.push(0xFE);
            frame.extend(u16::try_from(payload.len()).expect("it is short").to_be_bytes());
        }
        frame.extend(mask);
        frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        frame
    })
}

/// A frame that is not masked by anything.
fn plain(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first, 0xFF];
    frame.extend((payload.len() as u64).to_be_bytes());
    if payload.len() < 126 {
        frame = vec![first, 0x80 | u8::try_from(payload.len()).expect("it is short")];
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

#[test]
fn a_short_message_does_not_keep_the_memory_of_a_long_one() {
    let mut reader = Reader::new(&Options::default(), None);
    let mut input = BytesMut::from(&*[plain(0x82, &vec![0; 500_000]), plain(0x81, b"short")].concat());
    let memory = input.as_ptr_range();
    let mut next = || match reader.next(&mut input) {
        Ok(Some(Frame::Message(message))) => (memory.contains(&message.as_bytes().as_ptr()), message.len()),
        other => panic!("{other:?}"),
    };
    assert_eq!((next(), next()), ((true, 500_000), (false, 5)));
    // of what came alone nothing is copied
    let mut input = BytesMut::from(&*plain(0x81, b"short"));
    let memory = input.as_ptr_range();
    let Ok(Some(Frame::Message(message))) = reader.next(&mut input) else { panic!("it is whole") };
    assert!(memory.contains(&message.as_bytes().as_ptr()));
}

/// `hello`, compressed (RFC 7692 §7.2.3.1), and the same with what was said before in mind (§7.2.3.2).
const HELLO: [&[u8]; 2] = [b"\xf2\x48\xcd\xc9\xc9\x07\x00", b"\xf2\x00\x11\x00\x00"];

#[test]
fn who_rests_keeps_what_was_said_before_only_if_that_was_agreed_on() {
    for client_context in [false, true] {
        let deflate = Deflate { client_context, ..Deflate::default() };
        let (agreed, _) = negotiate("permessage-deflate", &deflate).expect("it is agreed on");
        let mut reader = Reader::new(&Options::default(), Some(&agreed));
        for said in [HELLO[0], HELLO[usize::from(client_context)]] {
            let mut input = BytesMut::from(&*plain(0xC1, said));
            let heard = reader.next(&mut input);
            assert!(matches!(&heard, Ok(Some(Frame::Message(Message::Text(text)))) if **text == *"Hello"), "{heard:?}");
            reader.rest();
            assert_eq!(reader.decoder.is_some(), client_context);
        }
    }
}

proptest! {
    #[test]
    fn however_frames_are_cut_they_say_the_same(frames in prop::collection::vec(frame(), 0..12), piece in 1..64_usize) {
        let bytes = frames.concat();
        let agreed = agreed();
        for agreed in [None, Some(&agreed)] {
            let (whole, cut) = (read(&bytes, bytes.len(), agreed), read(&bytes, piece, agreed));
            // a frame that is refused before it is all there may be so for another of its faults
            let last = |heard: &[String]| heard.last().is_some_and(|last| last.starts_with("CloseCode"));
            prop_assert_eq!(last(&whole) || whole == cut, true, "{:?} {:?}", &whole, &cut);
            let known = whole.len().saturating_sub(usize::from(last(&whole)));
            prop_assert!(cut.len() >= known);
            prop_assert_eq!(&whole[..known], &cut[..known]);
        }
    }

    #[test]
    fn whatever_comes_nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..600), piece in 1..64_usize) {
        let agreed = agreed();
        read(&bytes, piece, None);
        read(&bytes, piece, Some(&agreed));
    }

    #[test]
    fn a_close_says_its_code_and_reason(code in 3000..5000_u16, reason in "[a-z\u{20ac}]{0,40}") {
        let close = Close::new(CloseCode::new(code).expect("valid"), reason);
        let mut output = BytesMut::new();
        Writer::close(&close, &mut output);
        prop_assert!(output.len() <= 127);
        prop_assert_eq!(closes(&output.split_off(2).freeze()), Ok(close));
    }
}
