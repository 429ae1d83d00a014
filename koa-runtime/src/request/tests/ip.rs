use http::HeaderName;

use super::*;

fn ips(request: &Request) -> Vec<&str> {
    request.ips().collect()
}

fn ip(request: &Request) -> String {
    request.ip().map(|ip| ip.to_string()).unwrap_or_default()
}

#[test]
fn it_is_the_other_end_of_the_connection_unless_a_proxy_is_believed() {
    let headers = &[("x-forwarded-for", "127.0.0.1")];
    let request = set(headers, |_| ());
    assert_eq!((ip(&request), ips(&request)), ("10.0.0.1".into(), vec![]));
    assert_eq!(with("/", headers).ip(), None); // K-279
}

#[test]
fn an_address_of_ipv4_is_shown_as_such() {
    let request = request("/").with_peer("[::ffff:192.0.2.1]:80".parse().unwrap());
    assert_eq!(ip(&request), "192.0.2.1");
}

#[test]
fn koas_proxy_is_believed_from_the_first() {
    for (header, all, first) in [
        ("127.0.0.1,127.0.0.2", &["127.0.0.1", "127.0.0.2"][..], "127.0.0.1"), // K-274
        (" ::1 , 1.1.1.1 ", &["::1", "1.1.1.1"], "::1"),
        (",, 1.1.1.1", &["", "", "1.1.1.1"], "10.0.0.1"), // K-277, K-279
        ("unknown", &["unknown"], "10.0.0.1"),
        ("1.1.1.1:80, 2.2.2.2", &["1.1.1.1:80", "2.2.2.2"], "1.1.1.1"),
        ("", &[], "10.0.0.1"),
    ] {
        let request = proxied(&[("x-forwarded-for", header)]);
        assert_eq!((ips(&request), ip(&request).as_str()), (all.to_vec(), first), "{header}");
    }
    let lines = proxied(&[("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "2.2.2.2, 3.3.3.3")]);
    assert_eq!(ips(&lines), ["1.1.1.1", "2.2.2.2", "3.3.3.3"]);
}

#[test]
fn another_header_may_list_the_addresses() {
    // K-275
    let headers = &[("x-client-ip", "1.1.1.1, 2.2.2.2"), ("x-forwarded-for", "3.3.3.3")];
    let name = HeaderName::from_static("x-client-ip");
    let request = set(headers, |settings| {
        settings.proxy = true;
        settings.proxy_ip_header = name.clone();
    });
    assert_eq!((ips(&request), ip(&request)), (vec!["1.1.1.1", "2.2.2.2"], "1.1.1.1".into()));
    let request = set(headers, |settings| settings.proxy_ip_header = name.clone());
    assert_eq!(ips(&request), Vec::<&str>::new());
}

#[test]
fn the_last_addresses_count_if_not_all_do() {
    // K-276
    for (most, all) in [(1, &["3.3.3.3"][..]), (2, &["2.2.2.2", "3.3.3.3"]), (9, &["1.1.1.1", "2.2.2.2", "3.3.3.3"])] {
        let request = set(&[("x-forwarded-for", "1.1.1.1, 2.2.2.2, 3.3.3.3")], |settings| {
            settings.proxy = true;
            settings.max_ips_count = most;
        });
        assert_eq!((ips(&request), ip(&request).as_str()), (all.to_vec(), all[0]), "{most}");
    }
}

#[test]
fn a_layer_may_know_better() {
    let mut request = proxied(&[("x-forwarded-for", "127.0.0.1")]);
    request.set_ip([192, 0, 2, 7].into()); // K-280
    assert_eq!((ip(&request), ips(&request)), ("192.0.2.7".into(), vec!["127.0.0.1"]));
}
