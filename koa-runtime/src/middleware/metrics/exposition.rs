//! The text format of Prometheus, version 0.0.4.

use std::{
    fmt::{self, Write as _},
    sync::{Arc, atomic::Ordering},
};

use super::{
    Counted,
    series::{METHODS, Series},
};

/// Adds all metrics. What nothing was counted of is left out.
pub(super) fn write(out: &mut String, counted: &Counted) {
    let by_label = counted.all.by_label();
    let all: Vec<Labelled<'_>> =
        by_label.iter().map(|((route, method), series)| Labelled { route, method: METHODS[*method], series }).collect();
    // a `String` takes all that is written to it
    let written = requests(out, &all).and_then(|()| durations(out, &all, &counted.bounds.seconds)).and_then(|()| {
        head(out, "http_requests_in_flight", "gauge", "HTTP requests that are not answered yet.")?;
        writeln!(out, "http_requests_in_flight {}", counted.in_flight.load(Ordering::Relaxed))
    });
    debug_assert!(written.is_ok(), "a `Display` failed");
}

struct Labelled<'m> {
    route: &'m str,
    method: &'static str,
    series: &'m Arc<Series>,
}

impl fmt::Display for Labelled<'_> {
    /// The labels that all have, without braces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "method=\"{}\",route=\"", self.method)?;
        for letter in self.route.chars() {
            match letter {
                '\\' => f.write_str("\\\\")?,
                '"' => f.write_str("\\\"")?,
                '\n' => f.write_str("\\n")?,
                _ => f.write_char(letter)?,
            }
        }
        f.write_char('"')
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

fn requests(out: &mut String, all: &[Labelled<'_>]) -> fmt::Result {
    head(out, "http_requests_total", "counter", "HTTP requests that are over, by class of status.")?;
    for labels in all {
        for (class, count) in labels.series.classes().filter(|&(_, count)| count > 0) {
            writeln!(out, "http_requests_total{{{labels},status=\"{class}\"}} {count}")?;
        }
    }
    Ok(())
}

fn durations(out: &mut String, all: &[Labelled<'_>], bounds: &[f64]) -> fmt::Result {
    const NAME: &str = "http_request_duration_seconds";
    head(out, NAME, "histogram", "How long HTTP requests took until their reply was ready.")?;
    for labels in all {
        let mut count = 0;
        let mut bounds = bounds.iter();
        for bucket in labels.series.buckets() {
            count += bucket;
            match bounds.next() {
                Some(bound) => writeln!(out, "{NAME}_bucket{{{labels},le=\"{bound}\"}} {count}")?,
                None => writeln!(out, "{NAME}_bucket{{{labels},le=\"+Inf\"}} {count}")?,
            }
        }
        let (nanos, second) = (labels.series.nanos(), 1_000_000_000);
        writeln!(out, "{NAME}_sum{{{labels}}} {}.{:09}", nanos / second, nanos % second)?;
        writeln!(out, "{NAME}_count{{{labels}}} {count}")?;
    }
    Ok(())
}
