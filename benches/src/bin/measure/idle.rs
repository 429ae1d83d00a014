//! What a connection that waits for a request takes of a server's memory.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command},
};

use crate::{
    Result,
    callgrind::program,
    served::{REQUEST, SIDES, connect, read_one},
};

const PORT: u16 = 18_438;
const SIZES: [usize; 2] = [1_000, 10_000];

/// `ulimit -n` is to allow more than the most connections, here and in the server.
pub fn tables() -> Result {
    println!("| server | connections | KiB in all | bytes a connection |");
    println!("|---|--:|--:|--:|");
    for connections in SIZES {
        for side in SIDES {
            let (before, after) = grown(side, connections)?;
            let each = (after - before) as f64 * 1024.0 / connections as f64;
            println!("| {side} | {connections} | {after} | {each:.0} |");
        }
    }
    Ok(())
}

/// The memory of a server before there are that many connections, and with them.
fn grown(side: &str, connections: usize) -> Result<(u64, u64)> {
    let mut server = Command::new(program("served")?).args([side, &PORT.to_string()]).spawn()?;
    let grown = grow(&server, connections);
    server.kill()?;
    server.wait()?;
    grown
}

fn grow(server: &Child, connections: usize) -> Result<(u64, u64)> {
    let mut first = connect(PORT)?;
    first.write_all(REQUEST)?;
    let mut answer = vec![0; read_one(&mut first)?];
    let before = resident(server)?;
    let mut waiting: Vec<TcpStream> = Vec::new();
    for _ in 0..connections {
        let mut stream = connect(PORT)?;
        stream.write_all(REQUEST)?;
        stream.read_exact(&mut answer)?;
        waiting.push(stream);
    }
    let after = resident(server)?;
    drop(waiting);
    Ok((before, after))
}

/// In KiB.
fn resident(server: &Child) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()).ok_or("no VmRSS")?;
    Ok(number.parse()?)
}
