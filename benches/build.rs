//! Writes the tables of the routed requests, one for each side.

#[path = "src/routes/mod.rs"]
#[allow(dead_code, reason = "what is written here is only what requests are sent through")]
mod routes;

use std::{env, error::Error, fs, path::Path};

use routes::{Handlers, Side};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/routes");
    println!("cargo::rerun-if-changed=data/github-methods.txt");
    let out = env::var("OUT_DIR")?;
    for side in Side::RUN {
        let table = routes::table_rs(side, Handlers::Own, &routes::github());
        fs::write(Path::new(&out).join(format!("{side}.rs")), table)?;
    }
    Ok(())
}
