//! The measured program: requests through a table of routes, in this process, by our router, axum's and actix's.
//!
//! `routed list` says which cases there are, with the allocations of a request; `routed run CASE SIDE REQUESTS` runs one;
//! `routed time REQUESTS ROUNDS` takes the time of all, in turns.

// with the routes as one expression
#![recursion_limit = "256"]

mod actix;
mod axum;
mod ours;
#[path = "../../routes/mod.rs"]
#[allow(dead_code, reason = "the build script writes the tables")]
mod routes;

use std::{
    alloc::System,
    env,
    hint::black_box,
    pin::Pin,
    process::ExitCode,
    task::{Context as Task, Poll, Waker},
    time::{Duration, Instant},
};

use routes::{Side, Type};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// A request's method and path.
type Asked = (String, String);

/// Makes a request of those that are asked, by number, has it answered, reads the body and drops it all. Says the status.
type Run = Box<dyn FnMut(usize) -> u16>;

/// Polled once, behind a pointer whose type is forgotten, as a connection is.
#[inline(never)]
fn now<T>(future: Pin<&mut dyn Future<Output = T>>) -> T {
    let Poll::Ready(done) = black_box(future).poll(&mut Task::from_waker(Waker::noop())) else {
        panic!("a handler waits")
    };
    done
}

struct Case {
    name: &'static str,
    asked: Vec<Asked>,
    status: u16,
    /// With a handler and no table.
    is_alone: bool,
}

impl Case {
    fn run(&self, side: Side) -> Run {
        match side {
            Side::Ours | Side::Named => ours::run(self.is_alone, &self.asked),
            Side::Axum => axum::run(self.is_alone, &self.asked),
            Side::Actix => actix::run(self.is_alone, &self.asked),
        }
    }
}

fn cases() -> Vec<Case> {
    let one = |name, request: &str, status| {
        let (method, path) = request.split_once(' ').unwrap_or(("GET", request));
        Case { name, asked: vec![(method.to_owned(), path.to_owned())], status, is_alone: false }
    };
    let mut cases = vec![
        Case { is_alone: true, ..one("no router", "/user/repos", 200) },
        one("no captures", "/user/repos", 200),
        one("a number", "/teams/1234/repos", 200),
        one("two texts", "/repos/rust-lang/cargo/stargazers", 200),
        one("two texts, a number", "/repos/rust-lang/cargo/issues/1234", 200),
        one("four texts", "/legacy/issues/search/rust-lang/cargo/open/onion", 200),
        one("404", "/repos/rust-lang/cargo/pulls/12/none", 404),
        one("404 at once", "/favicon.ico", 404),
        one("405", "DELETE /user/repos", 405),
    ];
    let all = routes::github().into_iter().map(|route| {
        let mut path = route.untyped();
        for (name, ty) in &route.captures {
            let text = if *ty == Type::Number { "1234" } else { "rust-lang" };
            path = path.replace(&format!("{{{name}}}"), text);
        }
        (route.method, path)
    });
    cases.push(Case { name: "each route in turn", asked: all.collect(), status: 200, is_alone: false });
    cases
}

/// Makes sure that all sides answer alike, and says what they allocate.
fn list(cases: &[Case]) {
    for case in cases {
        for side in Side::RUN {
            let mut run = case.run(side);
            for (number, asked) in case.asked.iter().enumerate() {
                assert_eq!(run(number), case.status, "{} by {side}: {asked:?}", case.name);
            }
            let region = Region::new(ALLOCATOR);
            for number in 0..case.asked.len() {
                run(number);
            }
            let (made, requests) = (region.change(), case.asked.len() as f64);
            let (allocations, bytes) = (made.allocations as f64 / requests, made.bytes_allocated as f64 / requests);
            println!("{}\t{side}\t{allocations:.1}\t{bytes:.0}", case.name);
        }
    }
}

/// The best round of each.
fn time(cases: &[Case], requests: usize, rounds: usize) {
    for case in cases {
        let mut sides = Side::RUN.map(|side| (side, case.run(side), Duration::MAX));
        for _ in 0..rounds {
            for (_, run, best) in &mut sides {
                let start = Instant::now();
                for number in 0..requests {
                    black_box(run(number));
                }
                *best = start.elapsed().min(*best);
            }
        }
        for (side, _, best) in sides {
            println!("{}\t{side}\t{:.0}", case.name, best.as_nanos() as f64 / requests as f64);
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let cases = cases();
    match *arguments {
        ["list"] => list(&cases),
        ["time", requests, rounds] => {
            let (Ok(requests), Ok(rounds)) = (requests.parse(), rounds.parse()) else { return ExitCode::FAILURE };
            time(&cases, requests, rounds);
        }
        ["run", case, side, requests] => {
            let case = cases.iter().find(|known| known.name == case);
            let side = Side::RUN.into_iter().find(|known| known.to_string() == side);
            let (Some(case), Some(side), Ok(requests)) = (case, side, requests.parse()) else {
                return ExitCode::FAILURE;
            };
            let mut run = case.run(side);
            for number in 0..requests {
                black_box(run(number));
            }
        }
        _ => return ExitCode::FAILURE,
    }
    ExitCode::SUCCESS
}
