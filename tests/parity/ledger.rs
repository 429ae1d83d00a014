//! The ledger has one line for each row of the table, and what a line names is there.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use crate::{
    lists::{differences, is_by_type, lines, names, page_of_differences, scenarios, unwritten},
    scenario::{here, read},
};

/// The last row that the ledger answers for.
const LAST: u16 = 583;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The rows of the table, if it is in this checkout.
fn rows() -> Option<BTreeSet<String>> {
    let path =
        env::var_os("KOA_BEHAVIOUR").map_or_else(|| workspace().join("../shared/koa-behaviour.md"), PathBuf::from);
    let table = fs::read_to_string(path).ok()?;
    let ids = table.lines().filter_map(|line| line.strip_prefix("| K-")?.split(' ').next());
    Some(
        ids.filter(|number| number.parse::<u16>().is_ok_and(|number| number <= LAST))
            .map(|number| format!("K-{number}"))
            .collect(),
    )
}

fn ledger(text: &str) -> BTreeMap<&str, &str> {
    let mut ledger = BTreeMap::new();
    for (id, kind) in lines(text) {
        assert!(ledger.insert(id, kind).is_none(), "ledger.txt: {id} is there twice");
    }
    ledger
}

#[test]
fn every_row_of_the_table_has_a_line() {
    let text = read("ledger.txt");
    let ledger = ledger(&text);
    let mut counts = BTreeMap::new();
    for kind in ledger.values() {
        let kind = if kind.starts_with("by type") { "by type" } else { kind.split(' ').next().unwrap_or("") };
        *counts.entry(kind).or_insert(0) += 1;
    }
    println!("ledger: {} rows, {counts:?}", ledger.len());
    let Some(rows) = rows() else {
        println!("ledger: the table of Koa's behaviour is not in this checkout");
        return;
    };
    let lines: BTreeSet<String> = ledger.keys().map(ToString::to_string).collect();
    let missing: Vec<_> = rows.difference(&lines).collect();
    let unknown: Vec<_> = lines.difference(&rows).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "without a line: {missing:?}; without a row: {unknown:?}");
}

#[test]
fn what_a_line_names_is_there() {
    let text = read("ledger.txt");
    let (page, scenarios, differences, unwritten) = (page_of_differences(), scenarios(), differences(), unwritten());
    // the scenarios of a row, and whether each is answered as Koa answers it
    let of_row = |id: &str| -> Vec<&str> {
        let of_row = scenarios.iter().filter(|scenario| scenario.ids.iter().any(|own| own == id));
        of_row.map(|scenario| scenario.name.as_str()).collect()
    };
    let is_same = |name: &&str| !differences.contains_key(*name) && !unwritten.contains_key(*name);
    let is_pending = |name: &&str| unwritten.get(*name).is_some_and(|reason| !is_by_type(reason));

    let mut complaints = Vec::new();
    let mut accepted = text.clone();
    for (id, kind) in ledger(&text) {
        let (first, rest) = kind.split_once(' ').unwrap_or((kind, ""));
        let complaint = match first {
            "parity" if rest.is_empty() => Some("names no scenario".to_owned()),
            "parity" => rest.split(' ').find_map(|name| {
                let of_row = of_row(id);
                match (of_row.contains(&name), is_same(&name)) {
                    (false, _) => Some(format!("{name} is no scenario of this row")),
                    (true, false) => Some(format!("{name} is not answered as Koa answers it")),
                    (true, true) => of_row.iter().find(|name| is_pending(name)).map(|name| format!("{name} is open")),
                }
            }),
            "differs" => {
                let on_wire = differences.values().any(|reason| reason.split(' ').next() == Some(id));
                let is_told = names(&page, id);
                let is_same = !on_wire && of_row(id).iter().any(is_same);
                match (is_told, is_same) {
                    (false, _) => Some("docs/differences-from-koa.md has no entry".to_owned()),
                    (true, true) => {
                        Some("a scenario of it is answered as Koa answers it, and none otherwise".to_owned())
                    }
                    (true, false) => None,
                }
            }
            "by" => match rest.strip_prefix("type ") {
                Some(how) if how.starts_with("signature: ") => None,
                Some(file) if workspace().join(file).is_file() => None,
                _ => Some(format!("{rest}: there is no such test")),
            },
            "test" => {
                let (file, name) = rest.split_once(' ').unwrap_or((rest, ""));
                let source = fs::read_to_string(workspace().join(file)).unwrap_or_default();
                let is_there = !name.is_empty() && source.contains(&format!("fn {name}("));
                (!is_there).then(|| format!("{file} has no test {name}"))
            }
            "open" if rest.is_empty() || rest.contains(' ') => Some("one word says why".to_owned()),
            "open" => {
                let of_row = of_row(id);
                let is_answered = !of_row.is_empty() && of_row.iter().all(is_same);
                if is_answered && env::var_os("PARITY_ACCEPT").is_some() {
                    accepted = accepted.replace(&format!("{id} {kind}\n"), &format!("{id} parity {}\n", of_row[0]));
                    continue;
                }
                is_answered.then(|| format!("is answered: write `parity {}`", of_row[0]))
            }
            _ => Some(format!("{kind:?} is no kind of line")),
        };
        complaints.extend(complaint.map(|complaint| format!("{id}: {complaint}")));
    }
    if accepted != text {
        fs::write(here().join("ledger.txt"), accepted).expect("the folder can be written");
    }
    assert!(complaints.is_empty(), "ledger.txt\n  {}", complaints.join("\n  "));
}
