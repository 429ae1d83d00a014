//! Where everything lies, and how it is built.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Result,
    servers::{Kind, Server},
};

pub struct Place {
    /// `benches/peers`
    peers: PathBuf,
    /// Where cargo puts the programs; this one is among them.
    programs: PathBuf,
}

impl Place {
    pub fn here() -> Result<Self> {
        let peers = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no directory above")?.to_owned();
        let programs = env::current_exe()?.parent().ok_or("no directory above")?.to_owned();
        Ok(Self { peers, programs })
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(format!("peer-{name}"))
    }

    pub fn script(&self, name: &str) -> PathBuf {
        self.peers.join("node").join(format!("{name}.js"))
    }

    pub fn readme(&self) -> PathBuf {
        self.peers.with_file_name("README.md")
    }

    /// Each alone, so that one that does not build takes no other with it, and none gets another's features.
    pub fn build(&self, server: &Server) -> Result {
        let package = format!("peer-{}", server.program);
        let said = match server.kind {
            Kind::Rust => Command::new("cargo")
                .args(["build", "--release", "--locked", "--quiet", "-p", &package])
                .current_dir(&self.peers)
                .output()?,
            Kind::Node if self.peers.join("node/node_modules").is_dir() => return Ok(()),
            Kind::Node => Command::new("npm")
                .args(["ci", "--no-audit", "--no-fund"])
                .current_dir(self.peers.join("node"))
                .output()?,
        };
        if said.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&said.stderr);
        let why = said.lines().find(|line| line.starts_with("error")).or_else(|| said.lines().last());
        Err(why.unwrap_or("it says nothing").into())
    }

    pub fn version(&self, server: &Server) -> Result<String> {
        match server.kind {
            Kind::Rust => {
                let lock = fs::read_to_string(self.peers.join("Cargo.lock"))?;
                // where there are several, the program says which
                let program = between(&lock, &format!("name = \"peer-{}\"", server.program), "\n\n");
                let said = program.and_then(|program| between(&program, &format!("\"{} ", server.package), "\""));
                said.or_else(|| between(&lock, &format!("name = \"{}\"\nversion = \"", server.package), "\""))
            }
            Kind::Node => {
                let lock = fs::read_to_string(self.peers.join("node/package-lock.json"))?;
                between(&lock, &format!("\"node_modules/{}\": {{\n      \"version\": \"", server.package), "\"")
            }
        }
        .ok_or_else(|| format!("no version of {} in the lock file", server.package).into())
    }
}

/// What stands between the first of these and the next of those.
fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    rest.split(after).next().map(str::to_owned)
}
