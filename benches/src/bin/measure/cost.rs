//! Instructions, allocations and bytes of a request, of our chains and of those written by hand.

use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crate::{Result, callgrind};

/// More instructions a layer than by hand, at most.
const PROMISED: f64 = 2.0;
/// Bytes of future a plain layer, at most.
const PROMISED_BYTES: usize = 48;

#[derive(Clone)]
struct Measured {
    kind: String,
    side: String,
    layers: usize,
    bytes: usize,
    allocations: u64,
    instructions: f64,
}

impl Measured {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split('\t');
        Some(Self {
            kind: words.next()?.to_owned(),
            side: words.next()?.to_owned(),
            layers: words.next()?.parse().ok()?,
            bytes: words.next()?.parse().ok()?,
            allocations: words.next()?.parse().ok()?,
            instructions: 0.0,
        })
    }

    /// Instructions of the whole program for this many requests.
    fn count(&self, onions: &str, requests: u32) -> Result<f64> {
        let (layers, requests) = (self.layers.to_string(), requests.to_string());
        callgrind::count(onions, &[&self.kind, &self.side, &layers, &requests])
    }
}

/// Measures every chain that the program knows. What it does before and after the requests cancels.
fn measure() -> Result<Vec<Measured>> {
    let onions = callgrind::program("onions")?;
    let list = Command::new(&onions).arg("list").stderr(Stdio::inherit()).output()?;
    let chains: Vec<_> = String::from_utf8(list.stdout)?.lines().filter_map(Measured::parse).collect();
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let work = || -> Result {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(chain) = chains.get(number) else { return Ok(()) };
            let instructions = (chain.count(&onions, 1100)? - chain.count(&onions, 100)?) / 1000.0;
            let measured = Measured { instructions, ..chain.clone() };
            done.lock().map_err(|error| error.to_string())?.insert(number, measured);
        }
    };
    // instructions are the same on a busy machine
    thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|_| Err("a worker panicked".into())))
    })?;
    Ok(done.into_inner().map_err(|error| error.to_string())?.into_values().collect())
}

struct All(Vec<Measured>);

impl All {
    fn kinds(&self) -> Vec<&str> {
        let mut kinds: Vec<&str> = self.0.iter().map(|chain| &*chain.kind).collect();
        kinds.dedup();
        kinds
    }

    fn lengths(&self) -> Vec<usize> {
        let mut lengths: Vec<usize> = self.0.iter().map(|chain| chain.layers).collect();
        lengths.sort_unstable();
        lengths.dedup();
        lengths
    }

    fn get(&self, kind: &str, side: &str, layers: usize) -> Result<&Measured> {
        let found = self.0.iter().find(|chain| chain.kind == kind && chain.side == side && chain.layers == layers);
        found.ok_or_else(|| format!("{kind}, {side}, {layers}: not measured").into())
    }

    /// Instructions a layer.
    fn slope(&self, kind: &str, side: &str, layers: usize) -> Result<f64> {
        let more = self.get(kind, side, layers)?.instructions - self.get(kind, side, 0)?.instructions;
        Ok(more / layers as f64)
    }

    fn bytes_a_layer(&self, kind: &str, side: &str, from: usize, to: usize) -> Result<f64> {
        let more = self.get(kind, side, to)?.bytes - self.get(kind, side, from)?.bytes;
        Ok(more as f64 / (to - from) as f64)
    }
}

pub fn tables() -> Result {
    let all = All(measure()?);
    println!(
        "| kind | layers | Ir by hand | Ir ours | Ir uncut | a layer: by hand | ours | uncut | uncut - hand | allocations: by hand | ours | uncut |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for kind in all.kinds() {
        for layers in all.lengths() {
            let [hand, ours, uncut] = ["hand", "ours", "ours, uncut"].map(|side| all.get(kind, side, layers));
            let (hand, ours, uncut) = (hand?, ours?, uncut?);
            let slopes = if layers == 0 {
                "| | |".to_owned()
            } else {
                let slope = |side| all.slope(kind, side, layers);
                let (hand, ours, uncut) = (slope("hand")?, slope("ours")?, slope("ours, uncut")?);
                format!("{hand:.1} | {ours:.1} | {uncut:.1} | **{:+.1}**", uncut - hand)
            };
            println!(
                "| {kind} | {layers} | {:.0} | {:.0} | {:.0} | {slopes} | {} | {} | {} |",
                hand.instructions,
                ours.instructions,
                uncut.instructions,
                hand.allocations,
                ours.allocations,
                uncut.allocations
            );
        }
    }
    let slope = all.slope("provider", "hand, 2 parameters", 50)?;
    println!("\nProviders by hand with only the first and the last value in reach: {slope:.1} a layer.");

    println!("\n| kind | bytes of future by hand, 50 layers | ours, uncut | a layer by hand | ours |");
    println!("|---|--:|--:|--:|--:|");
    for kind in all.kinds() {
        let [hand, ours] =
            ["hand", "ours, uncut"].map(|side| (all.get(kind, side, 50), all.bytes_a_layer(kind, side, 10, 50)));
        let (hand_bytes, our_bytes) = (hand.0?.bytes, ours.0?.bytes);
        println!("| {kind} | {hand_bytes} | {our_bytes} | {:.0} | **{:.0}** |", hand.1?, ours.1?);
    }
    Ok(())
}

/// Fails if layers cost more than promised. A box costs what it says, so the long chains are those without.
pub fn guard() -> Result {
    let all = All(measure()?);
    let mut broken = Vec::new();
    for kind in all.kinds() {
        for layers in all.lengths().into_iter().filter(|layers| *layers >= 10) {
            let (hand, ours) = (all.slope(kind, "hand", layers)?, all.slope(kind, "ours, uncut", layers)?);
            println!("{layers} layers ({kind}): {ours:.1} instructions each, {hand:.1} by hand");
            if ours > hand + PROMISED {
                broken.push(format!(
                    "of {layers} layers ({kind}) each costs {:.1} instructions more than by hand, not {PROMISED}",
                    ours - hand
                ));
            }
        }
        let (none, ten) = (all.get(kind, "ours", 0)?, all.get(kind, "ours", 10)?);
        if ten.allocations != none.allocations {
            broken.push(format!("ten layers ({kind}) allocate"));
        }
    }
    let bytes = (all.get("plain", "ours", 10)?.bytes - all.get("plain", "ours", 1)?.bytes).div_ceil(9);
    println!("plain: {bytes} bytes of future a layer");
    if bytes > PROMISED_BYTES {
        broken.push(format!("a plain layer is {bytes} bytes of future, not {PROMISED_BYTES}"));
    }
    if broken.is_empty() { Ok(()) } else { Err(broken.join("\n").into()) }
}
