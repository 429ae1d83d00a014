//! Instructions of a program, counted by callgrind.

use std::{env, process::Command};

use crate::Result;

/// Where the measured program of this name is.
pub fn program(name: &str) -> Result<String> {
    let path = env::current_exe()?.with_file_name(name);
    Ok(path.into_os_string().into_string().map_err(|path| format!("{path:?} is not UTF-8"))?)
}

/// Instructions of a whole run.
pub fn count(program: &str, arguments: &[&str]) -> Result<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", program])
        .args(arguments)
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    let (true, Some((_, count))) = (output.status.success(), collected) else {
        return Err(format!("valgrind failed:\n{said}").into());
    };
    Ok(count.trim().parse()?)
}
