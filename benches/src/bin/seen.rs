//! The measured program: one request through a table of routes, with and without the layers that show it to the outside.
//!
//! `seen list` says which there are, with the allocations of a request; `seen LAYER REQUESTS` runs one.

use std::{
    alloc::System,
    env,
    hint::black_box,
    io,
    pin::{Pin, pin},
    process::ExitCode,
    task::{Context as Task, Poll, Waker},
};

use koa_runtime::{Metrics, Observation, http, observe, prelude::*, trace};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tower_service::Service as _;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Polled once, behind a pointer whose type is forgotten, as a connection is.
#[inline(never)]
fn now<T>(future: Pin<&mut dyn Future<Output = T>>) -> T {
    let Poll::Ready(done) = black_box(future).poll(&mut Task::from_waker(Waker::noop())) else {
        panic!("a layer waits")
    };
    done
}

#[middleware]
async fn show_user(#[param] id: u64) -> String {
    format!("user {id}")
}

routes! { fn users() { GET "/users/{id}" => show_user } }

/// Answers a request once.
type Run = Box<dyn Fn()>;

fn run(app: Application) -> Run {
    Box::new(move || {
        let request = http::Request::get("/users/7").header("User-Agent", "curl/8.5.0");
        let Ok(request) = request.body(Body::empty()) else { panic!("a request") };
        let Ok(reply) = now(pin!(app.callback().call(request)));
        assert_eq!(black_box(reply).status(), 200);
    })
}

fn to_nowhere() -> LogOutput {
    LogOutput::writer(io::sink())
}

fn all() -> Vec<(&'static str, Run)> {
    let log = |format| run(Application::new(pipeline![access_log(format).to(to_nowhere()), users()]));
    vec![
        ("nothing", run(Application::new(pipeline![users()]))),
        ("switched off", run(Application::new(pipeline![None::<access_log>, users()]))),
        ("observe, a closure that looks at the status", {
            let look = |seen: &Observation<'_>| {
                black_box(seen.status());
            };
            run(Application::new(pipeline![observe(look), users()]))
        }),
        ("observe, Metrics", run(Application::new(pipeline![observe(Metrics::new()), users()]))),
        ("access_log, Common", log(LogFormat::Common)),
        ("access_log, Combined", log(LogFormat::Combined)),
        ("access_log, JsonLines", log(LogFormat::JsonLines)),
        ("trace, nobody subscribes", run(Application::new(pipeline![trace, users()]))),
    ]
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *arguments {
        ["list"] => {
            for (layer, run) in all() {
                run();
                let region = Region::new(ALLOCATOR);
                run();
                println!("{layer}\t{}", region.change().allocations);
            }
        }
        [layer, requests] => {
            let run = all().into_iter().find(|(known, _)| *known == layer);
            let (Some((_, run)), Ok(requests)) = (run, requests.parse()) else { return ExitCode::FAILURE };
            for _ in 0..requests {
                run();
            }
        }
        _ => return ExitCode::FAILURE,
    }
    ExitCode::SUCCESS
}
