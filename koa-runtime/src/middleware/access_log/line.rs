//! One request as a line.

use std::{fmt::Write as _, time::SystemTime};

use http::{
    HeaderName, HeaderValue, Version,
    header::{REFERER, USER_AGENT},
};

use super::{
    LogFormat,
    escape::{as_json, for_quotes, written},
};
use crate::{Observation, date::Civil};

/// How much of a url is written, in bytes.
const URL: usize = 8192;
/// How much of a header.
const HEADER: usize = 1024;
/// How much of a method or of a pattern: those are the program's own, or as good as that.
const NAME: usize = 256;

/// Adds the line with its end.
pub(super) fn write(line: &mut String, format: LogFormat, seen: &Observation<'_>) {
    match format {
        LogFormat::Common => common(line, seen),
        LogFormat::Combined => {
            common(line, seen);
            for name in [REFERER, USER_AGENT] {
                line.push_str(" \"");
                for_quotes(line, header(seen, &name).unwrap_or(b"-"), HEADER);
                line.push('"');
            }
        }
        LogFormat::JsonLines => json(line, seen),
    }
    line.push('\n');
}

fn common(line: &mut String, seen: &Observation<'_>) {
    let request = &seen.ctx().request;
    match request.ip() {
        Some(ip) => written(write!(line, "{ip}")),
        None => line.push('-'),
    }
    let Civil { year, month, day, hour, minute, second, .. } = came(seen);
    line.push_str(" - - [");
    digits(line, day, 2, '/');
    line.push_str(month_name(month));
    line.push('/');
    digits(line, year, 4, ':');
    digits(line, hour, 2, ':');
    digits(line, minute, 2, ':');
    digits(line, second, 2, ' ');
    line.push_str("+0000] \"");
    for_quotes(line, seen.method().as_str().as_bytes(), NAME);
    line.push(' ');
    for_quotes(line, request.original_url().as_bytes(), URL);
    line.push(' ');
    line.push_str(protocol(request.version()));
    line.push_str("\" ");
    line.push_str(seen.status().as_str());
    match seen.length() {
        None | Some(0) => line.push_str(" -"),
        Some(length) => written(write!(line, " {length}")),
    }
}

fn json(line: &mut String, seen: &Observation<'_>) {
    let request = &seen.ctx().request;
    let Civil { year, month, day, hour, minute, second, millisecond } = came(seen);
    line.push_str("{\"time\":\"");
    digits(line, year, 4, '-');
    digits(line, month.into(), 2, '-');
    digits(line, day, 2, 'T');
    digits(line, hour, 2, ':');
    digits(line, minute, 2, ':');
    digits(line, second, 2, '.');
    digits(line, millisecond.into(), 3, 'Z');
    line.push_str("\",\"remote\":");
    match request.ip() {
        Some(ip) => written(write!(line, "\"{ip}\"")),
        None => line.push_str("null"),
    }
    line.push_str(",\"method\":");
    as_json(line, seen.method().as_str().as_bytes(), NAME);
    line.push_str(",\"url\":");
    as_json(line, request.original_url().as_bytes(), URL);
    line.push_str(",\"protocol\":\"");
    line.push_str(protocol(request.version()));
    line.push_str("\",\"status\":");
    line.push_str(seen.status().as_str());
    line.push_str(",\"length\":");
    match seen.length() {
        Some(length) => written(write!(line, "{length}")),
        None => line.push_str("null"),
    }
    let duration = seen.duration();
    written(write!(line, ",\"duration\":{}.", duration.as_secs()));
    digits(line, duration.subsec_micros().into(), 6, ',');
    let pattern = seen.route().map(|route| route.pattern());
    text(line, "\"route\":", pattern.as_deref().map(str::as_bytes), NAME);
    text(line, ",\"referer\":", header(seen, &REFERER), HEADER);
    text(line, ",\"user_agent\":", header(seen, &USER_AGENT), HEADER);
    line.push('}');
}

fn text(line: &mut String, name: &str, value: Option<&[u8]>, limit: usize) {
    line.push_str(name);
    match value {
        Some(value) => as_json(line, value, limit),
        None => line.push_str("null"),
    }
}

/// The last so many digits of a number, and what follows them: `write!` takes some hundred instructions to do it.
fn digits(line: &mut String, number: u64, width: u32, then: char) {
    for place in (0..width).rev() {
        let digit = number / 10_u64.pow(place) % 10;
        line.extend(char::from_digit(u32::try_from(digit).unwrap_or(0), 10));
    }
    line.push(then);
}

/// When the request came.
fn came(seen: &Observation<'_>) -> Civil {
    let now = SystemTime::now();
    Civil::new(now.checked_sub(seen.duration()).unwrap_or(now))
}

fn header<'r>(seen: &Observation<'r>, name: &HeaderName) -> Option<&'r [u8]> {
    seen.ctx().request.headers().get(name).map(HeaderValue::as_bytes)
}

fn protocol(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_11 => "HTTP/1.1",
        Version::HTTP_2 => "HTTP/2.0",
        Version::HTTP_3 => "HTTP/3.0",
        _ => "HTTP/-",
    }
}

fn month_name(month: u8) -> &'static str {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES.get(usize::from(month).wrapping_sub(1)).unwrap_or(&"-")
}
