//! What it is measured on, and who has which core.

use std::{fs, process::Command};

use crate::Result;

/// One worker has a core, and the load another; with two, load and workers share both.
pub const WORKER: &str = "0";
pub const LOAD: &str = "1";
pub const ALL: &str = "0,1";

/// This process is the load where no other is.
pub fn on_the_core_of_the_load() -> Result {
    let moved = Command::new("taskset").args(["-cp", LOAD, &std::process::id().to_string()]).output()?;
    if moved.status.success() { Ok(()) } else { Err("two cores are needed: taskset failed".into()) }
}

/// The day, the machine and the compiler.
pub fn described() -> Result<String> {
    let cpus = fs::read_to_string("/proc/cpuinfo")?;
    let cpu = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cpu = cpu.trim_start_matches([' ', '\t', ':']);
    let cores = cpus.lines().filter(|line| line.starts_with("processor")).count();
    let (day, kernel, rustc) = (said("date", "+%F")?, said("uname", "-sr")?, said("rustc", "-V")?);
    Ok(format!("Taken on {day}: {cores} × {cpu}, {kernel}, {rustc}"))
}

/// The first line of what a program says.
pub fn said(program: &str, argument: &str) -> Result<String> {
    let output = Command::new(program).arg(argument).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
