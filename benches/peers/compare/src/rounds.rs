//! Servers that are all alive, and get a slice of load each in turn, so that what the machine does meanwhile hits all alike.

use crate::{Result, numbers::median, process::Process, servers::Server};

/// What a slice came to.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    /// Requests, or messages, a second.
    pub rate: f64,
    /// Microseconds of the server's CPU for each.
    pub cpu: f64,
}

/// What servers are asked, in one column of a table.
pub trait Ask {
    /// As it is called in the tables.
    fn label(&self) -> String;

    /// Whether the server answers right.
    fn check(&self, process: &Process) -> Result;

    fn slice(&self, process: &Process) -> Result<Slice>;
}

/// What one case came to: for each server, in the order of the team, a slice a round, or none where it failed.
pub struct Rounds {
    names: Vec<&'static str>,
    slices: Vec<Vec<Option<Slice>>>,
}

/// What a run is told, and what it has to say besides.
pub struct Run<'a> {
    pub rounds: usize,
    pub notes: &'a mut Vec<String>,
}

impl Run<'_> {
    pub fn rounds(&mut self, team: &[&Process], asked: &impl Ask) -> Rounds {
        let can: Vec<bool> = team.iter().map(|process| self.can(process, asked)).collect();
        let mut slices = vec![Vec::new(); team.len()];
        for round in 0..self.rounds {
            eprintln!("{}, round {} of {}", asked.label(), round + 1, self.rounds);
            for at in order(team.len(), round) {
                let slice = can[at].then(|| asked.slice(team[at]));
                slices[at].push(match slice {
                    Some(Err(error)) => self.note(team[at], asked, &*error),
                    Some(Ok(slice)) => Some(slice),
                    None => None,
                });
            }
        }
        Rounds { names: team.iter().map(|process| process.server.name).collect(), slices }
    }

    /// A column for each.
    pub fn columns(&mut self, team: &[&Process], asked: &[impl Ask]) -> Vec<(String, Rounds)> {
        asked.iter().map(|asked| (asked.label(), self.rounds(team, asked))).collect()
    }

    fn can(&mut self, process: &Process, asked: &impl Ask) -> bool {
        asked.check(process).map_or_else(|error| self.note::<()>(process, asked, &*error).is_some(), |()| true)
    }

    fn note<T>(&mut self, process: &Process, asked: &impl Ask, why: &dyn std::error::Error) -> Option<T> {
        self.notes.push(format!("{}, {}: {why}", process.server.label, asked.label()));
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
}

/// All that can be started; of the others it is said why not.
pub fn start(servers: &[Server], start: impl Fn(Server) -> Result<Process>, notes: &mut Vec<String>) -> Vec<Process> {
    let mut team = Vec::new();
    for &server in servers {
        match start(server) {
            Ok(process) => team.push(process),
            Err(error) => notes.push(format!("{}: {error}", server.label)),
        }
    }
    team
}
