//! A server that runs, and what the system says of it.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

use crate::{
    Result,
    place::Place,
    servers::{Kind, Server},
};

pub struct Process {
    pub server: Server,
    pub address: SocketAddr,
    child: Child,
}

/// What servers are told from outside.
pub fn told(command: &mut Command, server: Server, workers: usize, address: SocketAddr) -> &mut Command {
    command
        .env("PORT", address.port().to_string())
        .env("WORKERS", workers.to_string())
        .env("RUNTIME", server.runtime)
        .env("SHAPE", server.shape)
        .env("NODE_ENV", "production")
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
}

/// Where nobody listens.
pub fn free() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

impl Process {
    /// `cores` as taskset has them.
    pub fn start(place: &Place, server: Server, workers: usize, cores: &str) -> Result<Self> {
        let address = free()?;
        let mut command = Command::new("taskset");
        command.args(["-c", cores]);
        match server.kind {
            Kind::Rust => command.arg(place.program(server.program)),
            Kind::Node => command.arg("node").arg(place.script(server.program)),
        };
        told(&mut command, server, workers, address).stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = Self { server, address, child: command.spawn()? };
        process.wait_for_it()?;
        Ok(process)
    }

    fn wait_for_it(&mut self) -> Result {
        for _ in 0..300 {
            if TcpStream::connect(self.address).is_ok() {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("it has ended: {status}").into());
            }
            sleep(Duration::from_millis(100));
        }
        Err("it does not listen".into())
    }

    /// Seconds of CPU that its threads have had so far. `utime` and `stime` would say it in hundredths.
    pub fn cpu(&self) -> Result<f64> {
        let mut nanoseconds = 0;
        for task in fs::read_dir(Path::new("/proc").join(self.child.id().to_string()).join("task"))? {
            let had = fs::read_to_string(task?.path().join("schedstat"))?;
            nanoseconds += had.split_whitespace().next().ok_or("an empty schedstat")?.parse::<u64>()?;
        }
        Ok(nanoseconds as f64 / 1e9)
    }

    /// MiB of its memory that are resident.
    pub fn resident(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
