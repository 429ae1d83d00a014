//! Every target, with as many inputs by chance as there is time for: `FUZZ_SECONDS` each, 2 if it is not set.
//!
//! `FUZZ_SEED` makes other inputs; it is printed. An input that breaks something is printed too.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use fuzz::Target;
use fuzz::random::Random;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn try_input(target: &Target, input: &[u8]) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (target.run)(input))) {
        eprintln!("{} fails on b\"{}\"", target.name, input.escape_ascii());
        resume_unwind(panic);
    }
}

#[track_caller]
fn bounded(name: &str) {
    let target = fuzz::target(name).expect("a target");
    let (seconds, seed) = (number("FUZZ_SECONDS", 2), number("FUZZ_SEED", 1));
    for input in target.seeds {
        try_input(target, input);
    }
    let mut random = Random::new(seed);
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut count = 0_u64;
    while Instant::now() < end {
        for _ in 0..64 {
            try_input(target, &random.input(target));
        }
        count += 64;
    }
    println!("{name}: {count} inputs in {seconds} s, seed {seed}");
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(#[test] fn $name() { bounded(stringify!($name)); })*

        #[test]
        fn every_target_is_here() {
            let names: Vec<_> = fuzz::TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(names, [$(stringify!($name)),*]);
        }
    };
}

targets! { host forwarded accept type_is cookies conditional query attachment redirect headers routes thrift websocket }
