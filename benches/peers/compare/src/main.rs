//! Servers side by side, from socket to socket: builds them, lets them run all at once, asks them in turns, and writes the tables into
//! `benches/README.md`. Those of HTTP, or with `--messages` those of WebSocket and Thrift.

mod ask;
mod cases;
mod idle;
mod machine;
mod messages;
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
use servers::{HYPER, SERVERS, Server};

const USAGE: &str = "compare [--messages] [--as-built] [--short] [--latency | --pairs | --counts] [--only NAME,…]
  --messages    echoes over WebSocket and Thrift, in place of HTTP; has to come first
  --as-built    build nothing: the programs are there
  --short       two rounds of everything, to see that it works
  --latency     the latency of HTTP at fixed rates alone, as built
  --pairs       the pairs of HTTP alone, as built
  --counts      the instructions of messages alone, as built
  --only NAMES  these, and what all are held against
With one of the last five, the tables are printed and not written into benches/README.md.";

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

/// What is asked for.
struct Asked {
    servers: Vec<Server>,
    builds: bool,
    is_short: bool,
    /// One part alone.
    part: Option<&'static str>,
    is_whole: bool,
}

fn run(arguments: &[String]) -> Result {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let place = place::Place::here()?;
    let (name, asked, report) = match *arguments {
        ["--messages", ref rest @ ..] => {
            let asked = Asked::of(rest, messages::all(), &messages::KEPT, &["--counts"])?;
            let lengths = if asked.is_short { messages::Lengths::SHORT } else { messages::Lengths::LONG };
            let report = match asked.part {
                Some(_) => messages::counts_of(&place, &asked.servers)?,
                None => messages::of(&place, &asked.servers, lengths, asked.builds)?,
            };
            ("messages", asked, report)
        }
        _ => {
            let kept = [HYPER.base, HYPER.control];
            let asked = Asked::of(&arguments, SERVERS.to_vec(), &kept, &["--latency", "--pairs"])?;
            let lengths = if asked.is_short { Lengths::SHORT } else { Lengths::LONG };
            let report = match asked.part {
                Some("--pairs") => report::part(&place, &asked.servers, lengths, report::pairs)?,
                Some(_) => report::part(&place, &asked.servers, lengths, report::latency)?,
                None => report::of(&place, &asked.servers, lengths, asked.builds)?,
            };
            ("peers", asked, report)
        }
    };
    if asked.is_whole {
        return page::write(&place.readme(), name, &report);
    }
    println!("{report}");
    Ok(())
}

impl Asked {
    /// Out of all servers, of which some are `kept` whatever is asked for; one of `parts` asks for that alone.
    fn of(arguments: &[&str], servers: Vec<Server>, kept: &[&str], parts: &[&'static str]) -> Result<Self> {
        let mut asked = Self { servers, builds: true, is_short: false, part: None, is_whole: true };
        let mut rest = arguments.iter().copied();
        while let Some(argument) = rest.next() {
            match argument {
                "--as-built" => asked.builds = false,
                "--short" => (asked.is_short, asked.is_whole) = (true, false),
                "--only" => {
                    asked.servers = only(&asked.servers, rest.next().ok_or(USAGE)?, kept)?;
                    asked.is_whole = false;
                }
                _ => {
                    let part = parts.iter().copied().find(|part| *part == argument);
                    (asked.part, asked.is_whole) = (Some(part.ok_or(USAGE)?), false);
                }
            }
        }
        Ok(asked)
    }
}

fn only(servers: &[Server], names: &str, kept: &[&str]) -> Result<Vec<Server>> {
    let names: Vec<&str> = names.split(',').collect();
    if let Some(unknown) = names.iter().find(|name| !servers.iter().any(|server| server.name == **name)) {
        let known: Vec<&str> = servers.iter().map(|server| server.name).collect();
        return Err(format!("no {unknown}, but {}", known.join(", ")).into());
    }
    let is_asked = |server: &&Server| kept.contains(&server.name) || names.contains(&server.name);
    Ok(servers.iter().filter(is_asked).copied().collect())
}
