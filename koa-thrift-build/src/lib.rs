//! Makes Rust of Thrift's IDL.
//!
//! One line of `build.rs` does it, with this crate among the `build-dependencies`:
//!
//! ```no_run
//! fn main() -> koa_thrift_build::Result {
//!     koa_thrift_build::compile("idl/calculator.thrift")
//! }
//! ```
//!
//! and one of the crate has what was made, in a module of the name you choose:
//!
//! ```ignore
//! mod calculator {
//!     koa_thrift::idl!("calculator");
//! }
//! ```
//!
//! See `docs/thrift.md` for what becomes of what.

mod emit;
mod idl;
mod lexer;
mod names;
mod parser;
mod program;

use std::{
    env, fmt, fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use program::Program;

/// What a build script's `main` returns.
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

/// What is wrong with an IDL, and where.
pub struct Error {
    path: PathBuf,
    mistake: Mistake,
}

/// What is wrong, in which line: 0 for none in particular.
#[derive(Debug)]
pub(crate) struct Mistake {
    line: usize,
    what: String,
}

impl Mistake {
    /// In this line, if nobody has said in which.
    pub(crate) fn or_at(mut self, line: usize) -> Self {
        if self.line == 0 {
            self.line = line;
        }
        self
    }
}

impl Error {
    fn new(path: &Path, mistake: Mistake) -> Self {
        Self { path: path.to_owned(), mistake }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mistake { line, what } = &self.mistake;
        match line {
            0 => write!(f, "{}: {what}", self.path.display()),
            line => write!(f, "{}:{line}: {what}", self.path.display()),
        }
    }
}

// what `main` prints of the error it returns
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

/// Makes Rust of a file and all that it includes, for `koa_thrift::idl!` with the name of the file. From `build.rs`, which is run again
/// when one of the files has changed. The path is seen from the directory of `Cargo.toml`.
///
/// # Errors
///
/// A file is not there, or something in it makes no sense: the line is said. Another file of the same name was made something of.
pub fn compile(path: impl AsRef<Path>) -> Result {
    let path = path.as_ref();
    let program = Program::load(path)?;
    for source in &program.sources {
        println!("cargo::rerun-if-changed={}", source.path.display());
    }
    let fault = |what: String| Error::new(path, Mistake { line: 0, what });
    let directory =
        env::var_os("OUT_DIR").ok_or_else(|| fault("`OUT_DIR` is not set: is this build.rs?".to_owned()))?;
    // `api.v1.thrift` is `api.v1.rs`: what is behind the last dot is not all that there may be
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(".rs");
    let to = Path::new(&directory).join(name);
    if let Some(other) = taken(&to, path) {
        return Err(fault(format!("{} has this name too, and what is made of it", other.display())));
    }
    fs::write(&to, emit::program(&program)?).map_err(|error| fault(format!("{}: {error}", to.display())))
}

/// The Rust that [`compile`] writes.
///
/// # Errors
///
/// Those of [`compile`].
pub fn generate(path: impl AsRef<Path>) -> Result<String> {
    emit::program(&Program::load(path.as_ref())?)
}

/// Another file that this build script has made the same of: `v1/api.thrift` and `v2/api.thrift` would both be `api.rs`.
fn taken(to: &Path, from: &Path) -> Option<PathBuf> {
    static MADE: Mutex<Vec<(PathBuf, PathBuf)>> = Mutex::new(Vec::new());

    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let other = made.iter().find(|(there, of)| there == to && of != from).map(|(_, of)| of.clone());
    made.push((to.to_owned(), from.to_owned()));
    other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_files_of_one_name_are_not_made_one() {
        let [one, other] = ["v1/api.thrift", "v2/api.thrift"].map(Path::new);
        assert_eq!(taken(Path::new("out/api.rs"), one), None);
        assert_eq!(taken(Path::new("out/api.rs"), one), None); // the same once more
        assert_eq!(taken(Path::new("out/user.rs"), other), None);
        assert_eq!(taken(Path::new("out/api.rs"), other).as_deref(), Some(one));
    }
}
