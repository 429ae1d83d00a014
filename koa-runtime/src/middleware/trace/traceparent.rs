//! The header `traceparent` of W3C Trace Context.

use http::{HeaderMap, HeaderName};

const NAME: HeaderName = HeaderName::from_static("traceparent");

/// What a valid one says, in lower-case hexadecimal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TraceParent<'h> {
    /// 32 digits, not all of them zero.
    pub(super) trace_id: &'h str,
    /// 16 digits, not all of them zero.
    pub(super) parent_id: &'h str,
    /// Two digits; the lowest bit says whether the caller records.
    pub(super) flags: &'h str,
}

impl<'h> TraceParent<'h> {
    /// `None` if there is none, more than one, or an invalid one: the trace begins here then.
    pub(super) fn of(headers: &'h HeaderMap) -> Option<Self> {
        let mut lines = headers.get_all(NAME).iter();
        let line = lines.next()?;
        if lines.next().is_some() {
            return None;
        }
        Self::parse(line.to_str().ok()?)
    }

    fn parse(text: &'h str) -> Option<Self> {
        let mut fields = text.split('-');
        let version = fields.next().filter(|field| is_hex(field, 2) && *field != "ff")?;
        let trace_id = fields.next().filter(|field| is_id(field, 32))?;
        let parent_id = fields.next().filter(|field| is_id(field, 16))?;
        let flags = fields.next().filter(|field| is_hex(field, 2))?;
        // later versions may go on
        if version == "00" && fields.next().is_some() {
            return None;
        }
        Some(Self { trace_id, parent_id, flags })
    }
}

fn is_hex(field: &str, length: usize) -> bool {
    field.len() == length && field.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_id(field: &str, length: usize) -> bool {
    is_hex(field, length) && field.bytes().any(|byte| byte != b'0')
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const PARENT: &str = "00f067aa0ba902b7";

    #[test]
    fn what_is_valid_is_read() {
        for (version, rest) in [("00", ""), ("01", ""), ("cc", "-what the future brings"), ("01", "-")] {
            let text = format!("{version}-{TRACE}-{PARENT}-01{rest}");
            let expected = TraceParent { trace_id: TRACE, parent_id: PARENT, flags: "01" };
            assert_eq!(TraceParent::parse(&text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_valid_is_no_parent() {
        let zeros = "0".repeat(32);
        for text in [
            String::new(),
            format!("ff-{TRACE}-{PARENT}-01"),
            format!("0-{TRACE}-{PARENT}-01"),
            format!("00-{TRACE}-{PARENT}"),
            format!("00-{TRACE}-{PARENT}-1"),
            format!("00-{TRACE}-{PARENT}-01-"),
            format!("00-{TRACE}-{PARENT}-01-a"),
            format!("01-{TRACE}-{PARENT}-01a"),
            format!("00-{zeros}-{PARENT}-01"),
            format!("00-{TRACE}-{}-01", &zeros[..16]),
            format!("00-{}-{PARENT}-01", TRACE.to_uppercase()),
            format!("00-{}-{PARENT}-01", &TRACE[1..]),
            format!(" 00-{TRACE}-{PARENT}-01"),
            format!("00-{TRACE}-{PARENT}-0\u{e9}"),
        ] {
            assert_eq!(TraceParent::parse(&text), None, "{text}");
        }
    }

    #[test]
    fn two_of_them_are_none() {
        let value = HeaderValue::try_from(format!("00-{TRACE}-{PARENT}-00")).unwrap();
        let mut headers = HeaderMap::new();
        headers.append(NAME, value.clone());
        assert!(TraceParent::of(&headers).is_some());
        headers.append(NAME, value);
        assert!(TraceParent::of(&headers).is_none());
    }
}
