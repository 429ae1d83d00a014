use std::sync::Arc;

use tokio::time::{Instant, advance, sleep, sleep_until};

use super::*;
use crate::server::{clock::TICK, running::Running};

const MILLISECOND: Duration = Duration::from_millis(1);

/// How long it takes until a wait that begins `later` is too late, and what is too late then.
async fn late(limits: &Limits, later: Duration, seen: Seen) -> (Duration, Late) {
    let running = Arc::new(Running::new(limits.clone()));
    // a server does not begin when its clock was made
    advance(37 * MILLISECOND).await;
    running.keep_time();
    let clock = &running.clock;
    let mut watch = Watch::new(clock.exactly());
    let mut alarm = Instant::now() + Watch::pace(limits);
    let start = Instant::now() + later;
    let mut begun = None;
    loop {
        if begun.is_none() {
            sleep_until(start.min(alarm)).await;
            if Instant::now() >= start {
                begun = Some(Instant::now());
                watch.note(&seen, clock);
            }
        } else {
            sleep_until(alarm).await;
        }
        if Instant::now() >= alarm {
            match watch.look(clock.exactly(), limits) {
                Ok(next) => alarm = clock.instant(next),
                Err(late) => return (begun.expect("the wait before it is not over").elapsed(), late),
            }
        }
    }
}

/// At whatever moment between two ticks the wait begins.
#[tokio::test(start_paused = true)]
async fn nothing_is_late_before_its_time_nor_long_after_it() {
    let limits = Limits {
        head: Duration::from_millis(400),
        keep_alive: Duration::from_millis(800),
        request: Some(Duration::from_millis(600)),
        // between two ticks
        grace: Duration::from_millis(501),
        ..Limits::default()
    };
    let doing = |doing| Seen { doing, is_new: true, ..Seen::default() };
    for (seen, limit, expected) in [
        (doing(Doing::Head), limits.head, Late::Head),
        (doing(Doing::Request), Duration::from_millis(600), Late::Request),
        (Seen { blocked: true, ..Seen::default() }, limits.grace, Late::Leave),
    ] {
        for later in 0..330 {
            let (took, late) = late(&limits, later * MILLISECOND, seen).await;
            assert_eq!(late, expected);
            // a timer is up to a millisecond late itself
            let ticks = limit.as_millis().div_ceil(TICK.as_millis()) + 2;
            let most = TICK * u32::try_from(ticks).unwrap() + MILLISECOND;
            assert!(limit <= took && took <= most, "{took:?} for {limit:?}, begun after {later} ms");
        }
    }
}

/// What a machine may be held up by without anything being late before its time.
#[tokio::test(start_paused = true)]
async fn the_clock_is_behind_by_a_tick_at_most() {
    let running = Arc::new(Running::new(Limits::default()));
    advance(37 * MILLISECOND).await;
    running.keep_time();
    sleep(MILLISECOND).await;
    for _ in 0..1000 {
        let behind = running.clock.instant(running.clock.now()).elapsed();
        assert!(behind <= TICK + 2 * MILLISECOND, "{behind:?}");
        sleep(MILLISECOND).await;
    }
}
