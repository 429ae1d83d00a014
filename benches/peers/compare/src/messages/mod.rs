//! Echoes over WebSocket and Thrift: the tables of both, in order, as markdown.

mod count;
mod load;
mod servers;
mod speech;
mod talk;

use std::time::Duration;

use crate::{
    Result,
    machine::{WORKER, described, on_the_core_of_the_load, said},
    noise::Noise,
    numbers::short,
    place::Place,
    process::Process,
    report::{built, joined},
    rounds::{Run, start},
    servers::{Against, Server},
    steady, tables,
};
use load::Said;
use servers::{APACHE, THRIFT, THRIFT_LAYERS, TUNGSTENITE, VOLO, VOLO_LAYERS, WEBSOCKET};
use speech::{Protocol, Speech};

/// How often a second of each.
#[derive(Clone, Copy)]
pub struct Lengths {
    rounds: usize,
}

impl Lengths {
    pub const LONG: Self = Self { rounds: 11 };
    pub const SHORT: Self = Self { rounds: 2 };
}

/// Servers that are held against one another.
struct Table {
    title: &'static str,
    protocol: Protocol,
    against: Against,
    servers: Vec<Server>,
}

/// All that there are.
pub fn all() -> Vec<Server> {
    [&WEBSOCKET[..], &THRIFT, &THRIFT_LAYERS].concat()
}

/// Those that others are held against.
pub const KEPT: [&str; 6] =
    [TUNGSTENITE.base, TUNGSTENITE.control, VOLO.base, VOLO.control, VOLO_LAYERS.base, VOLO_LAYERS.control];

pub fn of(place: &Place, servers: &[Server], lengths: Lengths, builds: bool) -> Result<String> {
    let mut notes = Vec::new();
    let built = if builds { built(place, servers, &mut notes) } else { servers.to_vec() };
    let tables = tables(&built);
    on_the_core_of_the_load()?;
    let noise = Noise::begin()?;
    let mut parts = vec![roll(place, servers)?];
    for table in &tables {
        parts.push(rounds(place, table, lengths, &mut notes));
    }
    parts.push("#### Idle connections, one worker\n\nEach has said one message of 64 bytes.".to_owned());
    for table in &tables[..2] {
        parts.push(memory(place, table, &mut notes));
    }
    parts.push("#### Instructions a message\n\nIn user space, on one thread, sixteen connections.".to_owned());
    for table in &tables {
        parts.push(counts(place, table, &mut notes));
    }
    notes.dedup();
    let (machine, valgrind) = (described()?, said("valgrind", "--version")?);
    let others = noise.of_others()?;
    parts.insert(0, format!("{machine}, {valgrind}. Others kept {others:.2} cores busy meanwhile."));
    Ok(joined(parts, &notes))
}

/// The instructions alone, which need no quiet machine.
pub fn counts_of(place: &Place, servers: &[Server]) -> Result<String> {
    let mut notes = Vec::new();
    let parts = tables(servers).iter().map(|table| counts(place, table, &mut notes)).collect();
    Ok(joined(parts, &notes))
}

fn tables(servers: &[Server]) -> [Table; 3] {
    let among = |all: &[Server]| -> Vec<Server> {
        servers.iter().copied().filter(|server| all.iter().any(|other| other.name == server.name)).collect()
    };
    let [websocket, thrift, layers] = [among(&WEBSOCKET), among(&THRIFT), among(&THRIFT_LAYERS)];
    [
        Table { title: "WebSocket", protocol: Protocol::WebSocket, against: TUNGSTENITE, servers: websocket },
        Table { title: "Thrift, no layer", protocol: Protocol::Thrift, against: VOLO, servers: thrift },
        Table { title: "Thrift, ten layers", protocol: Protocol::Thrift, against: VOLO_LAYERS, servers: layers },
    ]
}

/// How fast they are, and what they take.
fn rounds(place: &Place, table: &Table, lengths: Lengths, notes: &mut Vec<String>) -> String {
    let Table { title, protocol, against, ref servers } = *table;
    let processes = start(servers, |server| Process::start(place, server, 1, WORKER), notes);
    let team: Vec<&Process> = processes.iter().collect();
    let said = Speech::of(protocol).map(|speech| Said { speech, time: Duration::from_secs(1) });
    let columns = Run { rounds: lengths.rounds, notes }.columns(&team, &said);
    let (rates, cpus) = (tables::rates(servers, &columns, against), tables::cpus(servers, &columns, against));
    let mut text = format!("#### {title}, one worker\n\n{rates}\n{cpus}");
    let paired: Vec<Server> = servers.iter().copied().filter(|server| is_paired(*server)).collect();
    for (name, rounds) in &columns[..2] {
        text += &format!("\n{name}, pair by pair:\n\n{}", tables::pairs(&paired, rounds, against));
    }
    text
}

/// All others' and one of ours.
fn is_paired(server: Server) -> bool {
    !server.is_ours() || ["ws", "thrift", "thrift-layers"].contains(&server.name)
}

/// What idle connections hold.
fn memory(place: &Place, table: &Table, notes: &mut Vec<String>) -> String {
    let [speech, ..] = Speech::of(table.protocol);
    let once: Vec<Server> =
        table.servers.iter().copied().filter(|server| server.name != table.against.control).collect();
    let resident = |server: Server, counts: &[usize]| {
        // a connection has a thread
        let shape = if server.name == APACHE.name { "crowd" } else { server.shape };
        talk::resident(&Process::start(place, Server { shape, ..server }, 1, WORKER)?, speech, counts)
    };
    format!("{}:\n\n{}", table.title.split(',').next().unwrap_or_default(), steady::memory(&once, resident, notes))
}

fn counts(place: &Place, table: &Table, notes: &mut Vec<String>) -> String {
    let Table { title, protocol, against, ref servers } = *table;
    let [small, at_once, large, _] = Speech::of(protocol);
    let asked = [small, at_once, large];
    let labels = asked.map(Speech::label);
    let mut text = tables::head(&[title, &labels[0], &labels[1], &labels[2]]);
    let mut base = None;
    for &server in servers.iter().filter(|server| server.name != against.control && server.runtime != "per-core") {
        eprintln!("{}, instructions", server.name);
        let counted: Result<Vec<f64>> = asked.iter().map(|&speech| count::a_message(place, server, speech)).collect();
        match counted {
            Ok(counted) => {
                let base: &Vec<f64> = base.get_or_insert_with(|| counted.clone());
                let cell = |(count, base): (&f64, &f64)| format!("{} ({:.2})", short(*count), count / base);
                tables::row(&mut text, server.label, counted.iter().zip(base).map(cell));
            }
            Err(error) => notes.push(format!("{}, instructions: {error}", server.label)),
        }
    }
    text
}

/// Who takes part, in which version, and how it is set.
fn roll(place: &Place, servers: &[Server]) -> Result<String> {
    let mut table = "| server | version | what is set | ten layers |\n|---|---|---|---|\n".to_owned();
    let controls = [TUNGSTENITE.control, VOLO.control];
    // with layers they are the same
    let once = servers.iter().filter(|server| !controls.contains(&server.name));
    for server in once.filter(|server| THRIFT_LAYERS.iter().all(|other| other.name != server.name)) {
        let version = format!("{} {}", server.package, place.version(server)?);
        tables::row(&mut table, server.label, [version, server.set.to_owned(), server.layers.to_owned()]);
    }
    Ok(table)
}
