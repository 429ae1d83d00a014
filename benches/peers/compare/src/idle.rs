//! What connections cost that have asked once and then say nothing.

use std::{thread::sleep, time::Duration};

use crate::{Result, ask::Asking, cases::PLAIN_HELLO, process::Process};

/// MiB that are resident with so many connections, the fewest first.
pub fn resident(process: &Process, counts: &[usize]) -> Result<Vec<f64>> {
    // what is only made once is there before
    Asking::of(process.address)?.check(PLAIN_HELLO)?;
    let (request, mut idle, mut resident) = (PLAIN_HELLO.request(), Vec::new(), Vec::new());
    for &count in counts {
        while idle.len() < count {
            let mut asking = Asking::of(process.address)?;
            asking.ask(&request)?;
            idle.push(asking);
        }
        sleep(Duration::from_millis(200));
        resident.push(process.resident()?);
    }
    for asking in &mut idle {
        if !asking.is_open()? {
            return Err("it has closed idle connections before they were counted".into());
        }
    }
    Ok(resident)
}
