//! Instructions, allocations and time of requests through a router: ours and those of others.

use std::process::{Command, Stdio};

use crate::{Result, callgrind, routes::Side};

/// As many as GitHub's table has routes, so that each is asked as often.
const REQUESTS: usize = 194;

/// Nanoseconds are the best of so many rounds, of so many requests each.
const ROUNDS: [&str; 2] = ["97000", "15"];

struct Row {
    case: String,
    side: String,
    figures: Vec<String>,
}

/// What the program says, as rows of a case, a side and figures.
fn rows(program: &str, arguments: &[&str]) -> Result<Vec<Row>> {
    let output = Command::new(program).args(arguments).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("routed {} failed", arguments.join(" ")).into());
    }
    let said = String::from_utf8(output.stdout)?;
    let rows = said.lines().filter_map(|line| {
        let mut words = line.split('\t').map(str::to_owned);
        Some(Row { case: words.next()?, side: words.next()?, figures: words.collect() })
    });
    Ok(rows.collect())
}

/// A row of a table: each side's figure, and that of the others times ours.
fn print(case: &str, figures: &[f64], unit: &str) {
    let ours = figures[0];
    let others = figures[1..].iter().map(|figure| format!("{figure:.0}{unit} ({:.2}) | ", figure / ours));
    println!("| {case} | {ours:.0}{unit} | {}", others.collect::<String>().trim_end());
}

fn head(what: &str) {
    let sides = Side::RUN.map(|side| side.to_string()).join(" | ");
    println!("| {what} | {sides} |\n|---|--:|--:|--:|");
}

/// What a request costs.
pub fn tables() -> Result {
    let program = callgrind::program("routed")?;
    let listed = rows(&program, &["list"])?;
    let cases = || listed.chunks(Side::RUN.len());
    head("instructions");
    for case in cases() {
        let name = &case[0].case;
        let mut figures = Vec::new();
        for Row { side, .. } in case {
            let [few, many] = [REQUESTS, REQUESTS * 6]
                .map(|requests| callgrind::count(&program, &["run", name, side, &requests.to_string()]));
            figures.push((many? - few?) / (REQUESTS * 5) as f64);
        }
        print(name, &figures, "");
    }
    println!();
    head("allocations (bytes)");
    for case in cases() {
        let figures = case.iter().map(|row| format!("{} ({})", row.figures[0], row.figures[1]));
        println!("| {} | {} |", case[0].case, figures.collect::<Vec<_>>().join(" | "));
    }
    println!();
    head("time");
    for case in rows(&program, &["time", ROUNDS[0], ROUNDS[1]])?.chunks(Side::RUN.len()) {
        let figures = case.iter().map(|row| row.figures[0].parse()).collect::<std::result::Result<Vec<f64>, _>>()?;
        print(&case[0].case, &figures, " ns");
    }
    println!("\nThe best of {} rounds in turns of {} requests each; in brackets, times ours.", ROUNDS[1], ROUNDS[0]);
    Ok(())
}
