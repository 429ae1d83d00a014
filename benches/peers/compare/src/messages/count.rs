//! Instructions that a server takes for a message, from socket to socket, on one thread: counted by callgrind, the difference of two runs,
//! so that starting up cancels out. They do not change with what else the machine does.

use std::{
    env,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

use super::{speech::Speech, talk::Talk};
use crate::{
    Result,
    place::Place,
    process::{free, told},
    servers::Server,
};

const CONNECTIONS: usize = 16;
const FEW: usize = 1600;
const MANY: usize = 8000;

/// Of `rep stosb`, which clears a large buffer in one instruction, callgrind counts each round: so libc is told to do without.
const NO_REP: &str = "glibc.cpu.x86_rep_stosb_threshold=1073741824:glibc.cpu.x86_rep_movsb_threshold=1073741824";

pub fn a_message(place: &Place, server: Server, speech: Speech) -> Result<f64> {
    let (few, many) = (run(place, server, speech, FEW)?, run(place, server, speech, MANY)?);
    Ok((many - few) / (MANY - FEW) as f64)
}

fn run(place: &Place, server: Server, speech: Speech, messages: usize) -> Result<f64> {
    let address = free()?;
    let keep = env::var("CALLGRIND_OUT").unwrap_or_else(|_| "/dev/null".to_owned());
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", &format!("--callgrind-out-file={keep}")]).arg(place.program(server.program));
    command.env("GLIBC_TUNABLES", NO_REP);
    let runtime = if server.runtime == "shared" { "one-thread" } else { server.runtime };
    let mut child = told(&mut command, Server { runtime, ..server }, 1, address)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("valgrind: {error}"))?;
    let asked = wait(address).and_then(|()| ask(address, speech, messages));
    // valgrind says what it has counted when the server ends
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status()?;
    let mut said = String::new();
    if let Some(stderr) = &mut child.stderr {
        stderr.read_to_string(&mut said)?;
    }
    child.wait()?;
    asked?;
    let counted = said.lines().find_map(|line| line.split_once("Collected : ")).map(|(_, count)| count.trim());
    Ok(counted.ok_or("valgrind has counted nothing")?.parse()?)
}

fn wait(address: SocketAddr) -> Result {
    for _ in 0..600 {
        if TcpStream::connect(address).is_ok() {
            return Ok(());
        }
        sleep(Duration::from_millis(100));
    }
    Err("it does not listen".into())
}

/// All connections say it, then all hear the replies, over and over.
fn ask(address: SocketAddr, speech: Speech, messages: usize) -> Result {
    let mut talks = Vec::new();
    for _ in 0..CONNECTIONS {
        talks.push(Talk::with(address, speech.protocol)?);
    }
    let said = speech.message().repeat(speech.at_once);
    let mut heard = vec![0; speech.reply().len() * speech.at_once];
    for _ in 0..messages / (CONNECTIONS * speech.at_once) {
        for talk in &mut talks {
            talk.stream.write_all(&said)?;
        }
        for talk in &mut talks {
            talk.stream.read_exact(&mut heard)?;
        }
    }
    Ok(())
}
