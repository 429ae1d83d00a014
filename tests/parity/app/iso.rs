//! Times as JavaScript writes them: `2020-01-02T03:04:05.678Z`.

use std::time::{Duration, SystemTime};

/// The days of a month from 1970 on, and the first day after it.
fn months() -> impl Iterator<Item = (u64, u64, u64)> {
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let all = (1970..).flat_map(|year| (1..=12).map(move |month| (year, month)));
    all.scan(0, move |first, (year, month)| {
        let this = (year, month, *first);
        *first += match month {
            2 => 28 + u64::from(is_leap(year)),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        Some(this)
    })
}

pub(super) fn read(text: &str) -> SystemTime {
    let numbers: Vec<u64> =
        text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    let [year, month, day, hour, minute, second] = numbers[..6] else { unreachable!("six were taken") };
    let first = months().find(|(y, m, _)| (*y, *m) == (year, month)).expect("a year from 1970 on").2;
    let millis = numbers.get(6).copied().unwrap_or(0);
    let seconds = (((first + day - 1) * 24 + hour) * 60 + minute) * 60 + second;
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_millis(millis)
}

/// The seconds since 1970 of a date as HTTP writes it: `Thu, 02 Jan 2020 03:04:05 GMT`.
pub(super) fn read_http(text: &str) -> u64 {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let parts: Vec<&str> = text.split([' ', ':']).collect();
    let [_, day, month, year, hour, minute, second, _] = parts[..] else { return 0 };
    let month = MONTHS.find(month).map_or(0, |at| at / 3 + 1);
    let iso = format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z");
    read(&iso).duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

pub(super) fn write(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let (seconds, days) = (since.as_secs() % 86_400, since.as_secs() / 86_400);
    let (year, month, first) =
        months().take_while(|(_, _, first)| *first <= days).last().expect("January 1970 is there");
    let (day, millis) = (days - first + 1, since.subsec_millis());
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

#[test]
fn a_time_is_written_as_it_was_read() {
    for text in ["1970-01-01T00:00:00.000Z", "2020-02-29T23:59:59.678Z", "2100-03-01T00:00:00.001Z"] {
        assert_eq!(write(read(text)), text);
    }
    assert_eq!(read("2001-09-09T01:46:40Z"), SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
}
