//! Dates in headers (RFC 9110 §5.6.7).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The last second that one can name, since 1970: 9999-12-31T23:59:59Z.
pub(crate) const LAST: Duration = Duration::from_secs(253_402_300_799);

/// A time as a header has it, in whole seconds. One before 1970 or after 9999 is taken for the nearest in between.
pub(crate) fn http_date(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    httpdate::fmt_http_date(UNIX_EPOCH + since.min(LAST))
}

/// A moment as a calendar and a clock in UTC have it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: u64,
    /// From 1 to 12.
    pub(crate) month: u8,
    /// From 1 to 31.
    pub(crate) day: u64,
    pub(crate) hour: u64,
    pub(crate) minute: u64,
    pub(crate) second: u64,
    pub(crate) millisecond: u32,
}

impl Civil {
    /// One before 1970 or after 9999 is taken for the nearest in between.
    pub(crate) fn new(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default().min(LAST);
        let (seconds, mut day) = (since.as_secs() % 86_400, since.as_secs() / 86_400);
        // a year has 366 days at most, so this is not too late, and too early by a year in a few hundred
        let mut year = 1970 + day / 366;
        while days_before(year + 1) <= day {
            year += 1;
        }
        day -= days_before(year);
        let is_leap = days_before(year + 1) - days_before(year) == 366;
        let february = if is_leap { 29 } else { 28 };
        let mut month = 1;
        for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
            if day < days {
                break;
            }
            day -= days;
            month += 1;
        }
        Self {
            year,
            month,
            day: day + 1,
            hour: seconds / 3600,
            minute: seconds / 60 % 60,
            second: seconds % 60,
            millisecond: since.subsec_millis(),
        }
    }
}

/// The days from 1970 to the first of `year`.
fn days_before(year: u64) -> u64 {
    let leap_days = |year: u64| year / 4 - year / 100 + year / 400;
    365 * (year - 1970) + leap_days(year - 1) - leap_days(1969)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_is_that_of_headers() {
        const MONTHS: &str = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
        // some eleven days apart, until 9999
        for seconds in (0..=LAST.as_secs()).step_by(1_000_003).chain([LAST.as_secs(), 951_782_399, 951_782_400]) {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            let Civil { year, month, day, hour, minute, second, .. } = Civil::new(time);
            let month = MONTHS.split(' ').nth(usize::from(month) - 1).unwrap();
            let written = format!("{day:02} {month} {year} {hour:02}:{minute:02}:{second:02} GMT");
            assert_eq!(http_date(time).split_once(", ").unwrap().1, written);
        }
    }

    #[test]
    fn what_is_out_of_range_is_the_nearest_in_it() {
        let before = Civil::new(UNIX_EPOCH - Duration::from_millis(1));
        assert_eq!(before, Civil::new(UNIX_EPOCH));
        let after = Civil::new(UNIX_EPOCH + LAST + Duration::from_secs(1 << 40));
        assert_eq!((after.year, after.month, after.day), (9999, 12, 31));
    }
}
