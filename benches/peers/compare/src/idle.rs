//! What connections cost that have asked once and then say nothing.

use std::{thread::sleep, time::Duration};

use crate::{Result, ask::Asking, cases::PLAIN_HELLO, process::Process};

/// MiB that are resident with so many connections, the fewest first. One was there before that does not count, and has made what is only
/// made once.
pub fn resident<T>(
    process: &Process,
    counts: &[usize],
    open: impl Fn() -> Result<T>,
    is_open: fn(&mut T) -> Result<bool>,
) -> Result<Vec<f64>> {
    let (mut idle, mut resident) = (Vec::new(), Vec::new());
    for &count in counts {
        while idle.len() < count {
            idle.push(open().map_err(|error| format!("the connection after {}: {error}", idle.len()))?);
        }
        sleep(Duration::from_millis(200));
        resident.push(process.resident()?);
    }
    for one in &mut idle {
        if !is_open(one)? {
            return Err("it has closed idle connections before they were counted".into());
        }
    }
    Ok(resident)
}

/// [`resident`], of connections that have made a request.
pub fn resident_of_http(process: &Process, counts: &[usize]) -> Result<Vec<f64>> {
    Asking::of(process.address)?.check(PLAIN_HELLO)?;
    let request = PLAIN_HELLO.request();
    let open = || {
        let mut asking = Asking::of(process.address)?;
        asking.ask(&request)?;
        Ok(asking)
    };
    resident(process, counts, open, Asking::is_open)
}
