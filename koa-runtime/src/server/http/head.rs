//! What a request's head must be before a layer sees it, where hyper's parser does not ask.

use std::{cell::Cell, net::Ipv6Addr};

use ::http::{
    HeaderMap, Method, StatusCode, Uri, Version,
    header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING},
    uri::Authority,
};

use super::at_once::{close, say};
use crate::{Body, Limits, Request};

/// As long as a method may be. The longest that is registered has 17 letters.
const LONGEST_METHOD: usize = 32;

/// The host that was asked last on a connection. Mostly it is asked again, and need not be looked into again.
#[derive(Default)]
pub(super) struct KnownHost {
    /// Its bytes, eight at a time. (A call would cost more than to look at those that most hosts have.)
    words: [Cell<[u8; 8]>; 4],
    /// The last eight, some of which may be in the words.
    last: Cell<[u8; 8]>,
    length: Cell<usize>,
}

impl KnownHost {
    #[inline]
    fn is(&self, host: &[u8]) -> bool {
        let (words, _) = host.as_chunks::<8>();
        host.len() == self.length.get()
            && host.last_chunk().is_some_and(|last| *last == self.last.get())
            && words.iter().zip(&self.words).all(|(word, known)| *word == known.get())
    }

    fn know(&self, host: &[u8]) {
        let (words, _) = host.as_chunks::<8>();
        if let Some(last) = host.last_chunk()
            && host.len() <= 8 * self.words.len()
        {
            words.iter().zip(&self.words).for_each(|(word, known)| known.set(*word));
            self.last.set(*last);
            self.length.set(host.len());
        }
    }
}

/// Why a request is not let in. On HTTP/1 each of them ends the connection: whoever gets a head wrong may have got wrong
/// where the request ends, too (RFC 9112 §11.2), and what follows a CONNECT is no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// RFC 9112 §3.2, RFC 9113 §8.3.1.
    NoHost,
    /// RFC 9112 §3.2.
    TwoHosts,
    /// RFC 9110 §4.2.1, §4.2.4, §7.2.
    BadHost,
    /// RFC 9113 §8.3.1.
    HostsDiffer,
    /// RFC 9112 §3.2.3, §3.2.4.
    BadForm,
    /// RFC 3986 §2.
    NotAscii,
    /// RFC 9112 §3.
    LongTarget,
    /// RFC 9112 §3.
    LongMethod,
    /// RFC 9110 §9.3.6. Not a 405: that is for a method that some resource has, and would have to name those of this one.
    Connect,
    /// RFC 6585 §5.
    LargeHeader,
    /// RFC 9112 §6.1, §6.3.
    TwoLengths,
    /// RFC 9112 §6.1.
    BadCoding,
    /// RFC 9112 §6.1.
    UnknownCoding,
}

impl Refusal {
    fn status(self) -> StatusCode {
        match self {
            Self::LongTarget => StatusCode::URI_TOO_LONG,
            Self::LargeHeader => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::LongMethod | Self::Connect | Self::UnknownCoding => StatusCode::NOT_IMPLEMENTED,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::NoHost => "the request has no Host",
            Self::TwoHosts => "the request has more than one Host",
            Self::BadHost => "the host is not a name or an address with an optional port",
            Self::HostsDiffer => "Host is not what :authority is",
            Self::BadForm => "the method does not take a target of this form",
            Self::NotAscii => "the target has bytes that must be percent-encoded",
            Self::LongTarget => "the target is too long",
            Self::LongMethod => "the method is too long",
            Self::Connect => "CONNECT is not implemented",
            Self::LargeHeader => "a header is too large",
            Self::TwoLengths => "the request has both a Content-Length and a Transfer-Encoding",
            Self::BadCoding => "the Transfer-Encoding is not valid",
            Self::UnknownCoding => "no Transfer-Encoding but chunked is implemented",
        }
    }

    /// What is answered in place of the layers.
    #[cold]
    pub(super) fn reply(self, version: Version) -> ::http::Response<Body> {
        let mut reply = say(self.status(), self.sentence());
        if version < Version::HTTP_2 {
            close(&mut reply);
        }
        reply
    }
}

/// Whether a request may go to the layers. It is asked of every request, so it goes over the head once. A target that has a host and no
/// path gets one.
pub(super) fn check(request: &mut Request, limits: &Limits, known: &KnownHost) -> Result<(), Refusal> {
    check_method(request.method())?;
    if let Path::Missing = check_target(request.method(), request.uri(), limits)? {
        request.put_path();
    }
    check_fields(request.version(), request.uri().authority(), request.headers(), limits, known)
}

/// Whether the target has a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Path {
    There,
    /// `http://a?b` has a host and no path.
    Missing,
}

#[inline]
fn check_method(method: &Method) -> Result<(), Refusal> {
    match *method {
        Method::GET | Method::HEAD | Method::POST | Method::PUT | Method::PATCH | Method::DELETE => Ok(()),
        Method::CONNECT => Err(Refusal::Connect),
        _ if method.as_str().len() > LONGEST_METHOD => Err(Refusal::LongMethod),
        _ => Ok(()),
    }
}

#[inline]
fn check_target(method: &Method, uri: &Uri, limits: &Limits) -> Result<Path, Refusal> {
    // only a target that is a mere authority has none, and that is CONNECT's
    let Some(target) = uri.path_and_query() else {
        return Err(Refusal::BadForm);
    };
    let target = target.as_str();
    if target.len() > limits.uri {
        return Err(Refusal::LongTarget);
    }
    if !target.is_ascii() {
        return Err(Refusal::NotAscii);
    }
    match target.as_bytes() {
        [b'/', ..] => Ok(Path::There),
        [b'?', ..] => Ok(Path::Missing),
        b"*" if *method == Method::OPTIONS => Ok(Path::There),
        _ => Err(Refusal::BadForm),
    }
}

#[inline]
fn check_fields(
    version: Version,
    authority: Option<&Authority>,
    headers: &HeaderMap,
    limits: &Limits,
    known: &KnownHost,
) -> Result<(), Refusal> {
    let mut host = None;
    let mut is_coded = false;
    for (name, value) in headers {
        if value.len() > limits.field {
            return Err(Refusal::LargeHeader);
        }
        if *name == HOST {
            if host.replace(value.as_bytes()).is_some() {
                return Err(Refusal::TwoHosts);
            }
        } else if *name == TRANSFER_ENCODING {
            is_coded = true;
        }
    }
    if is_coded {
        check_coding(version, headers)?;
    }
    if let Some(authority) = authority {
        return check_authority(version, authority.as_str().as_bytes(), host, limits);
    }
    match host {
        Some(host) if known.is(host) => Ok(()),
        Some(host) if is_host(host) => {
            known.know(host);
            Ok(())
        }
        Some(_) => Err(Refusal::BadHost),
        // there is none in HTTP/1.0 (RFC 9112 §3.2)
        None if version <= Version::HTTP_10 => Ok(()),
        None => Err(Refusal::NoHost),
    }
}

/// A host in the target, which is that of HTTP/2 and of HTTP/1.1 to a proxy.
fn check_authority(version: Version, authority: &[u8], host: Option<&[u8]>, limits: &Limits) -> Result<(), Refusal> {
    if authority.len() > limits.uri {
        return Err(Refusal::LongTarget);
    }
    if !is_host(authority) || !host.is_none_or(is_host) {
        return Err(Refusal::BadHost);
    }
    match host {
        Some(host) if version >= Version::HTTP_2 && !host.eq_ignore_ascii_case(authority) => Err(Refusal::HostsDiffer),
        None if version == Version::HTTP_11 => Err(Refusal::NoHost),
        _ => Ok(()),
    }
}

/// hyper reads as chunks whatever ends in `chunked`. Where another server reads something else, there is a request in the
/// body that one of the two takes for the next, so nothing but `chunked` is let in.
#[cold]
fn check_coding(version: Version, headers: &HeaderMap) -> Result<(), Refusal> {
    if version != Version::HTTP_11 {
        return Err(Refusal::BadCoding);
    }
    if headers.contains_key(CONTENT_LENGTH) {
        return Err(Refusal::TwoLengths);
    }
    let mut is_chunked = false;
    for coding in headers.get_all(TRANSFER_ENCODING).iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
    {
        let coding = coding.trim_ascii();
        match (coding.eq_ignore_ascii_case(b"chunked"), is_chunked) {
            (true, false) => is_chunked = true,
            // nothing comes behind the chunks, and they do not come twice
            (_, true) => return Err(Refusal::BadCoding),
            (false, _) if coding.is_empty() => return Err(Refusal::BadCoding),
            (false, _) => return Err(Refusal::UnknownCoding),
        }
    }
    Ok(())
}

/// What a byte in a host may be.
const MARK: u8 = 1;
const NEVER: u8 = 2;

/// RFC 3986 §3.2.2 and §3.2.3. A comma is one of its letters, but in a header it is what two lines are joined by.
const CLASSES: [u8; 256] = {
    let mut classes = [NEVER; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'%' | b':' | b'[' | b']' => MARK,
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b';' | b'=' => 0,
            _ if byte.is_ascii_alphanumeric() => 0,
            _ => NEVER,
        };
        byte += 1;
    }
    classes
};

/// `uri-host [ ":" port ]`, where `a:` is `a`.
fn is_host(host: &[u8]) -> bool {
    let digits = host.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (name, port) = host.split_at(host.len() - digits);
    let (name, port) = if let [name @ .., b':'] = name { (name, port) } else { (host, &[][..]) };
    let is_name = match classes_of(name) {
        0 => !name.is_empty(),
        MARK => is_name_with_marks(name),
        _ => false,
    };
    is_name && (port.len() < 5 || is_port(port))
}

/// All classes that there are in `name`: a few bytes at a time, and without a way out before its end.
#[inline]
fn classes_of(name: &[u8]) -> u8 {
    let class = |seen, byte: &u8| seen | CLASSES[usize::from(*byte)];
    let (chunks, rest) = name.as_chunks::<8>();
    let seen = chunks.iter().fold(0, |seen, chunk| chunk.iter().fold(seen, class));
    rest.iter().fold(seen, class)
}

#[cold]
fn is_name_with_marks(name: &[u8]) -> bool {
    if let [b'[', address @ .., b']'] = name {
        return std::str::from_utf8(address).is_ok_and(|address| address.parse::<Ipv6Addr>().is_ok());
    }
    let is_pair = |pair: &[u8]| pair.len() >= 2 && pair[..2].iter().all(u8::is_ascii_hexdigit);
    !name.iter().any(|byte| matches!(byte, b':' | b'[' | b']')) && name.split(|byte| *byte == b'%').skip(1).all(is_pair)
}

#[cold]
fn is_port(digits: &[u8]) -> bool {
    std::str::from_utf8(digits).is_ok_and(|digits| digits.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests;
