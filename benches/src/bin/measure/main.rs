//! Runs the measurements and prints their tables, or, as `measure guard`, fails where a promise is broken.

mod build;
mod callgrind;
mod cost;
mod crates;
mod generate;
mod idle;
mod lookups;
mod route_build;
mod routed;
#[path = "../../routes/mod.rs"]
mod routes;
mod seen;
mod served;

use std::{env, process::ExitCode};

use routes::Side;

const USAGE: &str = "measure cost | lookups | routed | seen | served | idle | build [ROUNDS] | route-build ROUNDS SIDE,… ROUTES… | guard";

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match *arguments {
        ["cost"] => cost::tables(),
        ["lookups"] => lookups::tables(),
        ["build"] => build::tables(3),
        ["build", rounds] => rounds.parse().map_err(Into::into).and_then(build::tables),
        ["routed"] => routed::tables(),
        ["seen"] => seen::tables(),
        ["served"] => served::tables(),
        ["idle"] => idle::tables(),
        ["route-build", rounds, sides, ref sizes @ ..] => route_build(rounds, sides, sizes),
        ["guard"] => cost::guard().and_then(|()| build::guard()).and_then(|()| lookups::guard()),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn route_build(rounds: &str, sides: &str, sizes: &[&str]) -> Result {
    let is_asked = |side: &Side| sides.split(',').any(|name| name == side.to_string());
    let sides: Vec<Side> = Side::BUILT.into_iter().filter(is_asked).collect();
    let sizes = sizes.iter().map(|size| size.parse()).collect::<std::result::Result<Vec<usize>, _>>()?;
    route_build::tables(rounds.parse()?, &sizes, &sides)
}
