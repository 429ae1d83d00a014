use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::*;

#[test]
fn it_is_an_http_date() {
    // K-406
    let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_577_836_800_999);
    let mut response = response(|r| r.set_last_modified(time));
    assert_eq!(response.get("last-modified"), Some("Wed, 01 Jan 2020 00:00:00 GMT"));
    assert_eq!(response.last_modified(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_577_836_800)));
    response.set("Last-Modified", "Invalid Date"); // K-407
    assert_eq!(response.last_modified(), None);
    assert_eq!(Response::new().last_modified(), None);
}

#[test]
fn a_time_that_no_http_date_can_name_is_the_nearest_that_one_can() {
    let far = Duration::from_secs(1 << 40);
    let early = SystemTime::UNIX_EPOCH.checked_sub(far).unwrap();
    let late = SystemTime::UNIX_EPOCH.checked_add(far).unwrap();
    assert_eq!(response(|r| r.set_last_modified(early)).get("last-modified"), Some("Thu, 01 Jan 1970 00:00:00 GMT"));
    assert_eq!(response(|r| r.set_last_modified(late)).get("last-modified"), Some("Fri, 31 Dec 9999 23:59:59 GMT"));
}

proptest! {
    #[test]
    fn a_second_comes_back(seconds in 0..253_402_300_800_u64) {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        prop_assert_eq!(response(|r| r.set_last_modified(time)).last_modified(), Some(time));
    }

    #[test]
    fn any_date_is_read(date in "[ -~]{0,40}") {
        let _ = response(|r| r.set("Last-Modified", date)).last_modified();
    }
}
