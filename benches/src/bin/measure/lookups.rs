//! Instructions, nanoseconds and allocations of finding a route, of our router and of others.

use std::{
    env,
    process::{Command, Stdio},
};

use crate::Result;

/// The fastest of the others takes at least so many times our instructions.
const PROMISED: f64 = 2.0;

/// Rounds of the nanoseconds, in turns; the best one counts.
const ROUNDS: usize = 7;

const OURS: &str = "ours";
const HASH_MAP: &str = "a hash map of the literal paths";

struct Measured {
    router: String,
    set: String,
    paths: f64,
    allocations: String,
    instructions: f64,
    nanoseconds: f64,
}

impl Measured {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split('\t');
        Some(Self {
            router: words.next()?.to_owned(),
            set: words.next()?.to_owned(),
            paths: words.next()?.parse().ok()?,
            allocations: words.next()?.to_owned(),
            instructions: 0.0,
            nanoseconds: f64::INFINITY,
        })
    }

    /// Instructions of the whole program for so many passes.
    fn count(&self, lookups: &str, passes: u32) -> Result<f64> {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", lookups, &self.router, &self.set])
            .arg(passes.to_string())
            .output()
            .map_err(|error| format!("valgrind: {error}"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        let collected = said.lines().find_map(|line| line.split_once("Collected : "));
        let (true, Some((_, count))) = (output.status.success(), collected) else {
            return Err(format!("valgrind failed:\n{said}").into());
        };
        Ok(count.trim().parse()?)
    }

    fn time(&self, lookups: &str) -> Result<f64> {
        let output = Command::new(lookups).args([&*self.router, &self.set, "1000"]).output()?;
        let said = String::from_utf8(output.stdout)?;
        let (_, time) = said.trim().split_once('\t').ok_or("no time")?;
        Ok(time.parse()?)
    }
}

fn lookups() -> Result<String> {
    let path = env::current_exe()?.with_file_name("lookups");
    Ok(path.into_os_string().into_string().map_err(|path| format!("{path:?} is not UTF-8"))?)
}

fn measure(counts: impl Fn(&str) -> bool, rounds: usize) -> Result<Vec<Measured>> {
    let lookups = lookups()?;
    let list = Command::new(&lookups).arg("list").stderr(Stdio::inherit()).output()?;
    if !list.status.success() {
        return Err("`lookups list` failed".into());
    }
    let all = String::from_utf8(list.stdout)?;
    let mut all: Vec<Measured> =
        all.lines().filter_map(Measured::parse).filter(|measured| counts(&measured.router)).collect();
    for measured in &mut all {
        // what the program does beside that cancels
        let passes = measured.count(&lookups, 101)? - measured.count(&lookups, 1)?;
        measured.instructions = passes / 100.0 / measured.paths;
    }
    for _ in 0..rounds {
        for measured in &mut all {
            measured.nanoseconds = measured.nanoseconds.min(measured.time(&lookups)?);
        }
    }
    Ok(all)
}

/// Prints a table for each set.
pub fn tables() -> Result {
    let all = measure(|_| true, ROUNDS)?;
    let mut set = "";
    for measured in &all {
        if measured.set != set {
            set = &measured.set;
            println!("\n{set}, {} paths:\n", measured.paths);
            println!("| router | Ir a lookup | x ours | ns | allocations |");
            println!("|---|--:|--:|--:|--:|");
        }
        let ours = instructions(&all, OURS, set)?;
        let Measured { router, allocations, instructions, nanoseconds, .. } = measured;
        println!("| {router} | {instructions:.0} | {:.2} | {nanoseconds:.1} | {allocations} |", instructions / ours);
    }
    promise(&all)
}

fn instructions(all: &[Measured], router: &str, set: &str) -> Result<f64> {
    let found = all.iter().find(|measured| measured.router == router && measured.set == set);
    Ok(found.ok_or_else(|| format!("{router}, {set}: not measured"))?.instructions)
}

/// Fails where a promise is broken. Only the fastest of the others is measured.
pub fn guard() -> Result {
    promise(&measure(|router| matches!(router, OURS | HASH_MAP | "matchit"), 0)?)
}

fn promise(all: &[Measured]) -> Result {
    for ours in all.iter().filter(|measured| measured.router == OURS) {
        let others = all.iter().filter(|other| other.set == ours.set && other.router != OURS);
        for other in others {
            // a map of literal paths is no router, and is the mark to pass on the routes that it is for
            let promised = match &*other.router {
                HASH_MAP if ours.set == "github" => 1.0,
                HASH_MAP => continue,
                _ => PROMISED,
            };
            if other.instructions < promised * ours.instructions {
                let Measured { router, set, instructions, .. } = other;
                let sentence = format!(
                    "{set}: {:.0} instructions a lookup, and {router} takes {instructions:.0}: promised is {promised} times ours",
                    ours.instructions
                );
                return Err(sentence.into());
            }
        }
    }
    Ok(())
}
