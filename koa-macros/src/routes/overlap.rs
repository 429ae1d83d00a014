//! Routes that never run because those before them take every request.

use std::collections::HashMap;

use super::{
    cover::covers_segment,
    model::Route,
    options::{Case, Options, Slash},
    pattern::{Pattern, Segment},
    verbs::{GET, HEAD, KNOWN, Verbs},
};
use crate::diagnostics::Diagnostics;

/// Reports each route that matches the same requests as one before it, and each that can never be reached.
///
/// A route under `#[cfg]` may not be there, so nothing is said of those.
pub(super) fn check(routes: &[&Route], others: &[String], options: &Options, diagnostics: &mut Diagnostics) {
    let mut seen = Seen::default();
    for route in routes.iter().filter(|route| route.cfgs.is_empty()) {
        let begin = beginning(&route.pattern, options);
        let lengths = lengths(&route.pattern);
        // HEAD, once a route for GET of the same pattern would give way to this one
        let mut kept = 0;
        // the methods that are taken before it, for each of its lengths
        let mut taken = vec![0; lengths.len()];
        let mut before_it = Vec::new();
        let mut was_hidden = 0;
        for before in seen.that_may_cover(&begin) {
            let covered: Vec<bool> = lengths.iter().map(|length| covers(before, route, *length, options)).collect();
            if !covered.contains(&true) {
                continue;
            }
            let takes_all = !covered.contains(&false);
            let is_same = takes_all && covers_all(route, before, options);
            if is_same && before.verbs.names(HEAD) {
                kept = 0;
            }
            let (mine, theirs) = (route.verbs.written(), before.verbs.written() & !kept);
            if is_same && mine & theirs != 0 && (route.verbs != Verbs::Any || before.verbs == Verbs::Any) {
                let sentence = format!(
                    "`{route}` matches the same requests as `{before}`, which stands before it{}",
                    place(before)
                );
                diagnostics.refuse(&route.literal, sentence);
                break;
            }
            // of the same pattern, one for HEAD comes before one for GET
            let answered = if is_same { theirs } else { before.verbs.bits() & !kept };
            for (taken, _) in taken.iter_mut().zip(&covered).filter(|(_, covered)| **covered) {
                *taken |= answered;
            }
            let taken = taken.iter().fold(u32::MAX, |all, taken| all & taken);
            if is_same && before.verbs.names(GET) && taken & 1 << HEAD == 0 {
                kept = 1 << HEAD;
            }
            if answered & mine != 0 {
                before_it.push(before);
            }
            let hidden = match &route.verbs {
                Verbs::Any if taken == u32::MAX => u32::MAX,
                Verbs::Any => 0,
                Verbs::These(_) => mine & taken,
            };
            if hidden & !was_hidden != 0 {
                let with = if hidden == mine { String::new() } else { format!("with {} ", names(hidden, others)) };
                let hiding = if takes_all && hidden & !answered == 0 { &[before][..] } else { &before_it };
                let sentence = format!(
                    "{with}`{route}` can never be reached: {} each of its requests; the route for fewer paths comes first",
                    taking(hiding)
                );
                diagnostics.refuse(&route.literal, sentence);
                break;
            }
            was_hidden = hidden;
        }
        seen.add(begin, route);
    }
}

/// The routes so far, by the texts that their patterns begin with: so the work grows with the routes, and not with their pairs.
#[derive(Default)]
struct Seen<'r> {
    count: usize,
    routes: HashMap<Vec<String>, Vec<(usize, &'r Route)>>,
}

impl<'r> Seen<'r> {
    fn add(&mut self, begin: Vec<String>, route: &'r Route) {
        self.routes.entry(begin).or_default().push((self.count, route));
        self.count += 1;
    }

    /// In order, those that begin no other way than a route that begins like this.
    fn that_may_cover(&self, begin: &[String]) -> impl Iterator<Item = &'r Route> + use<'r> {
        let mut found: Vec<(usize, &Route)> =
            (0..=begin.len()).filter_map(|length| self.routes.get(&begin[..length])).flatten().copied().collect();
        found.sort_unstable_by_key(|(number, _)| *number);
        found.into_iter().map(|(_, route)| route)
    }
}

/// The texts before the first capture.
fn beginning(pattern: &Pattern, options: &Options) -> Vec<String> {
    let texts = pattern.segments.iter().map_while(|segment| match segment {
        Segment::Text(text) => Some(text),
        _ => None,
    });
    texts.map(|text| if options.case == Case::Ignore { text.to_ascii_lowercase() } else { text.clone() }).collect()
}

/// Which routes take the requests of one behind them.
fn taking(routes: &[&Route]) -> String {
    match routes {
        [one] => format!("`{one}`, which stands before it{}, takes", place(one)),
        several => {
            let several: Vec<String> = several.iter().map(|one| format!("`{one}`{}", place(one))).collect();
            format!("{}, which stand before it, together take", several.join(" and "))
        }
    }
}

/// ` (line 7)`, where there are lines.
pub(super) fn place(route: &Route) -> String {
    match route.line {
        0 => String::new(),
        line => format!(" (line {line})"),
    }
}

fn names(bits: u32, others: &[String]) -> String {
    let all = KNOWN.iter().copied().chain(others.iter().map(String::as_str)).enumerate();
    let named: Vec<String> =
        all.filter(|(number, _)| bits & 1 << number != 0).map(|(_, name)| format!("`{name}`")).collect();
    named.join(" and ")
}

/// Whether `one` matches every host and path that `other` matches with `length` of its segments.
fn covers(one: &Route, other: &Route, length: usize, options: &Options) -> bool {
    let is_for_its_hosts = match (&one.host, &other.host) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(one), Some(other)) => one.covers(other),
    };
    is_for_its_hosts
        && lengths(&one.pattern).into_iter().any(|mine| {
            covers_path(&one.pattern, mine, one.is_mount(), &other.pattern, length, other.is_mount(), options)
        })
}

/// Whether it does with each number of its segments.
fn covers_all(one: &Route, other: &Route, options: &Options) -> bool {
    lengths(&other.pattern).into_iter().all(|length| covers(one, other, length, options))
}

/// With how many segments the pattern can be gone through: each optional one may be the first that is not there.
fn lengths(pattern: &Pattern) -> Vec<usize> {
    let may_be_missing =
        |segment: &Segment| matches!(segment, Segment::Optional(_) | Segment::Rest { optional: true, .. });
    let always = pattern.segments.iter().take_while(|segment| !may_be_missing(segment)).count();
    (always..=pattern.segments.len()).collect()
}

fn covers_path(
    one: &Pattern,
    ones: usize,
    is_mount: bool,
    other: &Pattern,
    others: usize,
    other_is_mount: bool,
    options: &Options,
) -> bool {
    let (mine, theirs) = (&one.segments[..ones], &other.segments[..others]);
    let mut at = 0;
    for segment in mine {
        if let Segment::Rest { optional, .. } = segment {
            // a rest that may be missing may leave its slash behind, which is the path without it where slashes are ignored
            let leaves_a_slash = matches!(theirs.get(at), Some(Segment::Rest { optional: true, .. }));
            let takes_it = *optional || !leaves_a_slash || options.slash == Slash::Ignore;
            // a mount is for its prefix alone too, and for what no rest is
            return !other_is_mount && at < theirs.len() && takes_it;
        }
        let Some(their) = theirs.get(at) else { return false };
        if !covers_segment(segment, their, options.case) {
            return false;
        }
        at += 1;
    }
    if is_mount {
        return true;
    }
    if mine.is_empty() && theirs.is_empty() {
        // `/` and nothing are the same unless the table is strict
        return !other_is_mount && (is_root(one, options) || !is_root(other, options) && one.slash == other.slash);
    }
    let (my_slash, their_slash) =
        (one.slash && ones == one.segments.len(), other.slash && others == other.segments.len());
    !other_is_mount
        && at == theirs.len()
        && match options.slash {
            Slash::Strict | Slash::Redirect => my_slash == their_slash,
            Slash::Ignore => !my_slash || their_slash,
        }
}

/// Whether the pattern without its optional segments is for `/` and for nothing.
fn is_root(pattern: &Pattern, options: &Options) -> bool {
    options.slash != Slash::Strict || !pattern.segments.is_empty()
}
