//! Makes Rust of the IDL, with Apache's compiler: `apt-get install thrift-compiler`.

use std::{env, error::Error, fs, path::Path, process::Command};

fn main() -> Result<(), Box<dyn Error>> {
    let idl = "../echo.thrift";
    println!("cargo::rerun-if-changed={idl}");
    let out = env::var("OUT_DIR")?;
    let made = Command::new("thrift").args(["--gen", "rs", "-out", &out, idl]).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("cargo::error=`thrift` is needed: apt-get install thrift-compiler");
        return Ok(());
    }
    // it is included into a module, which cannot begin with what is said of a whole file
    let path = Path::new(&out).join("echo.rs");
    let made = fs::read_to_string(&path)?;
    let lines: Vec<&str> = made.lines().filter(|line| !line.starts_with("#![")).collect();
    Ok(fs::write(path, lines.join("\n"))?)
}
