//! How much of the machine others had meanwhile, who make every figure worse.

use std::{fs, time::Instant};

use crate::Result;

/// In hundredths of a second, as `/proc` counts.
const TICKS: f64 = 100.0;

pub struct Noise {
    since: Instant,
    all: f64,
    ours: f64,
}

impl Noise {
    pub fn begin() -> Result<Self> {
        Ok(Self { since: Instant::now(), all: all()?, ours: ours()? })
    }

    /// Cores that others kept busy on average. What has been started has to have ended.
    pub fn of_others(&self) -> Result<f64> {
        let spent = (all()? - self.all) - (ours()? - self.ours);
        Ok(spent / TICKS / self.since.elapsed().as_secs_f64())
    }
}

/// Of all processes: in user, nice, system, irq, softirq and steal.
fn all() -> Result<f64> {
    let stat = fs::read_to_string("/proc/stat")?;
    let ticks = stat.lines().next().unwrap_or_default().split_whitespace().skip(1).map(str::parse::<f64>);
    let ticks = ticks.collect::<std::result::Result<Vec<f64>, _>>()?;
    Ok([0, 1, 2, 5, 6, 7].into_iter().filter_map(|at| ticks.get(at)).sum())
}

/// Of this process and of those it has started.
fn ours() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(") ").ok_or("no fields in /proc/self/stat")?;
    let times = fields.split_whitespace().skip(11).take(4).map(str::parse::<f64>);
    Ok(times.collect::<std::result::Result<Vec<f64>, _>>()?.into_iter().sum())
}
