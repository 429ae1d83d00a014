//! Runs the measurements and prints their tables: `measure cost`, `measure lookups`, `measure build [ROUNDS]`, or
//! `measure guard`, which fails where a promise is broken.

mod build;
mod cost;
mod generate;
mod lookups;

use std::{env, process::ExitCode};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match *arguments {
        ["cost"] => cost::tables(),
        ["lookups"] => lookups::tables(),
        ["build"] => build::tables(3),
        ["build", rounds] => rounds.parse().map_err(Into::into).and_then(build::tables),
        ["guard"] => cost::guard().and_then(|()| build::guard()).and_then(|()| lookups::guard()),
        _ => Err("measure cost | lookups | build [ROUNDS] | guard".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
