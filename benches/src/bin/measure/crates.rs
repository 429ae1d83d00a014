//! Generated crates, and what building them takes.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use wait4::{ResourceUsage, Wait4 as _};

use crate::Result;

/// What a crate is generated from.
pub trait Source: Copy {
    /// Its name, which no other has.
    fn name(self) -> String;
    /// Lines of its `Cargo.toml`. `koa` is the directory of `koa-runtime`.
    fn dependencies(self, koa: &Path) -> String;
    /// Its `main.rs`. `edition` is what changes when it is edited.
    fn main_rs(self, edition: usize) -> String;
}

#[derive(Clone, Copy)]
pub struct Case<S> {
    pub source: S,
    pub release: bool,
    /// Rebuilt after an edit; else, nothing of the crate itself is there yet.
    pub edited: bool,
}

/// What the builds of a case took.
pub struct Built {
    /// CPU seconds of cargo, rustc and the linker, the least first.
    seconds: Vec<f64>,
    /// The most memory that one of them had, in MiB.
    memory: Vec<f64>,
}

impl Built {
    fn of(measured: Vec<(f64, f64)>) -> Self {
        let (mut seconds, mut memory): (Vec<_>, Vec<_>) = measured.into_iter().unzip();
        seconds.sort_by(f64::total_cmp);
        memory.sort_by(f64::total_cmp);
        Self { seconds, memory }
    }

    pub fn least(&self) -> f64 {
        self.seconds[0]
    }

    pub fn median(&self) -> f64 {
        self.seconds[self.seconds.len() / 2]
    }

    pub fn memory(&self) -> f64 {
        self.memory[self.memory.len() / 2]
    }
}

/// The generated crates, as one workspace, so that they share what they depend on.
pub struct Crates {
    root: PathBuf,
    edition: usize,
}

impl Crates {
    /// In a directory of this name.
    pub fn generate<S: Source>(directory: &str, sources: impl IntoIterator<Item = S>) -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| here.join("target"), PathBuf::from);
        let root = target.join(directory);
        fs::create_dir_all(&root)?;
        let mut members = Vec::new();
        let made = Self { root, edition: 0 };
        for source in sources {
            let name = source.name();
            fs::create_dir_all(made.root.join(&name).join("src"))?;
            fs::write(
                made.root.join(&name).join("Cargo.toml"),
                format!(
                    "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[dependencies]\n{}",
                    source.dependencies(&here.join("../koa-runtime"))
                ),
            )?;
            made.write(source)?;
            members.push(name);
        }
        fs::write(made.root.join("Cargo.toml"), format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"))?;
        fs::copy(here.join("Cargo.lock"), made.root.join("Cargo.lock"))?;
        Ok(made)
    }

    fn write(&self, source: impl Source) -> Result {
        let path = self.root.join(source.name()).join("src/main.rs");
        Ok(fs::write(path, source.main_rs(self.edition))?)
    }

    fn cargo(&self, arguments: &[&str], case: Case<impl Source>) -> Result<ResourceUsage> {
        let name = case.source.name();
        let mut command = Command::new("cargo");
        command.args(arguments).args(["--quiet", "--offline", "-p", &name]).current_dir(&self.root);
        command.env("CARGO_TARGET_DIR", self.root.join("target")).stdin(Stdio::null());
        // as at a desk: incremental in the `dev` profile, which a CI switches off
        command.env_remove("CARGO_INCREMENTAL");
        if case.release {
            command.arg("--release");
        }
        let used = command.spawn()?.wait4()?;
        if !used.status.success() {
            return Err(format!("cargo {} of {name} failed", arguments.join(" ")).into());
        }
        Ok(used.rusage)
    }

    /// Builds once; CPU seconds and MiB.
    pub fn build(&mut self, case: Case<impl Source>) -> Result<(f64, f64)> {
        if case.edited {
            self.edition += 1;
            self.write(case.source)?;
        } else {
            self.cargo(&["clean"], case)?;
        }
        let used = self.cargo(&["build"], case)?;
        Ok((used.utime.as_secs_f64(), used.maxrss as f64 / f64::from(1 << 20)))
    }

    /// Builds all in turns, so that what else the machine does falls on all.
    pub fn rounds<S: Source>(&mut self, cases: &[Case<S>], rounds: usize) -> Result<Vec<Built>> {
        let mut all: Vec<Vec<(f64, f64)>> = vec![Vec::new(); cases.len()];
        for _ in 0..rounds {
            for (case, measured) in cases.iter().zip(&mut all) {
                measured.push(self.build(*case)?);
            }
        }
        Ok(all.into_iter().map(Built::of).collect())
    }
}
