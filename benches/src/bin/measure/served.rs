//! What a request costs a whole server, from socket to socket: instructions, counted by callgrind.

use std::{
    env,
    io::{Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

use crate::{Result, callgrind::program};

pub const SIDES: [&str; 2] = ["raw", "ours"];
const PORT: u16 = 18_437;
const CONNECTIONS: usize = 16;
pub const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0.0.1:18437\r\n\r\n";

pub fn tables() -> Result {
    println!("| server, ten layers and a route | Ir a request | 16 at once |");
    println!("|---|--:|--:|");
    for side in SIDES {
        println!("| {side} | {:.0} | {:.0} |", a_request(side, 1)?, a_request(side, 16)?);
    }
    Ok(())
}

/// The difference of two runs, so that starting up cancels out.
fn a_request(side: &str, at_once: usize) -> Result<f64> {
    let (few, many) = (1600, 8000);
    Ok((run(side, at_once, many)? - run(side, at_once, few)?) / (many - few) as f64)
}

fn run(side: &str, at_once: usize, requests: usize) -> Result<f64> {
    let path = program("served")?;
    let keep = env::var("CALLGRIND_OUT").unwrap_or_else(|_| "/dev/null".to_owned());
    let mut server = Command::new("valgrind")
        .args(["--tool=callgrind", &format!("--callgrind-out-file={keep}"), &path, side, &PORT.to_string()])
        .stderr(Stdio::piped())
        .spawn()?;
    let asked = ask(at_once, requests);
    // the server is asked to end; valgrind says what it has counted
    Command::new("kill").args(["-TERM", &server.id().to_string()]).status()?;
    asked?;
    collected(&mut server)
}

fn ask(at_once: usize, requests: usize) -> Result {
    let mut streams = Vec::new();
    for _ in 0..CONNECTIONS {
        streams.push(connect(PORT)?);
    }
    let (asked, mut answer) = (REQUEST.repeat(at_once), Vec::new());
    streams[0].write_all(REQUEST)?;
    let length = read_one(&mut streams[0])?;
    for _ in 0..requests / (CONNECTIONS * at_once) {
        for stream in &mut streams {
            stream.write_all(&asked)?;
        }
        for stream in &mut streams {
            answer.resize(length * at_once, 0);
            stream.read_exact(&mut answer)?;
        }
    }
    Ok(())
}

/// As soon as the server listens.
pub fn connect(port: u16) -> Result<TcpStream> {
    for _ in 0..600 {
        if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(Duration::from_secs(30)))?;
            return Ok(stream);
        }
        sleep(Duration::from_millis(100));
    }
    Err("the server does not listen".into())
}

/// The length of a whole answer, which all have.
pub fn read_one(stream: &mut TcpStream) -> Result<usize> {
    let mut answer = vec![0; 4096];
    let read = stream.read(&mut answer)?;
    if answer[..read].starts_with(b"HTTP/1.1 200") && answer[..read].ends_with(b"Hello, World!") {
        return Ok(read);
    }
    Err(format!("not the answer that was asked for: {}", String::from_utf8_lossy(&answer[..read])).into())
}

fn collected(server: &mut Child) -> Result<f64> {
    let mut said = String::new();
    if let Some(stderr) = &mut server.stderr {
        stderr.read_to_string(&mut said)?;
    }
    server.wait()?;
    let count = said.lines().find_map(|line| line.split_once("Collected : ")).map(|(_, count)| count.trim());
    Ok(count.ok_or_else(|| format!("valgrind failed:\n{said}"))?.parse()?)
}
