//! Build time and memory of generated applications with tables of different sizes.

use std::{fmt::Write as _, path::Path};

use crate::{
    Result,
    crates::{Case, Crates, Source},
    routes::{self, Handlers, Side},
};

/// An application of so many routes.
#[derive(Clone, Copy)]
struct Program {
    side: Side,
    handlers: Handlers,
    count: usize,
}

impl Source for Program {
    fn name(self) -> String {
        format!("{}-{}-{}", self.side, self.handlers, self.count)
    }

    fn dependencies(self, koa: &Path) -> String {
        let tokio = "tokio = { version = \"1\", features = [\"net\", \"rt\", \"time\"] }\n";
        match self.side {
            Side::Ours | Side::Named => format!("{tokio}koa-runtime = {{ path = {koa:?} }}\n"),
            Side::Axum => format!("{tokio}axum = \"0.8\"\n"),
            Side::Actix => {
                "actix-web = { version = \"4\", default-features = false, features = [\"unicode\"] }\n".to_owned()
            }
        }
    }

    fn main_rs(self, edition: usize) -> String {
        let mut source = routes::table_rs(self.side, self.handlers, &routes::table(self.count));
        let runs = match self.side {
            Side::Ours | Side::Named => RUNS_OURS,
            Side::Axum => RUNS_AXUM,
            Side::Actix => RUNS_ACTIX,
        };
        let _ = write!(source, "\n// {edition}\n{runs}");
        source
    }
}

const RUNS_OURS: &str = r#"fn main() -> Result {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(app().listen("127.0.0.1:3000"))
}
"#;

const RUNS_AXUM: &str = r#"fn main() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
        axum::serve(listener, app()).await
    })
}
"#;

const RUNS_ACTIX: &str = r#"fn main() -> std::io::Result<()> {
    actix_web::rt::System::new().block_on(async {
        let server = actix_web::HttpServer::new(|| actix_web::App::new().configure(app));
        server.workers(1).bind(("127.0.0.1", 3000))?.run().await
    })
}
"#;

/// Clean builds of each side with tables of these sizes.
pub fn tables(rounds: usize, sizes: &[usize], sides: &[Side]) -> Result {
    let mut cases = Vec::new();
    for handlers in [Handlers::Own, Handlers::Shared] {
        for &count in sizes {
            for &side in sides {
                let source = Program { side, handlers, count };
                cases.extend([false, true].map(|release| Case { source, release, edited: false }));
            }
        }
    }
    let mut crates = Crates::generate("route-build-time", cases.iter().map(|case| case.source).step_by(2))?;
    // what they depend on
    for &case in &cases[..2 * sides.len()] {
        crates.build(case)?;
    }
    let measured = crates.rounds(&cases, rounds)?;
    println!("| handlers | routes | | debug | release | rustc's memory, debug | release |");
    println!("|---|--:|---|--:|--:|--:|--:|");
    let axum = |number: usize| {
        let first = number / sides.len() * sides.len();
        let at = first + sides.iter().position(|side| *side == Side::Axum)?;
        Some(&measured[at * 2..at * 2 + 2])
    };
    for (number, row) in measured.chunks(2).enumerate() {
        let Program { side, handlers, count } = cases[number * 2].source;
        let mut times = String::new();
        for (this, release) in row.iter().zip([0, 1]) {
            let _ = write!(times, "{:.2} s (least {:.2}", this.median(), this.least());
            if let Some(axum) = axum(number).filter(|_| side != Side::Axum) {
                let _ = write!(times, ", {:.2} of axum", this.median() / axum[release].median());
            }
            times += ") | ";
        }
        println!("| {handlers} | {count} | {side} | {times}{:.0} MiB | {:.0} MiB |", row[0].memory(), row[1].memory());
    }
    println!("\nUser CPU seconds of a clean build of the application alone: the median of {rounds} rounds in turns.");
    Ok(())
}
