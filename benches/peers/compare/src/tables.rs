//! The tables of what has been asked as fast as it goes.

use std::fmt::Write as _;

use crate::{
    numbers::{median, quantile, short},
    rounds::{Rounds, Slice},
    servers::{Against, Server},
};

pub fn rate(slice: &Slice) -> f64 {
    slice.rate
}

pub fn cpu(slice: &Slice) -> f64 {
    slice.cpu
}

const NONE: &str = "–";

/// What was asked, as the tables call it, and what it came to.
pub type Columns = [(String, Rounds)];

/// Requests a second, as parts of the base's.
pub fn rates(servers: &[Server], columns: &Columns, against: Against) -> String {
    let what = format!("{}s/s, × {}", against.unit, against.name);
    grid(&what, servers, columns, |server, rounds| {
        if server.name == against.base {
            return rounds.median(server.name, rate).map(|rate| format!("{}/s", short(rate)));
        }
        let ratios = rounds.ratios(server.name, against.base, rate);
        (!ratios.is_empty()).then(|| format!("{:.2}{}", median(&ratios), spread(server, &ratios, against)))
    })
}

/// Microseconds of the server's CPU a request.
pub fn cpus(servers: &[Server], columns: &Columns, against: Against) -> String {
    let what = format!("CPU µs a {} (× {})", against.unit, against.name);
    grid(&what, servers, columns, |server, rounds| {
        let cpu_of = short(rounds.median(server.name, cpu)?);
        let ratios = rounds.ratios(server.name, against.base, cpu);
        if server.name == against.base || ratios.is_empty() {
            return Some(cpu_of);
        }
        Some(format!("{cpu_of} ({:.2}{})", median(&ratios), spread(server, &ratios, against)))
    })
}

/// Of the control alone: from the least to the most.
fn spread(server: &Server, ratios: &[f64], against: Against) -> String {
    if server.name != against.control {
        return String::new();
    }
    format!("; {:.2}–{:.2}", quantile(ratios, 0.0), quantile(ratios, 1.0))
}

fn grid(
    what: &str,
    servers: &[Server],
    columns: &Columns,
    cell: impl Fn(&Server, &Rounds) -> Option<String>,
) -> String {
    let names: Vec<&str> = [what].into_iter().chain(columns.iter().map(|(name, _)| name.as_str())).collect();
    let mut table = head(&names);
    for server in servers {
        let cells = columns.iter().map(|(_, rounds)| cell(server, rounds).unwrap_or_else(|| NONE.to_owned()));
        row(&mut table, server.label, cells);
    }
    table
}

/// Who is held against ours, pair by pair.
pub fn pairs(servers: &[Server], rounds: &Rounds, against: Against) -> String {
    let each = format!("CPU µs a {}", against.unit);
    let rate = format!("{}s/s", against.unit);
    let mut table = String::new();
    for one in servers.iter().filter(|server| server.is_ours()) {
        let title = format!("what they take, over {}", one.label);
        table += &head(&[&title, &each, "CPU, median", "middle half", "all", "ours took less", &rate]);
        for server in servers.iter().filter(|server| server.name != one.name) {
            row(&mut table, server.label, pair(rounds, server.name, one.name));
        }
        table.push('\n');
    }
    let less = format!("{} took less", against.name);
    let mut control = head(&["the control", &each, "CPU, median", "middle half", "all", &less, &rate]);
    let twice = format!("{0} again, over {0}", against.name);
    row(&mut control, &twice, pair(rounds, against.control, against.base));
    table + &control
}

fn pair(rounds: &Rounds, name: &str, to: &str) -> Vec<String> {
    let (cpus, rates) = (rounds.ratios(name, to, cpu), rounds.ratios(name, to, rate));
    let Some(cpu) = rounds.median(name, cpu).filter(|_| !cpus.is_empty()) else { return vec![NONE.to_owned(); 6] };
    let range = |from, to| format!("{:.2}–{:.2}", quantile(&cpus, from), quantile(&cpus, to));
    let more = cpus.iter().filter(|ratio| **ratio > 1.0).count();
    vec![
        short(cpu),
        format!("**{:.2}**", median(&cpus)),
        range(0.25, 0.75),
        range(0.0, 1.0),
        format!("{more} of {}", cpus.len()),
        format!("{:.2}", median(&rates)),
    ]
}

/// The first column is of words, the others of numbers.
pub fn head(names: &[&str]) -> String {
    format!("| {} |\n|---{}|\n", names.join(" | "), "|--:".repeat(names.len() - 1))
}

pub fn row(table: &mut String, label: &str, cells: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = cells.into_iter().collect();
    // a String takes all that is written
    let _ = writeln!(table, "| {label} | {} |", cells.join(" | "));
}
