//! The two lists of scenarios that are not simply the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Mutex,
};

use crate::{
    scenario::{Scenario, here, read, read_json, sections},
    section::Section,
};

/// The lines of a list: the first word, and what follows it.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').map_or((line, ""), |(first, rest)| (first, rest.trim())))
}

/// The sections are checked at the same time: nobody reads a list that is half written.
static ON_DISK: Mutex<()> = Mutex::new(());

fn map(file: &str) -> BTreeMap<String, String> {
    let text = {
        let _alone = ON_DISK.lock();
        read(file)
    };
    let mut map = BTreeMap::new();
    for (name, rest) in lines(&text) {
        assert!(!rest.is_empty(), "tests/parity/{file}: {name} has no reason");
        assert!(map.insert(name.to_owned(), rest.to_owned()).is_none(), "tests/parity/{file}: {name} is there twice");
    }
    map
}

/// The scenarios that are answered otherwise: the id of the entry in the docs, and why in short.
pub(crate) fn differences() -> BTreeMap<String, String> {
    map("differences.txt")
}

/// The scenarios that no handler here can answer, and why.
pub(crate) fn unwritten() -> BTreeMap<String, String> {
    map("unwritten.txt")
}

/// Whether a reason is that the types forbid it, and not that it is not built yet.
pub(crate) fn is_by_type(reason: &str) -> bool {
    reason.starts_with("by type: ")
}

/// Takes scenarios off both lists.
pub(crate) fn remove(names: &[String]) {
    let _alone = ON_DISK.lock();
    for file in ["differences.txt", "unwritten.txt"] {
        let text = read(file);
        let is_removed = |line: &str| names.iter().any(|name| line.split(' ').next() == Some(name));
        let kept: Vec<&str> = text.lines().filter(|line| !is_removed(line)).collect();
        fs::write(here().join(file), kept.join("\n") + "\n").expect("the folder can be written");
    }
}

/// All scenarios.
pub(crate) fn scenarios() -> Vec<Scenario> {
    sections().iter().flat_map(|section| read_json::<Vec<Scenario>>(&format!("scenarios/{section}.json"))).collect()
}

/// `docs/differences-from-koa.md`.
pub(crate) fn page_of_differences() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/differences-from-koa.md");
    fs::read_to_string(page).expect("the page is there")
}

/// Whether a text names an id, be it as an end of `K-130 to K-142`.
pub(crate) fn names(text: &str, id: &str) -> bool {
    let number = |id: &str| id.get(2..).and_then(|digits| digits.parse::<u16>().ok());
    let words: Vec<&str> = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').collect();
    words.contains(&id)
        || words.windows(3).any(|range| {
            range[1] == "to"
                && range[0].get(..2) == id.get(..2)
                && range[2].get(..2) == id.get(..2)
                && number(range[0]) <= number(id)
                && number(id) <= number(range[2])
        })
}

#[test]
fn every_name_in_a_list_is_a_scenario() {
    let all = scenarios();
    let names: BTreeSet<&str> = all.iter().map(|scenario| scenario.name.as_str()).collect();
    assert_eq!(names.len(), all.len(), "two scenarios have one name");
    for (file, list) in [("differences.txt", differences()), ("unwritten.txt", unwritten())] {
        for name in list.keys() {
            assert!(names.contains(name.as_str()), "tests/parity/{file}: there is no scenario {name}");
        }
    }
    let unwritten = unwritten();
    for (name, reason) in &unwritten {
        assert!(is_by_type(reason) || reason.starts_with("not built yet: "), "{name}: {reason:?} is no reason");
    }
    for name in differences().keys() {
        assert!(!unwritten.contains_key(name), "{name} is in both lists");
    }
}

#[test]
fn every_section_is_checked() {
    let main = include_str!("main.rs");
    for section in sections() {
        assert!(main.contains(&format!("Section::read(\"{section}\")")), "nobody checks the section {section}");
    }
}

#[test]
fn every_difference_is_told_in_the_docs() {
    let page = page_of_differences();
    let scenarios = scenarios();
    let mut complaints = Vec::new();
    for (name, reason) in differences() {
        let id = reason.split(' ').next().unwrap_or("");
        if !names(&page, id) {
            complaints.push(format!("{name}: docs/differences-from-koa.md has no entry about {id}"));
        }
        let scenario = scenarios.iter().find(|scenario| scenario.name == name);
        if !scenario.is_some_and(|scenario| scenario.ids.iter().any(|own| own == id)) {
            complaints.push(format!("{name}: the scenario does not name {id}"));
        }
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn only_what_differs_is_pinned() {
    let differences = differences();
    for section in sections() {
        for name in Section::read(&section).pinned() {
            assert!(
                differences.contains_key(&name),
                "tests/parity/ours/{section}.json: {name} is not listed as a difference"
            );
        }
    }
}

#[test]
fn a_range_names_what_is_in_it() {
    let text = "headers (K-130 to K-142), and K-7";
    for (id, named) in [
        ("K-130", true),
        ("K-131", true),
        ("K-142", true),
        ("K-143", false),
        ("K-7", true),
        ("N-131", false),
        ("K-13", false),
    ] {
        assert_eq!(names(text, id), named, "{id}");
    }
}
