//! Build time and memory of generated crates with pipelines of different lengths.

use std::path::Path;

use crate::{
    Result,
    crates::{self, Crates, Source},
    generate::{self, Mix},
};

/// How much longer the crate of 50 mixed layers may build than that of 25.
const THAN_HALF: f64 = 3.0;
/// How much longer the crate of 50 plain layers may build than the same by hand on hyper.
const THAN_BY_HAND: f64 = 3.0;

/// A pipeline of so many layers.
#[derive(Clone, Copy)]
struct Program {
    mix: Mix,
    layers: usize,
}

type Case = crates::Case<Program>;

impl Source for Program {
    fn name(self) -> String {
        generate::name(self.mix, self.layers)
    }

    fn dependencies(self, koa: &Path) -> String {
        format!("{}koa-runtime = {{ path = {koa:?} }}\n", self.mix.dependencies())
    }

    fn main_rs(self, edition: usize) -> String {
        generate::main_rs(self.mix, self.layers, edition)
    }
}

fn programs(mixes: &[Mix], lengths: &[usize]) -> impl Iterator<Item = Program> {
    mixes.iter().flat_map(|&mix| lengths.iter().map(move |&layers| Program { mix, layers }))
}

pub fn tables(rounds: usize) -> Result {
    let (mixes, lengths) = ([Mix::Hand, Mix::Plain, Mix::Mixed], [1, 10, 25, 50, 100]);
    let mut crates = Crates::generate("build-time", programs(&mixes, &lengths))?;
    let mut cases = Vec::new();
    for source in programs(&mixes, &lengths) {
        for release in [false, true] {
            // clean first: so there is something to edit
            cases.extend([false, true].map(|edited| Case { source, release, edited }));
        }
    }
    // what they depend on, of those by hand and of ours
    for case in [cases[0], cases[2], cases[lengths.len() * 4], cases[lengths.len() * 4 + 2]] {
        crates.build(case)?;
    }
    let measured = crates.rounds(&cases, rounds)?;
    println!(
        "| pipeline | layers | debug, clean | after an edit | release, clean | after an edit | rustc's memory, debug | release |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    for (number, row) in measured.chunks(4).enumerate() {
        let one = &measured[number / lengths.len() * lengths.len() * 4..][..4];
        let times = row
            .iter()
            .zip(one)
            .map(|(this, one)| format!("{:.2} s ({:.2}) | ", this.median(), this.median() / one.median()));
        let Program { mix, layers } = cases[number * 4].source;
        let times: String = times.collect();
        let (debug, release) = (row[0].memory(), row[2].memory());
        println!("| {} | {layers} | {times}{debug:.0} MiB | {release:.0} MiB |", mix.name());
    }
    println!("\nUser CPU seconds, median of {rounds} rounds in turns; in brackets, times what one layer takes.");
    Ok(())
}

/// Fails if 50 layers do not build, take much longer than 25, or than 50 fns written by hand.
pub fn guard() -> Result {
    let cases = [(Mix::Hand, 50), (Mix::Plain, 50), (Mix::Mixed, 25), (Mix::Mixed, 50)];
    let cases = cases.map(|(mix, layers)| Case { source: Program { mix, layers }, release: false, edited: false });
    let mut crates = Crates::generate("build-time", programs(&[Mix::Hand, Mix::Plain, Mix::Mixed], &[25, 50]))?;
    crates.build(cases[0])?;
    crates.build(cases[1])?;
    let measured = crates.rounds(&cases, 3)?;
    for (case, built) in cases.iter().zip(&measured) {
        let Program { mix, layers } = case.source;
        let (seconds, memory) = (built.median(), built.memory());
        println!("{layers} {}: {seconds:.2} s of CPU to build, {memory:.0} MiB", mix.name());
    }
    let [hand, plain, shorter, longer] = [0, 1, 2, 3].map(|number| measured[number].median());
    for (what, ratio, promised) in [
        ("50 plain layers take so many times as long to build as by hand", plain / hand, THAN_BY_HAND),
        ("50 mixed layers take so many times as long to build as 25", longer / shorter, THAN_HALF),
    ] {
        if ratio > promised {
            return Err(format!("{what}: {ratio:.1}, not {promised}").into());
        }
    }
    Ok(())
}
