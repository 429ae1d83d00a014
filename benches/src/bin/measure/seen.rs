//! What it costs to be seen: instructions and allocations of a request with each of the layers for it.

use std::process::{Command, Stdio};

use crate::{Result, callgrind};

pub fn tables() -> Result {
    let program = callgrind::program("seen")?;
    let list = Command::new(&program).arg("list").stderr(Stdio::inherit()).output()?;
    if !list.status.success() {
        return Err("seen list failed".into());
    }
    println!("| outermost layer | Ir a request | more than without | allocations |\n|---|--:|--:|--:|");
    let mut without = None;
    for line in String::from_utf8(list.stdout)?.lines() {
        let (layer, allocations) = line.split_once('\t').ok_or("seen list says something else")?;
        let [few, many] = ["100", "1100"].map(|requests| callgrind::count(&program, &[layer, requests]));
        let instructions = (many? - few?) / 1000.0;
        let more = instructions - *without.get_or_insert(instructions);
        println!("| {layer} | {instructions:.0} | {more:.0} | {allocations} |");
    }
    Ok(())
}
