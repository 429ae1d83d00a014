//! Build time and memory of generated crates with pipelines of different lengths.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use wait4::{ResourceUsage, Wait4 as _};

use crate::{
    Result,
    generate::{self, Mix},
};

/// How much longer the crate of 50 mixed layers may build than that of 25.
const THAN_HALF: f64 = 3.0;
/// How much longer the crate of 50 plain layers may build than the same by hand on hyper.
const THAN_BY_HAND: f64 = 3.0;

#[derive(Clone, Copy)]
struct Case {
    mix: Mix,
    layers: usize,
    release: bool,
    /// Rebuilt after an edit; else, nothing of the crate itself is there yet.
    edited: bool,
}

/// The generated crates, as one workspace, so that they share what they depend on.
struct Crates {
    root: PathBuf,
    edition: usize,
}

impl Crates {
    fn generate(mixes: &[Mix], lengths: &[usize]) -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| here.join("target"), PathBuf::from);
        let root = target.join("build-time");
        fs::create_dir_all(&root)?;
        let mut members = Vec::new();
        let made = Self { root, edition: 0 };
        for &mix in mixes {
            for &layers in lengths {
                let name = generate::name(mix, layers);
                fs::create_dir_all(made.root.join(&name).join("src"))?;
                let runtime = here.join("../koa-runtime");
                fs::write(
                    made.root.join(&name).join("Cargo.toml"),
                    format!(
                        "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[dependencies]\n{}koa-runtime = {{ path = {runtime:?} }}\n",
                        mix.dependencies()
                    ),
                )?;
                made.write(mix, layers)?;
                members.push(name);
            }
        }
        fs::write(made.root.join("Cargo.toml"), format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"))?;
        fs::copy(here.join("Cargo.lock"), made.root.join("Cargo.lock"))?;
        Ok(made)
    }

    fn write(&self, mix: Mix, layers: usize) -> Result {
        let path = self.root.join(generate::name(mix, layers)).join("src/main.rs");
        Ok(fs::write(path, generate::main_rs(mix, layers, self.edition))?)
    }

    fn cargo(&self, arguments: &[&str], case: Case) -> Result<ResourceUsage> {
        let name = generate::name(case.mix, case.layers);
        let mut command = Command::new("cargo");
        command.args(arguments).args(["--quiet", "--offline", "-p", &name]).current_dir(&self.root);
        command.env("CARGO_TARGET_DIR", self.root.join("target")).stdin(Stdio::null());
        if case.release {
            command.arg("--release");
        }
        let used = command.spawn()?.wait4()?;
        if !used.status.success() {
            return Err(format!("cargo {} of {name} failed", arguments.join(" ")).into());
        }
        Ok(used.rusage)
    }

    /// Builds once; CPU seconds of cargo, rustc and the linker, and the most memory that one of them had.
    fn build(&mut self, case: Case) -> Result<(f64, f64)> {
        if case.edited {
            self.edition += 1;
            self.write(case.mix, case.layers)?;
        } else {
            self.cargo(&["clean"], case)?;
        }
        let used = self.cargo(&["build"], case)?;
        Ok((used.utime.as_secs_f64(), used.maxrss as f64 / f64::from(1 << 20)))
    }

    /// Builds all in turns, so that what else the machine does falls on all; the medians.
    fn rounds(&mut self, cases: &[Case], rounds: usize) -> Result<Vec<(f64, f64)>> {
        let mut all: Vec<Vec<(f64, f64)>> = vec![Vec::new(); cases.len()];
        for _ in 0..rounds {
            for (case, measured) in cases.iter().zip(&mut all) {
                measured.push(self.build(*case)?);
            }
        }
        let medians = all.into_iter().map(|measured| {
            let (seconds, memory): (Vec<_>, Vec<_>) = measured.into_iter().unzip();
            (median(seconds), median(memory))
        });
        Ok(medians.collect())
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

pub fn tables(rounds: usize) -> Result {
    let (mixes, lengths) = ([Mix::Hand, Mix::Plain, Mix::Mixed], [1, 10, 25, 50, 100]);
    let mut crates = Crates::generate(&mixes, &lengths)?;
    let mut cases = Vec::new();
    for mix in mixes {
        for layers in lengths {
            for release in [false, true] {
                // clean first: so there is something to edit
                cases.extend([false, true].map(|edited| Case { mix, layers, release, edited }));
            }
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
        let times = row.iter().zip(one).map(|(this, one)| format!("{:.2} s ({:.2}) | ", this.0, this.0 / one.0));
        let case = cases[number * 4];
        let times: String = times.collect();
        println!("| {} | {} | {times}{:.0} MiB | {:.0} MiB |", case.mix.name(), case.layers, row[0].1, row[2].1);
    }
    println!("\nUser CPU seconds, median of {rounds} rounds in turns; in brackets, times what one layer takes.");
    Ok(())
}

/// Fails if 50 layers do not build, take much longer than 25, or than 50 fns written by hand.
pub fn guard() -> Result {
    let cases = [(Mix::Hand, 50), (Mix::Plain, 50), (Mix::Mixed, 25), (Mix::Mixed, 50)];
    let cases = cases.map(|(mix, layers)| Case { mix, layers, release: false, edited: false });
    let mut crates = Crates::generate(&[Mix::Hand, Mix::Plain, Mix::Mixed], &[25, 50])?;
    crates.build(cases[0])?;
    crates.build(cases[1])?;
    let measured = crates.rounds(&cases, 3)?;
    for (case, (seconds, memory)) in cases.iter().zip(&measured) {
        println!("{} {}: {seconds:.2} s of CPU to build, {memory:.0} MiB", case.layers, case.mix.name());
    }
    let [hand, plain, shorter, longer] = [0, 1, 2, 3].map(|number| measured[number].0);
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
