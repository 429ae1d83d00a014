//! Frames, which are `sockudo-ws`'s: reading, writing, inflating and deflating them. None of its types is seen outside of here.
//!
//! How frames become messages is told here, and not left to it, so that one message is taken at a time, and each limit is looked at
//! before there is memory for what is beyond it.

use bytes::{Bytes, BytesMut};
use sockudo_ws::{
    Error as FrameError, Frame as RawFrame, OpCode,
    deflate::{
        DeflateConfig, DeflateDecoder, DeflateEncoder, MAX_WINDOW_BITS, negotiate_server_deflate as negotiate_deflate,
    },
    frame::{FrameParser, encode_frame_with_rsv},
    handshake::generate_accept_key,
    utf8::Utf8Stream,
};

use super::{
    message::{Close, CloseCode, Message, Text},
    options::{Deflate, Options},
};

/// What a client has broken, and the code that tells it so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Breach {
    pub(super) code: CloseCode,
    pub(super) why: &'static str,
}

impl Breach {
    const fn protocol(why: &'static str) -> Self {
        Self { code: CloseCode::PROTOCOL, why }
    }

    const TOO_BIG: Self = Self { code: CloseCode::TOO_BIG, why: "a message is too big" };
    const NOT_UTF8: Self = Self { code: CloseCode::INVALID, why: "a text is not UTF-8" };
}

impl From<FrameError> for Breach {
    fn from(error: FrameError) -> Self {
        match error {
            FrameError::FrameTooLarge | FrameError::MessageTooLarge => Self::TOO_BIG,
            FrameError::InvalidUtf8 => Self::NOT_UTF8,
            FrameError::Compression(_) => Self { code: CloseCode::INVALID, why: "a message does not inflate" },
            FrameError::Protocol(why) | FrameError::InvalidFrame(why) => Self::protocol(why),
            _ => Self::protocol("a frame is malformed"),
        }
    }
}

/// What was agreed on about compression.
#[derive(Clone, Debug)]
pub(super) struct Agreed(DeflateConfig);

/// Agrees to the first offer that can be met (RFC 7692 §5), and says so in the header that goes back.
pub(super) fn negotiate(offers: &str, deflate: &Deflate) -> Option<(Agreed, String)> {
    let policy = DeflateConfig {
        server_max_window_bits: MAX_WINDOW_BITS,
        client_max_window_bits: MAX_WINDOW_BITS,
        server_no_context_takeover: !deflate.server_context,
        client_no_context_takeover: !deflate.client_context,
        compression_level: u32::from(deflate.level.clamp(1, 9)),
        compression_threshold: deflate.threshold,
    };
    let agreed = negotiate_deflate(offers, &policy)?;
    let header = agreed.to_response_header();
    Some((Agreed(agreed.config), header))
}

/// What the server answers to the client's key (RFC 6455 §4.2.2).
pub(super) fn accept_key(key: &str) -> String {
    generate_accept_key(key)
}

/// What came.
#[derive(Debug)]
pub(super) enum Frame {
    Message(Message),
    Ping(Bytes),
    Pong,
    Close(Close),
}

/// Makes messages of frames.
pub(super) struct Reader {
    parser: FrameParser,
    /// What has come of a message in several frames.
    parts: BytesMut,
    /// Which kind that is.
    kind: Option<Kind>,
    /// The letter at whose first bytes a frame of text may end.
    utf8: Utf8Stream,
    /// How many bytes of the frame under way are known to be UTF-8.
    checked: usize,
    agreed: Option<Agreed>,
    /// There from the first message on that is compressed.
    decoder: Option<DeflateDecoder>,
    limit: usize,
    /// How much memory the input is a part of, at most.
    held: usize,
}

/// A message keeps so much memory that is not its own, at most, or three times its length.
const HELD: usize = 64 << 10;

#[derive(Clone, Copy, PartialEq, Eq)]
struct Kind {
    is_text: bool,
    is_deflated: bool,
}

impl Reader {
    pub(super) fn new(options: &Options, agreed: Option<&Agreed>) -> Self {
        let mut parser = FrameParser::new(options.frame, true);
        parser.set_compression(agreed.is_some());
        Self {
            parser,
            parts: BytesMut::new(),
            kind: None,
            utf8: Utf8Stream::new(),
            checked: 0,
            agreed: agreed.cloned(),
            decoder: None,
            limit: options.message,
            held: 0,
        }
    }

    /// Takes the next message or control frame off `input`, if it is all there.
    pub(super) fn next(&mut self, input: &mut BytesMut) -> Result<Option<Frame>, Breach> {
        // what is taken off it has its memory in common with what came before and with what comes behind
        self.held = self.held.max(input.capacity());
        let next = self.next_of(input);
        if input.is_empty() {
            self.held = 0;
        }
        next
    }

    fn next_of(&mut self, input: &mut BytesMut) -> Result<Option<Frame>, Breach> {
        while !input.is_empty() {
            let Some(frame) = self.parser.parse(input)? else {
                self.look_ahead(input)?;
                return Ok(None);
            };
            if let Some(frame) = self.take(frame)? {
                return Ok(Some(frame));
            }
        }
        Ok(None)
    }

    /// Refuses a frame that is not all there, as soon as it can be known: too long, out of turn, or not UTF-8 (RFC 6455 §8.1).
    fn look_ahead(&mut self, input: &[u8]) -> Result<(), Breach> {
        let Some(pending) = self.parser.pending_payload() else { return Ok(()) };
        let kind = match pending.opcode {
            OpCode::Ping | OpCode::Pong | OpCode::Close => return Ok(()),
            opcode => self.in_turn(opcode, pending.rsv1)?,
        };
        if pending.total > self.most(kind).saturating_sub(self.parts.len()) {
            return Err(Breach::TOO_BIG);
        }
        let ready = pending.ready.min(input.len());
        if !kind.is_text || kind.is_deflated || ready <= self.checked {
            return Ok(());
        }
        if self.checked == 0 && self.kind.is_none() {
            self.utf8.reset();
        }
        if !self.utf8.push(&input[self.checked..ready]) {
            return Err(Breach::NOT_UTF8);
        }
        self.checked = ready;
        Ok(())
    }

    /// Which kind of message a frame belongs to.
    fn in_turn(&self, opcode: OpCode, is_deflated: bool) -> Result<Kind, Breach> {
        match (opcode, self.kind) {
            (OpCode::Continuation, Some(kind)) => Ok(kind),
            (OpCode::Continuation, None) => Err(Breach::protocol("a message goes on that has not begun")),
            (_, Some(_)) => Err(Breach::protocol("a message begins within another")),
            (opcode, None) => Ok(Kind { is_text: opcode == OpCode::Text, is_deflated }),
        }
    }

    /// How many bytes of it may be gathered: what does not compress gets a little longer.
    fn most(&self, kind: Kind) -> usize {
        if kind.is_deflated { self.limit.saturating_add(self.limit / 1024).saturating_add(64) } else { self.limit }
    }

    fn take(&mut self, frame: RawFrame) -> Result<Option<Frame>, Breach> {
        let RawFrame { header, payload } = frame;
        let kind = match header.opcode {
            OpCode::Ping => return Ok(Some(Frame::Ping(payload))),
            OpCode::Pong => return Ok(Some(Frame::Pong)),
            OpCode::Close => return closes(&payload).map(|close| Some(Frame::Close(close))),
            opcode => self.in_turn(opcode, header.rsv1)?,
        };
        if payload.len() > self.most(kind).saturating_sub(self.parts.len()) {
            return Err(Breach::TOO_BIG);
        }
        let checked = std::mem::take(&mut self.checked);
        if header.fin && self.kind.is_none() {
            return self.whole(kind, self.apart(payload)).map(Some);
        }
        if kind.is_text && !kind.is_deflated {
            if self.kind.is_none() && checked == 0 {
                self.utf8.reset();
            }
            if !self.utf8.push(&payload[checked.min(payload.len())..]) {
                return Err(Breach::NOT_UTF8);
            }
        }
        self.parts.extend_from_slice(&payload);
        self.kind = Some(kind);
        if !header.fin {
            return Ok(None);
        }
        self.kind = None;
        let parts = std::mem::take(&mut self.parts).freeze();
        self.whole(kind, parts).map(Some)
    }

    /// A short message that came behind a long one would keep the memory of both for as long as anybody keeps it.
    fn apart(&self, payload: Bytes) -> Bytes {
        let is_small_part = self.held > HELD && payload.len() < self.held / 4;
        if is_small_part { Bytes::copy_from_slice(&payload) } else { payload }
    }

    fn whole(&mut self, kind: Kind, mut payload: Bytes) -> Result<Frame, Breach> {
        if kind.is_deflated {
            payload = self.inflate(&payload)?;
        }
        let message = if kind.is_text {
            Message::Text(Text::try_from(payload).map_err(|_| Breach::NOT_UTF8)?)
        } else {
            Message::Binary(payload)
        };
        Ok(Frame::Message(message))
    }

    fn inflate(&mut self, payload: &[u8]) -> Result<Bytes, Breach> {
        let Some(Agreed(config)) = &self.agreed else { return Err(Breach::protocol("a message is compressed")) };
        let decoder = self.decoder.get_or_insert_with(|| {
            DeflateDecoder::new(config.client_max_window_bits, config.client_no_context_takeover)
        });
        Ok(decoder.decompress(payload, self.limit)?)
    }

    /// Gives back what is kept for the next message, which may be long in coming.
    pub(super) fn rest(&mut self) {
        if self.agreed.as_ref().is_some_and(|Agreed(config)| config.client_no_context_takeover) {
            self.decoder = None;
        }
    }
}

/// What a close frame says (RFC 6455 §5.5.1).
fn closes(payload: &Bytes) -> Result<Close, Breach> {
    match **payload {
        [] => Ok(Close::silent(CloseCode::NONE)),
        [_] => Err(Breach::protocol("a close code has two bytes")),
        [high, low, ..] => {
            let code = CloseCode::new(u16::from_be_bytes([high, low]));
            let code = code.ok_or(Breach::protocol("a close code that may not be sent"))?;
            let reason = Text::try_from(payload.slice(2..)).map_err(|_| Breach::NOT_UTF8)?;
            Ok(Close { code, reason })
        }
    }
}

/// Makes frames of messages.
pub(super) struct Writer {
    agreed: Option<Agreed>,
    /// There from the first message on that is compressed.
    encoder: Option<DeflateEncoder>,
}

impl Writer {
    pub(super) fn new(agreed: Option<Agreed>) -> Self {
        Self { agreed, encoder: None }
    }

    /// Writes a message, in one frame.
    pub(super) fn message(&mut self, message: &Message, output: &mut BytesMut) -> Result<(), Breach> {
        let opcode = match message {
            Message::Text(_) => OpCode::Text,
            Message::Binary(_) => OpCode::Binary,
        };
        match self.deflated(message.as_bytes())? {
            Some(deflated) => write(output, opcode, &deflated, true),
            None => write(output, opcode, message.as_bytes(), false),
        }
        Ok(())
    }

    /// `None` where it is better sent as it is.
    fn deflated(&mut self, bytes: &[u8]) -> Result<Option<Bytes>, Breach> {
        let Some(Agreed(config)) = &self.agreed else { return Ok(None) };
        if bytes.len() < config.compression_threshold {
            return Ok(None);
        }
        let encoder = self.encoder.get_or_insert_with(|| {
            let DeflateConfig { server_max_window_bits: bits, server_no_context_takeover: forgets, .. } = *config;
            DeflateEncoder::new(bits, forgets, config.compression_level, config.compression_threshold)
        });
        encoder.compress(bytes).map_err(|_| Breach { code: CloseCode::ERROR, why: "a message could not be compressed" })
    }

    pub(super) fn ping(output: &mut BytesMut) {
        write(output, OpCode::Ping, b"", false);
    }

    pub(super) fn pong(said: &[u8], output: &mut BytesMut) {
        write(output, OpCode::Pong, said, false);
    }

    pub(super) fn close(close: &Close, output: &mut BytesMut) {
        let mut payload = Vec::with_capacity(2 + close.reason.len());
        if close.code != CloseCode::NONE {
            payload.extend_from_slice(&close.code.as_u16().to_be_bytes());
            payload.extend_from_slice(close.reason.as_bytes());
        }
        write(output, OpCode::Close, &payload, false);
    }

    /// As [`Reader::rest`].
    pub(super) fn rest(&mut self) {
        if self.agreed.as_ref().is_some_and(|Agreed(config)| config.server_no_context_takeover) {
            self.encoder = None;
        }
    }
}

/// A server does not mask (RFC 6455 §5.1).
fn write(output: &mut BytesMut, opcode: OpCode, payload: &[u8], is_deflated: bool) {
    encode_frame_with_rsv(output, opcode, payload, true, None, is_deflated);
}

#[cfg(test)]
mod tests;
