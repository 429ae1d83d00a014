//! The tables of servers that have time: how long a reply takes at a fixed rate, and what idle connections hold.

use std::time::Duration;

use crate::{
    Result,
    ask::Asking,
    cases::PLAIN_HELLO,
    numbers::{median, short},
    process::Process,
    rate::{Rate, percentile},
    rounds::order,
    servers::Server,
    tables::{head, row},
};

const PARTS: [f64; 3] = [0.5, 0.99, 0.999];
const CONNECTIONS: usize = 64;
const IDLE: [usize; 3] = [0, 1000, 10_000];

/// Rounds at a rate, in turns; microseconds, of each percentile the median over the rounds.
pub fn latencies(team: &[&Process], rate: f64, rounds: usize, time: Duration, notes: &mut Vec<String>) -> String {
    let (mut slices, mut can) = (vec![Vec::new(); team.len()], vec![true; team.len()]);
    for round in 0..rounds {
        eprintln!("{rate} requests/s, round {} of {rounds}", round + 1);
        for at in order(team.len(), round) {
            if !can[at] {
                continue;
            }
            match latency(team[at], rate, time) {
                Ok(percentiles) => slices[at].push(percentiles),
                // it is not asked again
                Err(error) => {
                    can[at] = false;
                    notes.push(format!("{}, {rate} requests/s: {error}", team[at].server.label));
                }
            }
        }
    }
    let what = format!("µs at {} requests/s", short(rate));
    let mut table = head(&[&what, "p50", "p99", "p99.9", "p99.9, least and most of the rounds"]);
    for (process, slices) in team.iter().zip(&slices).filter(|(_, slices)| !slices.is_empty()) {
        let of = |part: usize| -> Vec<f64> { slices.iter().map(|slice: &[f64; 3]| slice[part]).collect() };
        let mut cells: Vec<String> = (0..PARTS.len()).map(|part| short(median(&of(part)))).collect();
        let (least, most) =
            of(2).into_iter().fold((f64::MAX, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
        cells.push(format!("{}–{}", short(least), short(most)));
        row(&mut table, process.server.label, cells);
    }
    table
}

fn latency(process: &Process, rate: f64, time: Duration) -> Result<[f64; 3]> {
    let reply = Asking::of(process.address)?.check(PLAIN_HELLO)?;
    let request = PLAIN_HELLO.request();
    let took =
        Rate { address: process.address, connections: CONNECTIONS, rate, time, request: &request, reply }.run()?;
    Ok(PARTS.map(|part| percentile(&took, part)))
}

/// Each server is started anew, alone; `resident` says how many MiB it has with so many idle connections.
pub fn memory(
    servers: &[Server],
    resident: impl Fn(Server, &[usize]) -> Result<Vec<f64>>,
    notes: &mut Vec<String>,
) -> String {
    let mut table = head(&["MiB resident, with idle connections", "0", "1 000", "10 000", "KiB a connection"]);
    for &server in servers {
        eprintln!("{}, idle connections", server.name);
        match resident(server, &IDLE) {
            Ok(resident) => {
                let [first, .., last] = resident[..] else { continue };
                let each = (last - first) * 1024.0 / IDLE[2] as f64;
                let cells = resident.into_iter().map(|mib| format!("{mib:.1}")).chain([format!("{each:.1}")]);
                row(&mut table, server.label, cells);
            }
            Err(error) => notes.push(format!("{}, idle connections: {error}", server.label)),
        }
    }
    table
}
