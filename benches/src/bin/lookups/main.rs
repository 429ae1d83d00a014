//! The measured program: one router, one set of paths, so many passes over them.
//!
//! `lookups list` says which there are, with the allocations of a lookup; `lookups ROUTER SET PASSES` runs one.

mod paths;
mod routers;
mod tables;

use std::{alloc::System, env, process::ExitCode};

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use self::{paths::SETS, routers::ROUTERS};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *arguments {
        ["list"] => {
            tables::check();
            for set in SETS {
                for (name, run) in ROUTERS {
                    let paths = paths::of(set);
                    let found = run(set, &paths, 1);
                    let expected = if set.ends_with("misses") { 0 } else { paths.len() };
                    // path-tree captures what others do not
                    assert!(found == expected || *name == "path-tree", "{name}, {set}: {found}");
                    // what building takes cancels
                    let allocations = |passes| {
                        let region = Region::new(ALLOCATOR);
                        run(set, &paths, passes);
                        region.change().allocations
                    };
                    let allocated = (allocations(11) - allocations(1)) as f64 / 10.0 / paths.len() as f64;
                    println!("{name}\t{set}\t{}\t{allocated:.2}", paths.len());
                }
            }
        }
        [name, set, passes] => {
            let found = ROUTERS.iter().find(|(router, _)| *router == name);
            let (Some((_, run)), Ok(passes)) = (found, passes.parse()) else {
                eprintln!("no router {name}, or {passes} is no number");
                return ExitCode::FAILURE;
            };
            let paths = paths::of(set);
            let started = std::time::Instant::now();
            let found = run(set, &paths, passes);
            let time = started.elapsed().as_nanos() as f64 / paths.len() as f64 / passes.max(1) as f64;
            println!("{found}\t{time:.1}");
        }
        _ => {
            eprintln!("lookups list | lookups ROUTER SET PASSES");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
