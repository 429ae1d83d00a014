//! Makes Rust of the IDL of the tests, and programs of what the guide shows.

use std::{env, fs, path::Path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    koa_thrift_build::compile("idl/shop.thrift")?;
    koa_thrift_build::compile("idl/kinds.thrift")?;
    koa_thrift_build::compile("idl/api.v1.thrift")?;

    let (guide, out) = ("../../docs/thrift.md", env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={guide}");
    let text = fs::read_to_string(guide)?;
    // every second piece is between fences, and begins with its language
    let blocks: Vec<_> = text.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n')).collect();
    let [("thrift", idl), (_, _build), ("rust,ignore", server), ("rust,ignore", client)] = blocks[..] else {
        return Err("the guide has other blocks than the tests know".into());
    };
    let out = Path::new(&out);
    fs::write(out.join("calculator.thrift"), idl)?;
    // not `compile`, which would have this run again each time, for what it has written itself
    fs::write(out.join("calculator.rs"), koa_thrift_build::generate(out.join("calculator.thrift"))?)?;
    let server =
        server.strip_prefix("// main.rs, with koa-runtime and koa-thrift among the dependencies\n").unwrap_or(server);
    fs::write(out.join("guide_server.rs"), server)?;
    let client = format!("async fn client() -> Result {{\n{client}\nOk(())\n}}\n");
    fs::write(out.join("guide_client.rs"), client)?;
    Ok(())
}
