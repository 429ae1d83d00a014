//! Everything, in order, as markdown.

use std::time::Duration;

use crate::{
    Result,
    cases::{Case, PAIRS, PIPELINED, PLAIN, THREADED},
    idle,
    machine::{ALL, LOAD, WORKER, described, on_the_core_of_the_load, said},
    noise::Noise,
    place::Place,
    process::Process,
    rounds::{Run, start},
    servers::{HYPER, Kind, PAIRED, Server},
    steady, tables,
    wrk::Wrk,
};

/// How much of everything.
#[derive(Clone, Copy)]
pub struct Lengths {
    rounds: usize,
    pairs: usize,
    /// Seconds of a slice at full speed, and at a fixed rate.
    slice: u32,
    steady: Duration,
}

impl Lengths {
    pub const LONG: Self = Self { rounds: 5, pairs: 21, slice: 1, steady: Duration::from_secs(2) };
    pub const SHORT: Self = Self { rounds: 2, pairs: 2, slice: 1, steady: Duration::from_secs(1) };
}

/// Requests a second; the second is asked of no server on Node.
const RATES: [(f64, &[Kind]); 2] = [(4000.0, &[Kind::Rust, Kind::Node]), (20_000.0, &[Kind::Rust])];

pub fn of(place: &Place, servers: &[Server], lengths: Lengths, builds: bool) -> Result<String> {
    let mut notes = Vec::new();
    let built = if builds { built(place, servers, &mut notes) } else { servers.to_vec() };
    on_the_core_of_the_load()?;
    let noise = Noise::begin()?;
    let begin =
        |workers: usize, cores: &'static str| move |server: Server| Process::start(place, server, workers, cores);
    let mut parts = vec![roll(place, servers)?];

    let alone: Vec<Server> = built.iter().copied().filter(|server| server.name != "hyper-shared").collect();
    let processes = start(&alone, begin(1, WORKER), &mut notes);
    let team: Vec<&Process> = processes.iter().collect();
    let asked = |cases: &[Case], cores| -> Vec<Wrk> {
        cases.iter().map(|&case| Wrk { case, seconds: lengths.slice, cores }).collect()
    };
    let mut run = Run { rounds: lengths.rounds, notes: &mut notes };
    let plain = run.columns(&team, &asked(&PLAIN, LOAD));
    let pipelined = run.columns(&team, &asked(&PIPELINED, LOAD));
    parts.push(section("Plain, one worker", "Each connection waits for its reply.", &alone, &plain));
    parts.push(section("Pipelined, one worker", "Sixteen requests a write.", &alone, &pipelined));

    parts.push(pairs(&team, lengths, &mut notes));
    parts.push(latency(&team, lengths, &mut notes));
    drop(processes);

    parts.push("#### Memory, one worker\n\nEach connection has made one request.".to_owned());
    let once: Vec<Server> = alone.iter().copied().filter(|server| server.name != HYPER.control).collect();
    let resident = |server, counts: &[usize]| idle::resident_of_http(&begin(1, WORKER)(server)?, counts);
    parts.push(steady::memory(&once, resident, &mut notes));

    let threaded: Vec<Server> = built.iter().copied().filter(|server| server.kind == Kind::Rust).collect();
    let processes = start(&threaded, begin(2, ALL), &mut notes);
    let team: Vec<&Process> = processes.iter().collect();
    let mut run = Run { rounds: lengths.rounds, notes: &mut notes };
    let two = run.columns(&team, &asked(&THREADED, ALL));
    let what = "The load shares both cores with them, so that CPU a request says more than requests/s.";
    parts.push(section("Two workers", what, &threaded, &two));
    drop(processes);

    notes.dedup();
    let wrk = said("wrk", "-v")?;
    let wrk = wrk.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let machine = format!("{}, node {}, {wrk}", described()?, said("node", "-v")?);
    parts.insert(0, format!("{machine}. Others kept {:.2} cores busy meanwhile.", noise.of_others()?));
    Ok(joined(parts, &notes))
}

/// One after another, and what failed.
pub fn joined(mut parts: Vec<String>, notes: &[String]) -> String {
    if !notes.is_empty() {
        parts.push(format!("#### What failed\n\n- {}", notes.join("\n- ")));
    }
    parts.iter().map(|part| part.trim_end()).collect::<Vec<_>>().join("\n\n") + "\n"
}

/// The tables of one part alone, with one worker.
pub fn part(
    place: &Place,
    servers: &[Server],
    lengths: Lengths,
    tables: impl FnOnce(&[&Process], Lengths, &mut Vec<String>) -> String,
) -> Result<String> {
    let mut notes = Vec::new();
    on_the_core_of_the_load()?;
    let noise = Noise::begin()?;
    let alone: Vec<Server> = servers.iter().copied().filter(|server| server.name != "hyper-shared").collect();
    let processes = start(&alone, |server| Process::start(place, server, 1, WORKER), &mut notes);
    let tables = tables(&processes.iter().collect::<Vec<_>>(), lengths, &mut notes);
    drop(processes);
    Ok(format!("{tables}\n\nOthers kept {:.2} cores busy meanwhile.\n\n{}", noise.of_others()?, notes.join("\n")))
}

/// Two and two, often enough to tell small differences.
pub fn pairs(team: &[&Process], lengths: Lengths, notes: &mut Vec<String>) -> String {
    let paired: Vec<&Process> = team.iter().copied().filter(|one| PAIRED.contains(&one.server.name)).collect();
    let servers: Vec<Server> = paired.iter().map(|process| process.server).collect();
    let mut run = Run { rounds: lengths.pairs, notes };
    let mut text = format!("#### Pairs\n\n{} slices each, in turns; *over*: in the same round.", lengths.pairs);
    for case in PAIRS {
        let wrk = Wrk { case, seconds: lengths.slice, cores: LOAD };
        let tables = tables::pairs(&servers, &run.rounds(&paired, &wrk), HYPER);
        text += &format!("\n\n{}:\n\n{}", case.label(), tables.trim_end());
    }
    text
}

pub fn latency(team: &[&Process], lengths: Lengths, notes: &mut Vec<String>) -> String {
    let mut text =
        "#### Latency at a fixed rate, one worker\n\n64 connections; counted from when a request was due.".to_owned();
    for (rate, kinds) in RATES {
        let asked: Vec<&Process> =
            team.iter().copied().filter(|process| kinds.contains(&process.server.kind)).collect();
        text += "\n\n";
        text += steady::latencies(&asked, rate, lengths.rounds, lengths.steady, notes).trim_end();
    }
    text
}

/// Those that build; of the others it is said why not.
pub fn built(place: &Place, servers: &[Server], notes: &mut Vec<String>) -> Vec<Server> {
    let builds = |server: &Server| {
        eprintln!("building {}", server.name);
        let built = place.build(server);
        built.map_err(|error| notes.push(format!("{} does not build: {error}", server.label))).is_ok()
    };
    servers.iter().copied().filter(builds).collect()
}

fn section(title: &str, what: &str, servers: &[Server], columns: &tables::Columns) -> String {
    let (rates, cpus) = (tables::rates(servers, columns, HYPER), tables::cpus(servers, columns, HYPER));
    format!("#### {title}\n\n{what}\n\n{rates}\n{cpus}")
}

/// Who takes part, in which version, and how it is set.
fn roll(place: &Place, servers: &[Server]) -> Result<String> {
    let mut table = "| server | version | threads, and what is set | ten layers |\n|---|---|---|---|\n".to_owned();
    for server in servers.iter().filter(|server| server.name != HYPER.control) {
        let version = place.version(server)?;
        tables::row(&mut table, server.label, [version, server.set.to_owned(), server.layers.to_owned()]);
    }
    Ok(table)
}
