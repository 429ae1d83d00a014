//! Servers that are all alive, and get a slice of load each in turn, so that what the machine does meanwhile hits all alike.

use crate::{
    Result,
    ask::Asking,
    cases::Case,
    numbers::median,
    process::Process,
    servers::{BASE, Kind},
    wrk::{Slice, slice},
};

/// What one case came to: for each server, in the order of the team, a slice a round, or none where it failed.
pub struct Rounds {
    names: Vec<&'static str>,
    slices: Vec<Vec<Option<Slice>>>,
}

/// What a run is told, and what it has to say besides.
pub struct Run<'a> {
    pub rounds: usize,
    /// Seconds of a slice.
    pub slice: u32,
    /// The cores of the load.
    pub cores: &'a str,
    pub notes: &'a mut Vec<String>,
}

impl Run<'_> {
    pub fn rounds(&mut self, team: &[&Process], case: Case) -> Rounds {
        let can: Vec<bool> = team.iter().map(|process| self.can(process, case)).collect();
        let mut slices = vec![Vec::new(); team.len()];
        for round in 0..self.rounds {
            eprintln!("{}, round {} of {}", case.label(), round + 1, self.rounds);
            for at in order(team.len(), round) {
                let slice = can[at].then(|| slice(team[at], case, self.slice, self.cores));
                slices[at].push(match slice {
                    Some(Err(error)) => self.note(team[at], case, &*error),
                    Some(Ok(slice)) => Some(slice),
                    None => None,
                });
            }
        }
        Rounds { names: team.iter().map(|process| process.server.name).collect(), slices }
    }

    /// Whether it answers right. What is compiled while it runs has been asked for a while before it is measured.
    fn can(&mut self, process: &Process, case: Case) -> bool {
        let mut checked = Asking::of(process.address).and_then(|mut asking| asking.check(case)).map(drop);
        if checked.is_ok() && process.server.kind == Kind::Node {
            checked = slice(process, case, 2, self.cores).map(drop);
        }
        checked.map_or_else(|error| self.note::<()>(process, case, &*error).is_some(), |()| true)
    }

    fn note<T>(&mut self, process: &Process, case: Case, why: &dyn std::error::Error) -> Option<T> {
        self.notes.push(format!("{}, {}: {why}", process.server.label, case.label()));
        None
    }
}

/// The order of a round: another one begins each time, and every other round goes back, so that nobody always comes after the same one.
pub fn order(servers: usize, round: usize) -> impl Iterator<Item = usize> {
    (0..servers).map(move |turn| {
        let at = (turn + round * 5) % servers;
        if round.is_multiple_of(2) { at } else { servers - 1 - at }
    })
}

impl Rounds {
    fn of(&self, name: &str) -> &[Option<Slice>] {
        self.names.iter().position(|other| *other == name).map_or(&[], |at| &self.slices[at])
    }

    /// The median of something, over the rounds in which it did not fail.
    pub fn median(&self, name: &str, what: fn(&Slice) -> f64) -> Option<f64> {
        let values: Vec<f64> = self.of(name).iter().flatten().map(what).collect();
        (!values.is_empty()).then(|| median(&values))
    }

    /// What one has of what another has in the same round, for each round in which neither failed.
    pub fn ratios(&self, name: &str, to: &str, what: fn(&Slice) -> f64) -> Vec<f64> {
        let pairs = self.of(name).iter().zip(self.of(to));
        pairs.filter_map(|(one, other)| Some(what(one.as_ref()?) / what(other.as_ref()?))).collect()
    }

    pub fn to_base(&self, name: &str, what: fn(&Slice) -> f64) -> Vec<f64> {
        self.ratios(name, BASE, what)
    }
}

/// All that can be started; of the others it is said why not.
pub fn start(
    servers: &[crate::servers::Server],
    start: impl Fn(crate::servers::Server) -> Result<Process>,
    notes: &mut Vec<String>,
) -> Vec<Process> {
    let mut team = Vec::new();
    for &server in servers {
        match start(server) {
            Ok(process) => team.push(process),
            Err(error) => notes.push(format!("{}: {error}", server.label)),
        }
    }
    team
}
