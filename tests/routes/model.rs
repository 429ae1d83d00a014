//! What `routes!` means, a second time and in other words: each line as an anchored regular expression, tried in order.
//!
//! Nothing here is shared with the macro. It is included by the tests of the macro, of the compiled tables, and by the fuzzer.

use std::{collections::BTreeSet, fmt::Write as _};

use regex::bytes::Regex;

/// What a slash at the end means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slash {
    Strict,
    Ignore,
    Redirect,
}

/// A line as it is written.
#[derive(Clone, Debug)]
pub struct Line {
    /// None is every host.
    pub host: Option<String>,
    /// None is every method.
    pub methods: Vec<String>,
    pub pattern: String,
    pub is_mount: bool,
}

/// The name and the place of each capture.
pub type Captures = Vec<(String, Option<(usize, usize)>)>;

/// What a request leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub line: usize,
    /// In the host, then in the path.
    pub captures: Captures,
    /// Where what follows a mount begins.
    pub rest: usize,
}

/// Why nothing was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Near {
    pub methods: BTreeSet<String>,
    pub slash: bool,
}

/// A table.
#[derive(Debug)]
pub struct Model {
    lines: Vec<Expressions>,
}

#[derive(Debug)]
struct Expressions {
    /// Without the names, as an expression, and the names.
    host: Option<(String, Regex, Vec<String>)>,
    methods: Vec<String>,
    is_mount: bool,
    /// The pattern without the names.
    shape: String,
    names: Vec<String>,
    /// With ever more of what may be missing.
    matching: Vec<Expression>,
    /// The other spellings.
    redirects: Vec<Expression>,
}

#[derive(Debug)]
struct Expression {
    regex: Regex,
    /// What each group must hold.
    groups: Vec<Group>,
}

#[derive(Clone, Debug)]
enum Group {
    /// A segment with captures in it.
    Segment,
    Capture(Option<String>),
    Rest,
}

impl Model {
    /// Reads the lines, whose patterns must be right.
    pub fn new(lines: &[Line], slash: Slash, ignores_case: bool) -> Self {
        Self { lines: lines.iter().map(|line| expressions(line, slash, ignores_case)).collect() }
    }

    /// The methods that the lines before number `line` are for, if they match but for the method.
    pub fn allowed_before(&self, line: usize, host: &str, path: &str, from: usize) -> BTreeSet<String> {
        let before = self.lines[..line].iter();
        let matching = before.filter(|line| line.host_captured(host).is_some() && line.captured(path, from).is_some());
        matching.flat_map(Expressions::answers).collect()
    }

    /// Goes through all lines.
    pub fn find(&self, host: &str, method: &str, path: &str, from: usize) -> Result<Found, Near> {
        let mut near = Near::default();
        let mut first: Option<usize> = None;
        for (number, line) in self.lines.iter().enumerate() {
            if line.host_captured(host).is_none() {
                continue;
            }
            if line.captured(path, from).is_some() {
                if line.takes(method) {
                    first = first.or(Some(number));
                }
                near.methods.extend(line.answers());
            }
            if line.redirects.iter().any(|other| other.captured(path, from).is_some()) {
                near.methods.extend(line.answers());
            }
            near.slash |= line.takes(method) && line.redirects.iter().any(|other| other.captured(path, from).is_some());
        }
        let Some(mut found) = first else { return Err(near) };
        // one for HEAD comes before one for GET of the same pattern, wherever it stands
        if method == "HEAD" && !self.lines[found].methods.is_empty() && !self.lines[found].names_head() {
            let get = &self.lines[found];
            let same = |line: &Expressions| {
                line.names_head() && line.shape == get.shape && line.host_shape() == get.host_shape()
            };
            found = self.lines.iter().position(same).unwrap_or(found);
        }
        let line = &self.lines[found];
        let (places, end) = line.captured(path, from).expect("it has matched");
        let mut places: Vec<Option<(usize, usize)>> = places.into_iter().map(Some).collect();
        places.resize(line.names.len(), None);
        let mut captures = line.host_captured(host).expect("it has matched");
        captures.extend(line.names.iter().cloned().zip(places));
        Ok(Found { line: found, captures, rest: if line.is_mount { end } else { path.len() } })
    }
}

impl Expressions {
    /// The methods it is for, if it says which.
    fn answers(&self) -> Vec<String> {
        let head = self.methods.iter().any(|method| method == "GET").then(|| "HEAD".to_owned());
        self.methods.iter().cloned().chain(head).collect()
    }

    fn host_shape(&self) -> Option<&str> {
        self.host.as_ref().map(|(shape, ..)| &**shape)
    }

    fn host_captured(&self, host: &str) -> Option<Captures> {
        let Some((_, regex, names)) = &self.host else { return Some(Vec::new()) };
        let found = regex.captures(host.as_bytes())?;
        let places = (1..found.len()).map(|group| found.get(group).map(|text| (text.start(), text.end())));
        Some(names.iter().cloned().zip(places).collect())
    }

    fn names_head(&self) -> bool {
        self.methods.iter().any(|method| method == "HEAD")
    }

    fn takes(&self, method: &str) -> bool {
        let is = |wanted: &str| self.methods.iter().any(|one| one == wanted);
        self.methods.is_empty() || is(method) || method == "HEAD" && is("GET")
    }

    fn captured(&self, path: &str, from: usize) -> Option<(Vec<(usize, usize)>, usize)> {
        self.matching.iter().find_map(|expression| expression.captured(path, from))
    }
}

impl Expression {
    /// The places of the captures, and where the prefix ends if this is one.
    fn captured(&self, path: &str, from: usize) -> Option<(Vec<(usize, usize)>, usize)> {
        let found = self.regex.captures(&path.as_bytes()[from..])?;
        let mut places = Vec::new();
        for (number, group) in self.groups.iter().enumerate() {
            let text = found.get(number + 1)?;
            let fits = match group {
                Group::Segment => !is_step(text.as_bytes()),
                Group::Capture(None) => true,
                Group::Capture(Some(ty)) => parses(ty, text.as_bytes()),
                Group::Rest => !text.as_bytes().split(|byte| *byte == b'/').any(is_step),
            };
            if !fits {
                return None;
            }
            // a rest of nothing is none
            if !(matches!(group, Group::Segment) || matches!(group, Group::Rest) && text.is_empty()) {
                places.push((from + text.start(), from + text.end()));
            }
        }
        let end = found.name("behind").map_or(path.len(), |behind| from + behind.start());
        Some((places, end))
    }
}

fn is_step(segment: &[u8]) -> bool {
    let dots = String::from_utf8_lossy(segment).to_ascii_lowercase().replace("%2e", ".");
    dots == "." || dots == ".."
}

fn parses(ty: &str, text: &[u8]) -> bool {
    let mut decoded = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let digits = text.get(at + 1..at + 3).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        match digits {
            Some(digits) if text[at] == b'%' => {
                let digits = std::str::from_utf8(digits).expect("ASCII");
                decoded.push(u8::from_str_radix(digits, 16).expect("two digits"));
                at += 3;
            }
            _ => {
                decoded.push(text[at]);
                at += 1;
            }
        }
    }
    let Ok(text) = String::from_utf8(decoded) else { return false };
    match ty {
        "u64" => text.parse::<u64>().is_ok(),
        "u8" => text.parse::<u8>().is_ok(),
        "i8" => text.parse::<i8>().is_ok(),
        "bool" => text.parse::<bool>().is_ok(),
        "char" => text.parse::<char>().is_ok(),
        "String" => true,
        other => panic!("the model has no type {other}"),
    }
}

/// What stands between two slashes of a pattern.
enum Segment {
    /// The expression of it, and what its groups must hold.
    One(String, Vec<Group>),
    Optional(Vec<Group>),
    Rest,
    OptionalRest,
}

fn expressions(line: &Line, slash: Slash, ignores_case: bool) -> Expressions {
    let mut names = Vec::new();
    let mut shape = String::new();
    let (body, ends_in_slash) = match line.pattern.strip_suffix('/') {
        Some(body) => (body, true),
        None => (&*line.pattern, false),
    };
    let mut segments = Vec::new();
    for text in body.split('/').skip(1) {
        shape.push('/');
        segments.push(segment(text, &mut names, &mut shape));
    }
    if ends_in_slash && !line.is_mount {
        shape.push('/');
    }
    let compile = |text: &str, groups: &[Group]| {
        let flags = if ignores_case { "is-u" } else { "s-u" };
        let regex = Regex::new(&format!("^(?{flags}:{text})$")).expect("a regular expression");
        Expression { regex, groups: groups.to_vec() }
    };
    let (mut matching, mut redirects) = (Vec::new(), Vec::new());
    let mut end = |text: &str, groups: &[Group], takes_slashes: bool| {
        if line.is_mount {
            matching.push(compile(&format!("{text}(?P<behind>(?:/.*)?)"), groups));
            return;
        }
        if takes_slashes {
            return matching.push(compile(text, groups));
        }
        // without a segment it is all of what a table is asked for
        if text.is_empty() {
            let root = match (slash, &*line.pattern) {
                (Slash::Strict, "/") => "/",
                (Slash::Strict, "") => "",
                _ => "/?",
            };
            return matching.push(compile(root, groups));
        }
        match (slash, ends_in_slash) {
            (Slash::Strict, false) => matching.push(compile(text, groups)),
            (Slash::Strict | Slash::Ignore, true) => matching.push(compile(&format!("{text}/"), groups)),
            (Slash::Ignore, false) => matching.push(compile(&format!("{text}/?"), groups)),
            (Slash::Redirect, false) => {
                matching.push(compile(text, groups));
                redirects.push(compile(&format!("{text}/"), groups));
            }
            (Slash::Redirect, true) => {
                matching.push(compile(&format!("{text}/"), groups));
                redirects.push(compile(text, groups));
            }
        }
    };
    let (mut text, mut groups) = (String::new(), Vec::new());
    let mut takes_slashes = false;
    for segment in segments {
        match segment {
            Segment::One(more, its) => {
                text.push('/');
                text.push_str(&more);
                groups.extend(its);
            }
            Segment::Optional(its) => {
                end(&text, &groups, false);
                text.push_str("/(([^/]+))");
                groups.extend(its);
            }
            Segment::Rest => {
                text.push_str("/([^/]+(?:/[^/]+)*/?)");
                groups.push(Group::Rest);
                takes_slashes = true;
            }
            Segment::OptionalRest => {
                end(&text, &groups, false);
                text.push_str("/([^/]+(?:/[^/]+)*/?|)");
                groups.push(Group::Rest);
                takes_slashes = true;
            }
        }
    }
    end(&text, &groups, takes_slashes);
    let host = line.host.as_deref().map(|host| {
        let captures = Regex::new(r"\{([^}]*)\}").expect("a regular expression");
        let names = captures.captures_iter(host.as_bytes());
        let names = names.map(|name| String::from_utf8_lossy(&name[1]).into_owned()).collect();
        let shape = String::from_utf8_lossy(&captures.replace_all(host.as_bytes(), &b"{}"[..])).to_lowercase();
        let labels = regex::escape(&shape).replace(r"\{\}", r"([A-Za-z0-9_-]+)") + r"\.?";
        (shape, Regex::new(&format!("^(?i-u:{labels})$")).expect("a regular expression"), names)
    });
    Expressions { host, methods: line.methods.clone(), is_mount: line.is_mount, shape, names, matching, redirects }
}

fn segment(text: &str, names: &mut Vec<String>, shape: &mut String) -> Segment {
    let (mut expression, mut groups) = (String::from("("), vec![Group::Segment]);
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(more) = rest.strip_prefix("{{").or_else(|| rest.strip_prefix("}}")) {
            literal(&mut expression, &rest.as_bytes()[..1]);
            shape.push_str(&rest[..2]);
            rest = more;
        } else if let Some((inside, more)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            let (name, ty) = inside.split_once(':').unwrap_or((inside, ""));
            let ty = Some(ty.trim().to_owned()).filter(|ty| !ty.is_empty());
            let bare = name.trim().trim_end_matches("..").trim_end_matches('?');
            names.push(bare.to_owned());
            let _ = write!(shape, "{{{}:{}}}", &name.trim()[bare.len()..], ty.as_deref().unwrap_or_default());
            match &name.trim()[bare.len()..] {
                "?.." => return Segment::OptionalRest,
                ".." => return Segment::Rest,
                "?" => return Segment::Optional(vec![Group::Segment, Group::Capture(ty)]),
                _ => {}
            }
            expression.push_str("([^/]+)");
            groups.push(Group::Capture(ty));
            rest = more;
        } else {
            let length = rest.find(['{', '}']).unwrap_or(rest.len());
            literal(&mut expression, &rest.as_bytes()[..length]);
            shape.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    if groups.len() == 1 {
        // nothing is captured, so what it is counts and nothing else
        return Segment::One(expression[1..].to_owned(), Vec::new());
    }
    expression.push(')');
    Segment::One(expression, groups)
}

/// Text as it stands in a path: what is encoded may be so in small digits too, or not at all.
fn literal(expression: &mut String, bytes: &[u8]) {
    const PLAIN: &[u8] = b"-._~!$&'()*+,;=:@";
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        at += 1;
        if byte.is_ascii_alphanumeric() || PLAIN.contains(&byte) {
            expression.push_str(&regex::escape(&char::from(byte).to_string()));
            continue;
        }
        let mut encoded = byte;
        if byte == b'%' {
            let digits = std::str::from_utf8(&bytes[at..at + 2]).expect("ASCII");
            encoded = u8::from_str_radix(digits, 16).expect("two digits");
            at += 2;
        }
        let is_another = encoded.is_ascii_alphanumeric() || PLAIN.contains(&encoded) || b"/?#%".contains(&encoded);
        let bare = if is_another { String::new() } else { format!(r"|\x{encoded:02X}") };
        let _ = write!(expression, "(?:%(?i-u:{encoded:02X}){bare})");
    }
}
