//! Random tables and random paths: the code of the matcher finds what a list of regular expressions finds.
//!
//! `PROPTEST_CASES=100000` tries more tables, each with [`PATHS`] requests.

use std::{collections::BTreeSet, fmt::Write as _};

use koa_runtime::__private::{Near, Span};
use proptest::{collection::vec, prelude::*, sample::select};
use quote::quote;

use super::{
    model::{self, Model},
    walk::{Code, SPANS},
    words::{HOSTS, HOSTS_ASKED, LASTS, METHODS, SEGMENTS, VALUES},
};
use crate::{
    diagnostics::Diagnostics,
    routes::{
        emit::Emitter, lines::lines, matcher::sections, model::Table, options::Slash, overlap, parse, verbs::KNOWN,
    },
};

/// Requests a table.
const PATHS: usize = 48;

/// A request as choices, which become a path once there are lines to derive it from.
#[derive(Clone, Debug)]
struct Asked {
    line: usize,
    host: &'static str,
    method: &'static str,
    values: Vec<&'static str>,
    /// How many of the optional segments are there.
    present: usize,
    /// How what can be encoded is.
    spelling: u8,
    changes: Vec<(u8, usize, &'static str)>,
}

fn line() -> impl Strategy<Value = String> {
    let methods = prop_oneof![
        4 => Just("GET "), 2 => Just("POST "), 1 => Just("HEAD "), 1 => Just("GET | POST "), 1 => Just("HEAD | PURGE "), 1 => Just("* "),
        1 => Just(""),
    ];
    let segments = vec(select(SEGMENTS), 0..4);
    let last = proptest::option::weighted(0.25, select(LASTS));
    (select(HOSTS), methods, segments, last, any::<bool>())
        .prop_map(|(host, methods, mut segments, last, slash)| {
            segments.extend(last.filter(|_| !methods.is_empty()));
            let mut text = String::new();
            for segment in &segments {
                let _ = write!(text, "/{segment}");
            }
            if segments.is_empty() || slash && last.is_none() {
                text.push('/');
            }
            let route = format!("{methods}\"{text}\" => x,");
            let mut text = if host.is_empty() { route } else { format!("host \"{host}\" => {{ {route} }},") };
            let mut number = 0;
            while text.contains('#') {
                // each name once
                text = text.replacen('#', &number.to_string(), 1);
                number += 1;
            }
            text
        })
        .prop_filter("a route has at most eight captures", |line| {
            !["x8", "y8", "z8"].iter().any(|name| line.contains(name))
        })
}

fn asked() -> impl Strategy<Value = Asked> {
    let changes = vec((any::<u8>(), any::<usize>(), select(VALUES)), 0..2);
    (any::<usize>(), select(HOSTS_ASKED), select(METHODS), vec(select(VALUES), 8), 0_usize..4, 0_u8..4, changes)
        .prop_map(|(line, host, method, values, present, spelling, changes)| Asked {
            line,
            host,
            method,
            values,
            present,
            spelling,
            changes,
        })
}

impl Asked {
    fn path(&self, lines: &[model::Line]) -> String {
        let pattern = &lines[self.line % lines.len()].pattern;
        let (mut path, mut values, mut present) = (String::new(), self.values.iter().cycle(), self.present);
        for segment in pattern.split('/').skip(1) {
            if segment.contains('?') {
                let Some(left) = present.checked_sub(1) else { break };
                present = left;
            }
            path.push('/');
            let mut rest = segment.replace("{{", "%7B");
            while let Some((before, after)) = rest.split_once('{') {
                let (_, behind) = after.split_once('}').expect("a brace");
                rest = format!("{before}{}{behind}", values.next().expect("values never end"));
            }
            let spelled = match self.spelling {
                0 => rest
                    .replace('é', "%C3%A9")
                    .replace("%2f", "%2F")
                    .replace('|', "%7C")
                    .replace('[', "%5B")
                    .replace(']', "%5D"),
                1 => rest.replace('é', "%c3%A9").replace('|', "%7c").replace('[', "%5b").replace(']', "%5d"),
                2 => rest.replace("%7B", "{"),
                _ => rest.to_lowercase(),
            };
            path.push_str(&spelled);
        }
        for (change, place, value) in &self.changes {
            let mut at = place % (path.len() + 1);
            while !path.is_char_boundary(at) {
                at -= 1;
            }
            match change % 8 {
                0 => path.push('/'),
                1 => path.truncate(at),
                2 => path.insert(at, '/'),
                3 => path.insert_str(at, value),
                4 => path.make_ascii_uppercase(),
                5 => {
                    let _ = write!(path, "/{value}");
                }
                6 => drop(path.pop()),
                _ => {}
            }
        }
        path
    }
}

/// A table as text, with the lines that the macro accepts.
struct Tried {
    table: Table,
    lines: Vec<model::Line>,
    /// Which lines are accepted.
    accepted: Vec<usize>,
}

impl Tried {
    fn new(options: &str, lines: &[String]) -> Self {
        let text = format!("{options}{}", lines.concat());
        let mut diagnostics = Diagnostics::default();
        let tokens = text.parse().expect("tokens");
        let input = parse::read(&quote!(krate).into(), tokens, None, &mut diagnostics).expect("a table");
        assert_eq!(diagnostics.into_sentences(), Vec::<String>::new(), "{text}");
        let table = input.table;
        let routes = table.routes();
        let mut accepted: Vec<usize> = Vec::new();
        for number in 0..routes.len() {
            let before: Vec<_> = accepted.iter().chain([&number]).map(|number| routes[*number]).collect();
            let mut diagnostics = Diagnostics::default();
            overlap::check(&before, &table.others, &table.options, &mut diagnostics);
            if diagnostics.into_sentences().is_empty() {
                accepted.push(number);
            }
        }
        let lines = routes
            .iter()
            .map(|route| model::Line {
                host: route.host_text().map(str::to_owned),
                methods: route.methods.clone(),
                pattern: route.literal.value(),
                is_mount: route.is_mount(),
            })
            .collect();
        Self { table, lines, accepted }
    }

    fn accepted_lines(&self) -> Vec<model::Line> {
        self.accepted.iter().map(|number| self.lines[*number].clone()).collect()
    }

    fn code(&self, largest: usize) -> Code {
        let routes = self.table.routes();
        let accepted = (0..).zip(&self.accepted);
        let numbered: Vec<_> = accepted.map(|(number, accepted)| (number, routes[*accepted])).collect();
        let mut emitter = Emitter::new(&quote!(krate).into(), self.table.options.case, SPANS);
        let lines = lines(&numbered, self.table.options.case);
        let code = sections(&quote!(krate).into(), &mut emitter, &lines, &self.table.options, largest);
        Code::new(&code, &emitter)
    }

    fn model(&self, lines: &[model::Line]) -> Model {
        let slash = match self.table.options.slash {
            Slash::Strict => model::Slash::Strict,
            Slash::Ignore => model::Slash::Ignore,
            Slash::Redirect => model::Slash::Redirect,
        };
        Model::new(lines, slash, self.table.options.case == crate::routes::options::Case::Ignore)
    }

    fn verb(&self, method: &str) -> u8 {
        let others = self.table.others.iter().map(String::as_str);
        let number = KNOWN.iter().copied().chain(others).position(|known| known == method);
        u8::try_from(number.unwrap_or(31)).expect("a number")
    }

    fn names(&self, near: Near) -> BTreeSet<String> {
        let others = self.table.others.iter().map(String::as_str);
        let names = KNOWN.iter().copied().chain(others).enumerate();
        let methods = names.filter(|(number, _)| near.methods & 1 << number != 0);
        methods.map(|(_, name)| name.to_owned()).collect()
    }

    /// The methods of the lines before number `line`, as the code finds them.
    fn allowed_before(
        &self,
        code: &Code,
        line: usize,
        (host, method): (&str, &str),
        path: &str,
        from: usize,
    ) -> BTreeSet<String> {
        let number = u32::try_from(line).expect("a number");
        let (mut at, mut near) = ([Span::ABSENT; SPANS], Near::before(number));
        code.find(host, path, from, self.verb(method), &mut at, &mut near);
        self.names(near)
    }

    /// What the code finds, as the model says it.
    fn find(
        &self,
        code: &Code,
        lines: &[model::Line],
        (host, method): (&str, &str),
        path: &str,
        from: usize,
    ) -> Result<model::Found, model::Near> {
        let (mut at, mut near) = ([Span::new(7, 7); SPANS], Near::default());
        let Some(hit) = code.find(host, path, from, self.verb(method), &mut at, &mut near) else {
            return Err(model::Near { methods: self.names(near), slash: near.slash });
        };
        let line = hit.route as usize;
        let route = self.table.routes()[self.accepted[line]];
        let captures = route.captures().into_iter().zip(at).enumerate().map(|(number, ((capture, _), span))| {
            let place = (span != Span::ABSENT).then(|| {
                let whole = if number < route.of_host() { host } else { path };
                let text = span.within(whole.as_bytes(), 0);
                let start = text.as_ptr().addr() - whole.as_ptr().addr();
                (start, start + text.len())
            });
            (capture.name.to_string(), place)
        });
        let rest = if lines[line].is_mount { hit.rest as usize } else { path.len() };
        Ok(model::Found { line, captures: captures.collect(), rest })
    }
}

fn options() -> impl Strategy<Value = &'static str> {
    select(vec![
        "",
        "#![trailing_slash(strict)]",
        "#![trailing_slash(redirect)]",
        "#![case(ignore)]",
        "#![case(ignore)] #![trailing_slash(redirect)]",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(1500), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_code_finds_what_regular_expressions_find(
        options in options(),
        lines in vec(line(), 1..9),
        asked in vec(asked(), PATHS),
        largest in select(vec![2, 5, 150]),
        from in select(vec!["", "", "/é/forums"]),
    ) {
        let tried = Tried::new(options, &lines);
        let lines = tried.accepted_lines();
        let (code, model) = (tried.code(largest), tried.model(&lines));
        for asked in asked {
            let path = format!("{from}{}", asked.path(&lines));
            let expected = model.find(asked.host, asked.method, &path, from.len());
            let found = tried.find(&code, &lines, (asked.host, asked.method), &path, from.len());
            prop_assert_eq!(&found, &expected, "{} {} {} of {} {:?}", asked.method, asked.host, path, options, lines);
            let Ok(model::Found { line, .. }) = found else { continue };
            if lines[line].is_mount {
                let expected = model.allowed_before(line, asked.host, &path, from.len());
                let found = tried.allowed_before(&code, line, (asked.host, asked.method), &path, from.len());
                prop_assert_eq!(found, expected, "{} {} {} of {} {:?}", asked.method, asked.host, path, options, lines);
            }
        }
    }

    #[test]
    fn what_is_refused_as_hidden_never_runs(
        options in options(),
        lines in vec(line(), 2..9),
        asked in vec(asked(), PATHS),
    ) {
        let tried = Tried::new(options, &lines);
        for number in (0..tried.lines.len()).filter(|number| !tried.accepted.contains(number)) {
            // those that hide it, and the line itself
            let mut lines: Vec<_> = tried.accepted.iter().filter(|one| **one < number).map(|one| tried.lines[*one].clone()).collect();
            lines.push(tried.lines[number].clone());
            let (model, last) = (tried.model(&lines), lines.len() - 1);
            let mut runs_for = Vec::new();
            for asked in &asked {
                let path = Asked { line: last, ..asked.clone() }.path(&lines);
                if model.find(asked.host, asked.method, &path, 0).is_ok_and(|found| found.line == last) {
                    runs_for.push(asked.method);
                }
            }
            // of a line with several methods it may be one that never runs
            let never = lines[last].methods.iter().any(|method| !runs_for.contains(&method.as_str()));
            prop_assert!(runs_for.is_empty() || never, "{:?}", lines);
        }
    }
}
