//! What of an answer is compared.

use std::fmt;

use crate::scenario::{Outcome, to_bytes};

/// One reply, freed of what is node's or hyper's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Version, status and reason phrase.
    line: String,
    /// In the order of their names, which are in lower case.
    headers: Vec<(String, String)>,
    /// Without chunks.
    body: Vec<u8>,
    /// Whether all came that was announced.
    whole: bool,
}

impl Answer {
    /// The replies of an outcome.
    pub(crate) fn all(outcome: &Outcome) -> Vec<Self> {
        let sent = to_bytes(&outcome.sent.join("\r\n"));
        Self::parse(&to_bytes(&outcome.answer.join("\r\n")), &sent)
    }

    /// The replies that begin in `bytes`, to what was `sent`. What is no reply is one with an odd first line.
    pub(crate) fn parse(bytes: &[u8], sent: &[u8]) -> Vec<Self> {
        let mut methods = methods(sent).into_iter();
        let mut rest = bytes;
        let mut answers = Vec::new();
        while !rest.is_empty() {
            let Some((head, after)) = split_once(rest, b"\r\n\r\n") else {
                answers.push(Self { line: text(rest), headers: Vec::new(), body: Vec::new(), whole: false });
                break;
            };
            rest = after;
            let mut lines = head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
            let line = text(lines.next().unwrap_or_default());
            let headers: Vec<_> = lines.map(header).collect();
            let status: u16 = line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
            let is_head = !(100..200).contains(&status) && methods.next().as_deref() == Some("HEAD");
            let (body, whole) = if is_head || matches!(status, 100..200 | 204 | 205 | 304) {
                // whatever follows would be taken for the next reply
                (Vec::new(), true)
            } else {
                take_body(&headers, &mut rest)
            };
            // what the parser refuses is answered without Koa, by node without a word about the body that there is not
            let is_refusal = matches!(status, 400 | 431)
                && body.is_empty()
                && !headers.iter().any(|(name, _)| name == "content-type");
            let headers = if is_refusal { Vec::new() } else { compared(headers) };
            answers.push(Self { line, headers, body, whole });
        }
        answers
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.whole
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "      {}", self.line)?;
        for (name, value) in &self.headers {
            writeln!(f, "      {name}: {value}")?;
        }
        writeln!(f, "      {:?}{}", text(&self.body), if self.whole { "" } else { " … and then it broke off" })
    }
}

/// The methods of the requests.
fn methods(sent: &[u8]) -> Vec<String> {
    let lines = sent.split(|byte| *byte == b'\n').map(text);
    let heads = lines.filter(|line| line.trim_end().ends_with("HTTP/1.1") || line.trim_end().ends_with("HTTP/1.0"));
    heads.map(|line| line.split(' ').next().unwrap_or("").to_owned()).collect()
}

fn header(line: &[u8]) -> (String, String) {
    let line = text(line);
    let (name, value) = line.split_once(':').unwrap_or((&line, ""));
    (name.to_ascii_lowercase(), value.trim().to_owned())
}

/// Takes the body off `rest`, by what the headers say of it.
fn take_body(headers: &[(String, String)], rest: &mut &[u8]) -> (Vec<u8>, bool) {
    let value = |name: &str| headers.iter().find(|header| header.0 == name).map(|header| header.1.as_str());
    if value("transfer-encoding").is_some_and(|coding| coding.ends_with("chunked")) {
        return take_chunks(rest);
    }
    let length = value("content-length").map_or(Some(rest.len()), |length| length.parse().ok()).unwrap_or(0);
    let whole = rest.len() >= length;
    let (body, after) = rest.split_at(length.min(rest.len()));
    *rest = after;
    (body.to_vec(), whole)
}

fn take_chunks(rest: &mut &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Some((size, after)) = split_once(rest, b"\r\n") {
        let Ok(size) = usize::from_str_radix(&text(size), 16) else { break };
        let whole = after.len() >= size + 2;
        body.extend_from_slice(&after[..size.min(after.len())]);
        *rest = after.get(size + 2..).unwrap_or_default();
        if size == 0 || !whole {
            return (body, whole);
        }
    }
    *rest = &[];
    (body, false)
}

fn compared(mut headers: Vec<(String, String)>) -> Vec<(String, String)> {
    headers.retain(|(name, _)| name != "connection" && name != "keep-alive");
    for (name, value) in &mut headers {
        if name == "date" {
            "now".clone_into(value);
        }
    }
    // stable: lines of one name keep their order
    headers.sort_by(|a, b| a.0.cmp(&b.0));
    headers
}

fn split_once<'a>(bytes: &'a [u8], by: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(by.len()).position(|window| window == by)?;
    Some((&bytes[..at], &bytes[at + by.len()..]))
}

fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

#[test]
fn what_is_not_koas_is_not_compared() {
    let parse = |text: &str| Answer::parse(text.as_bytes(), b"GET / HTTP/1.1\r\n");
    let one = parse(
        "HTTP/1.1 200 OK\r\nDate: a\r\nX-A: 1\r\nX-B: 2\r\nConnection: close\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
    );
    let other = parse(
        "HTTP/1.1 200 OK\r\nx-b: 2\r\nTransfer-Encoding: chunked\r\nx-a: 1\r\nKeep-Alive: timeout=5\r\ndate: b\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    );
    assert_eq!(one, other);
    for different in [
        "HTTP/1.1 200 ok\r\ndate: a\r\nx-a: 1\r\nx-b: 2\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nx-a: 1\r\nx-b: 2\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ndate: a\r\nx-a: 2\r\nx-b: 2\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ndate: a\r\nx-a: 1\r\nx-b: 2\r\ncontent-length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ndate: a\r\nx-a: 1\r\nx-b: 2\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\ndate: a\r\nx-a: 1\r\nx-b: 2\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nmore",
    ] {
        assert_ne!(one, parse(different), "{different}");
    }
}
