//! A slice of load that never waits: `wrk`, which each server gets in turn.

use std::{net::SocketAddr, process::Command};

use crate::{
    Result,
    ask::Asking,
    cases::Case,
    process::Process,
    rounds::{Ask, Slice},
    servers::Kind,
};

/// What it is told.
#[derive(Clone, Copy)]
pub struct Wrk {
    pub case: Case,
    /// Seconds of a slice.
    pub seconds: u32,
    /// Its cores.
    pub cores: &'static str,
}

impl Ask for Wrk {
    fn label(&self) -> String {
        self.case.label()
    }

    fn check(&self, process: &Process) -> Result {
        Asking::of(process.address)?.check(self.case)?;
        if process.server.kind == Kind::Node {
            // what is compiled while it runs has been asked for a while before it is measured
            Wrk { seconds: 2, ..*self }.slice(process)?;
        }
        Ok(())
    }

    fn slice(&self, process: &Process) -> Result<Slice> {
        let before = process.cpu()?;
        let (requests, seconds) = wrk(process.address, self.case, self.seconds, self.cores)?;
        let spent = process.cpu()? - before;
        Ok(Slice { rate: requests / seconds, cpu: spent * 1e6 / requests })
    }
}

/// Requests that were answered, and the seconds it took.
fn wrk(address: SocketAddr, case: Case, seconds: u32, cores: &str) -> Result<(f64, f64)> {
    let mut command = Command::new("taskset");
    command.args(["-c", cores, "wrk", "-t1", &format!("-c{}", case.connections), &format!("-d{seconds}s")]);
    if let Some(script) = case.script() {
        command.args(["-s", script]);
    }
    let output = command.arg(format!("http://{address}{}", case.path)).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    for line in said.lines().map(str::trim) {
        if line.starts_with("Socket errors") || line.starts_with("Non-2xx") {
            return Err(line.to_owned().into());
        }
        if let Some((requests, rest)) = line.split_once(" requests in ") {
            let took = rest.split(',').next().unwrap_or_default();
            let requests: f64 = requests.parse()?;
            return if requests > 0.0 {
                Ok((requests, duration(took)?))
            } else {
                Err("no request was answered".into())
            };
        }
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("wrk failed: {}", errors.lines().next().unwrap_or_default()).into())
}

fn duration(text: &str) -> Result<f64> {
    for (unit, seconds) in [("ms", 1e-3), ("us", 1e-6), ("s", 1.0), ("m", 60.0)] {
        if let Some(Ok(number)) = text.strip_suffix(unit).map(str::parse::<f64>) {
            return Ok(number * seconds);
        }
    }
    Err(format!("not a duration: {text}").into())
}
