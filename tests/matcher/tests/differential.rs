//! For tables and paths at random, the code of `routes!` finds what a plain model finds: regular expressions, tried one after another.
//!
//! `MATCHER_CASES=100000 cargo test --release -p matcher-tests` tries millions of pairs.

use std::sync::OnceLock;

use koa_runtime::{
    __private::{Asked, Near, Span, Verb},
    Body, Request, http,
    prelude::*,
};
use proptest::{prelude::*, test_runner::Config};
use regex::Regex;

#[middleware]
#[allow(dead_code)] // the tables are asked, and never run
async fn layer() {}

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

struct Table {
    slash: &'static str,
    ignore_case: bool,
    find: fn(&str, u8) -> Outcome,
    lines: &'static [(&'static str, &'static str)],
}

/// What is found: the number of the line, what it captures, and where what follows a mount begins.
#[derive(Debug, PartialEq)]
struct Outcome {
    line: Option<(usize, Vec<Option<String>>, Option<usize>)>,
    /// The methods that are allowed where none is found, as bits.
    allowed: u32,
    /// Whether nothing is found but for a slash.
    slash: bool,
}

/// The real thing.
fn find<T: koa_runtime::__private::Table>(path: &str, verb: u8) -> Outcome {
    let request = Request::new(http::Request::new(Body::empty()));
    let (mut at, mut near) = (T::Spans::default(), Near::default());
    let hit = T::find(Asked { path, from: 0, verb: Verb(verb), request: &request, host: None }, &mut at, &mut near);
    let spans: &[Span] = at.as_ref();
    let captured = || spans.iter().map(|span| span.of(path).map(str::to_owned)).collect();
    match hit {
        Some(hit) => {
            Outcome { line: Some((hit.route as usize, captured(), Some(hit.rest as usize))), allowed: 0, slash: false }
        }
        None => Outcome { line: None, allowed: near.methods, slash: near.slash },
    }
}

/// A line of the model.
struct Line {
    path: Regex,
    /// The same with a slash more or less at the end, where that is another spelling.
    respelled: Option<Regex>,
    types: Vec<&'static str>,
    methods: u32,
    is_mount: bool,
}

/// A pattern as a regular expression.
fn model(table: &Table, methods: &str, pattern: &str) -> Line {
    // no segment that a capture may be is empty, `.` or `..`: that is told of the captured text, as there is no look-ahead here
    let segment = "([^/]+)";
    let mut types = Vec::new();
    let (mut expression, mut optional) = (String::new(), 0);
    let is_mount = methods.is_empty();
    let ends_in_a_slash = pattern.len() > 1 && pattern.ends_with('/');
    let mut open = false;
    for part in pattern.trim_matches('/').split('/').filter(|part| !part.is_empty()) {
        let (mut text, mut rest) = (String::new(), part);
        let mut is_optional = false;
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, behind) = after.split_once('}').expect("braces are closed");
            text.push_str(&spelled(before));
            let (name, ty) = inside.split_once(": ").unwrap_or((inside, "str"));
            is_optional |= name.contains('?');
            if name.ends_with("..") {
                text.push_str(if is_optional { "([^/]+(?:/[^/]+)*/?)?" } else { "([^/]+(?:/[^/]+)*/?)" });
                types.push("rest");
                open = true;
            } else {
                text.push_str(segment);
                types.push(match ty {
                    "u8" => "u8",
                    "bool" => "bool",
                    _ => "str",
                });
            }
            rest = behind;
        }
        text.push_str(&spelled(rest));
        if is_optional {
            optional += 1;
            expression.push_str("(?:/");
        } else {
            expression.push('/');
        }
        expression.push_str(&text);
    }
    let closing: String = ")?".repeat(optional);
    let flags = if table.ignore_case { "(?i)" } else { "" };
    // without any segment a path is `/`
    let root = if expression.starts_with("(?:/") && !is_mount { "|/" } else { "" };
    let whole =
        |end: &str| Regex::new(&format!("^{flags}(?:{expression}{closing}{end}{root})$")).expect("an expression");
    let is_root = pattern == "/";
    let (path, respelled) = if is_mount {
        (whole("(?:/.*)?"), None)
    } else if is_root {
        (whole("/"), None)
    } else {
        let own = if ends_in_a_slash { "/" } else { "" };
        match (table.slash, ends_in_a_slash) {
            ("ignore", false) if !open => (whole("/?"), None),
            ("redirect", false) if !open => (whole(own), Some(whole("/"))),
            ("redirect", true) => (whole(own), Some(whole(""))),
            _ => (whole(own), None),
        }
    };
    let bits = match methods {
        "" | "*" => u32::MAX,
        "GET | POST" => 0b111,
        "HEAD" => 0b10,
        "POST" => 0b100,
        _ => 0b11,
    };
    Line { path, respelled, types, methods: bits, is_mount }
}

/// Text in each spelling.
fn spelled(text: &str) -> String {
    regex::escape(text).replace('é', "(?:é|%[Cc]3%[Aa]9)")
}

fn encoded(text: &str) -> String {
    text.replace('é', "%C3%A9")
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digits = (byte == b'%').then(|| after.get(..2)).flatten();
        let value = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(value.unwrap_or(byte));
        rest = if value.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).ok()
}

fn is_step(segment: &str) -> bool {
    let dots = segment.to_ascii_lowercase().replace("%2e", ".");
    dots == "." || dots == ".."
}

impl Line {
    /// What it captures of the path, if it matches.
    fn captures(&self, expression: &Regex, path: &str) -> Option<Vec<Option<String>>> {
        let found = expression.captures(path)?;
        let mut captured = Vec::new();
        for (number, ty) in self.types.iter().enumerate() {
            let text = found.get(number + 1).map(|text| text.as_str());
            if let Some(text) = text {
                // of the whole segments that the captures lie in
                let start = found.get(number + 1).expect("there").start();
                let from = path[..start].rfind('/').map_or(0, |slash| slash + 1);
                let to = path[start..].find('/').map_or(path.len(), |slash| start + slash);
                if is_step(&path[from..to]) || *ty == "rest" && text.trim_end_matches('/').split('/').any(is_step) {
                    return None;
                }
                let fits = match *ty {
                    "u8" => decoded(text).is_some_and(|text| text.parse::<u8>().is_ok()),
                    "bool" => decoded(text).is_some_and(|text| text.parse::<bool>().is_ok()),
                    _ => true,
                };
                if !fits {
                    return None;
                }
            }
            captured.push(text.map(str::to_owned));
        }
        Some(captured)
    }
}

/// What the model finds.
fn expected(lines: &[Line], path: &str, verb: u8) -> Outcome {
    let is_for = |line: &Line| line.methods & 1 << verb != 0;
    let mut found: Option<(usize, Vec<Option<String>>)> = None;
    let (mut allowed, mut slash) = (0, false);
    for (number, line) in lines.iter().enumerate() {
        if let Some(captured) = line.captures(&line.path, path) {
            if is_for(line) {
                if found.is_none() {
                    found = Some((number, captured));
                }
            } else {
                allowed |= line.methods;
            }
        } else if let Some(respelled) = &line.respelled
            && line.captures(respelled, path).is_some()
        {
            slash |= is_for(line);
            allowed |= if line.methods == u32::MAX { 0 } else { line.methods };
        }
    }
    // one for HEAD comes before one for GET of the same pattern
    if let (Some((number, _)), 1) = (&found, verb)
        && let Some(head) = lines.iter().position(|line| {
            line.methods == 0b10
                && line.path.as_str() == lines[*number].path.as_str()
                && line.types == lines[*number].types
        })
        && lines[*number].methods != 0b10
        && !lines[*number].is_mount
        && lines[*number].methods != u32::MAX
    {
        let captured = lines[head].captures(&lines[head].path, path);
        found = captured.map(|captured| (head, captured));
    }
    match found {
        Some((number, captured)) => Outcome { line: Some((number, captured, None)), allowed: 0, slash: false },
        None => Outcome { line: None, allowed, slash },
    }
}

fn models() -> &'static [Vec<Line>] {
    static MODELS: OnceLock<Vec<Vec<Line>>> = OnceLock::new();
    MODELS.get_or_init(|| {
        TABLES
            .iter()
            .map(|table| table.lines.iter().map(|(methods, pattern)| model(table, methods, pattern)).collect())
            .collect()
    })
}

/// The number that the macro gives a line in its tree of sixteen branches a level.
fn turns(count: usize, line: usize) -> usize {
    if count <= 1 {
        return 0;
    }
    let mut part = 1;
    while part * 16 < count {
        part *= 16;
    }
    (line / part) | (turns(part.min(count - line / part * part), line % part) << 4)
}

/// A path that is like one of a table, with something wrong in it now and then.
fn paths() -> impl Strategy<Value = (usize, String, u8)> {
    let values = prop::sample::select(vec![
        "a",
        "ab",
        "abc",
        "b",
        "users",
        "user",
        "a.b",
        "1",
        "255",
        "256",
        "-1",
        "true",
        "false",
        "v1",
        "v",
        "x-y",
        "a-bx",
        "a-b-cx",
        "-x",
        ".",
        "..",
        "%2e",
        "%2E%2e",
        "...",
        "a.",
        ".a",
        "a..b",
        "%C3%A9",
        "%c3%a9",
        "%FF",
        "%31",
        "x%2Fy",
        "",
        "A",
        "USERS",
        "toolongforonewordofeight",
        "sevenxx",
        "eightxxx",
    ]);
    let segments = prop::collection::vec(values, 0..6);
    let table = 0..TABLES.len();
    (table, any::<prop::sample::Index>(), segments, prop::bool::weighted(0.2), any::<bool>(), 0..4_u8).prop_map(
        |(table, line, values, slash, from_pattern, verb)| {
            let mut path = String::new();
            if from_pattern {
                let (_, pattern) = TABLES[table].lines[line.index(TABLES[table].lines.len())];
                let mut values = values.into_iter();
                let mut rest = pattern;
                while let Some((before, after)) = rest.split_once('{') {
                    path.push_str(&encoded(before));
                    path.push_str(values.next().unwrap_or("a"));
                    rest = after.split_once('}').expect("braces are closed").1;
                }
                path.push_str(&encoded(rest));
                for value in values.take(1) {
                    path.push('/');
                    path.push_str(value);
                }
            } else {
                for value in values {
                    path.push('/');
                    path.push_str(value);
                }
            }
            if slash || path.is_empty() {
                path.push('/');
            }
            (table, path, verb)
        },
    )
}

fn cases() -> u32 {
    std::env::var("MATCHER_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200_000)
}

proptest! {
    #![proptest_config(Config { cases: cases(), failure_persistence: None, max_shrink_iters: 2000, ..Config::default() })]

    #[test]
    fn the_code_finds_what_the_model_finds((table, path, verb) in paths()) {
        let lines = &models()[table];
        let expected = expected(lines, &path, verb);
        let mut found = (TABLES[table].find)(&path, verb);
        let shown = TABLES[table].lines;
        if let Some((line, captured, rest)) = &mut found.line {
            let number = (0..lines.len()).find(|number| turns(lines.len(), *number) == *line);
            let number = number.expect("the code finds lines that there are");
            *line = number;
            captured.truncate(lines[number].types.len());
            if lines[number].is_mount {
                prop_assert!(rest.is_some_and(|rest| path[rest..].is_empty() || path[rest..].starts_with('/')));
            }
            *rest = None;
        }
        prop_assert_eq!(found, expected, "{} of {:#?}", path, shown);
    }
}

#[test]
fn the_tables_are_worth_it() {
    let lines: usize = TABLES.iter().map(|table| table.lines.len()).sum();
    assert!(lines > 250, "only {lines} routes");
}
