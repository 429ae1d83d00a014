//! `load ADDRESS SECONDS CONNECTIONS`: asks the `echo` example, or a proxy in front of it, and counts what is lost.
//!
//! Half of what is asked is POST: where a connection breaks, a proxy sends a GET once more by itself, and a POST not.

use std::{
    env,
    error::Error,
    net::SocketAddr,
    process::ExitCode,
    time::{Duration, Instant},
};

use outside::{Client, pattern};

#[derive(Default)]
struct Count {
    answered: u64,
    lost: Vec<String>,
    slowest: Duration,
}

async fn ask_on(address: SocketAddr, seed: u64, until: Instant) -> Count {
    let mut count = Count::default();
    let (mut client, mut number) = (None, seed << 32);
    while Instant::now() < until {
        number += 1;
        let start = Instant::now();
        let asked = async {
            let mut open = match client.take() {
                Some(client) => client,
                None => Client::connect(address).await?,
            };
            // a POST without a body is another case: it has a length of 0
            let body = number.is_multiple_of(2).then(|| pattern(number, usize::try_from(number % 3000).unwrap_or(0)));
            let reply = open.ask(body.as_deref()).await?;
            if reply.status != 200 || reply.body != body.as_deref().unwrap_or(b"OK") {
                let said = String::from_utf8_lossy(&reply.body);
                return Err(std::io::Error::other(format!("{}: {said:.100}", reply.status)));
            }
            if !reply.closes {
                client = Some(open);
            }
            Ok(())
        };
        match asked.await {
            Ok(()) => count.answered += 1,
            Err(error) => {
                count.lost.push(format!("{}: {error}", if number.is_multiple_of(2) { "POST" } else { "GET" }));
            }
        }
        count.slowest = count.slowest.max(start.elapsed());
        // now and then a pause, so that there are idle connections too
        if number.is_multiple_of(97) {
            tokio::time::sleep(Duration::from_millis(seed * 7 % 300)).await;
        }
    }
    count
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut argument = || arguments.next().ok_or("load ADDRESS SECONDS CONNECTIONS");
    let (address, seconds, connections): (SocketAddr, u64, u64) =
        (argument()?.parse()?, argument()?.parse()?, argument()?.parse()?);
    let until = Instant::now() + Duration::from_secs(seconds);
    let asking: Vec<_> = (1..=connections).map(|seed| tokio::spawn(ask_on(address, seed, until))).collect();
    let mut all = Count::default();
    for asked in asking {
        let count = asked.await?;
        all.answered += count.answered;
        all.slowest = all.slowest.max(count.slowest);
        all.lost.extend(count.lost);
    }
    for lost in all.lost.iter().take(10) {
        println!("lost: {lost}");
    }
    println!("{} answered, {} lost, the slowest took {:?}", all.answered, all.lost.len(), all.slowest);
    let is_well = all.lost.is_empty() && all.answered > 0;
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
