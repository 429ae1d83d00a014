//! Servers side by side, from socket to socket: builds them, lets them run all at once, asks them in turns, and writes the tables into
//! `benches/README.md`.

mod ask;
mod cases;
mod idle;
mod noise;
mod numbers;
mod page;
mod place;
mod process;
mod rate;
mod report;
mod rounds;
mod servers;
mod steady;
mod tables;
mod wrk;

use std::{env, process::ExitCode};

use report::Lengths;
use servers::{BASE, CONTROL, SERVERS, Server};

const USAGE: &str = "compare [--as-built] [--short] [--latency] [--only NAME,…]
  --as-built    build nothing: the programs are there
  --short       two rounds of everything, to see that it works
  --latency     the latency at fixed rates alone, as built
  --only NAMES  these and raw hyper, which all are held against
With one of the last three, the tables are printed and not written into benches/README.md.";

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result {
    let (mut lengths, mut servers, mut builds, mut is_whole) = (Lengths::LONG, SERVERS.to_vec(), true, true);
    let mut is_latency = false;
    let mut rest = arguments.iter().map(String::as_str);
    while let Some(argument) = rest.next() {
        match argument {
            "--as-built" => builds = false,
            "--short" => (lengths, is_whole) = (Lengths::SHORT, false),
            "--latency" => (is_latency, is_whole) = (true, false),
            "--only" => (servers, is_whole) = (only(rest.next().ok_or(USAGE)?)?, false),
            _ => return Err(USAGE.into()),
        }
    }
    let place = place::Place::here()?;
    let report = match is_latency {
        true => report::latency_of(&place, &servers, lengths)?,
        false => report::of(&place, &servers, lengths, builds)?,
    };
    if is_whole {
        return page::write(&place.readme(), &report);
    }
    println!("{report}");
    Ok(())
}

fn only(names: &str) -> Result<Vec<Server>> {
    let names: Vec<&str> = names.split(',').collect();
    if let Some(unknown) = names.iter().find(|name| !SERVERS.iter().any(|server| server.name == **name)) {
        let known: Vec<&str> = SERVERS.iter().map(|server| server.name).collect();
        return Err(format!("no {unknown}, but {}", known.join(", ")).into());
    }
    let is_asked = |server: &Server| [BASE, CONTROL].contains(&server.name) || names.contains(&server.name);
    Ok(SERVERS.into_iter().filter(is_asked).collect())
}
