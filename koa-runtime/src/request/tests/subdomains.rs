use super::*;

fn subdomains(host: &str, offset: usize) -> Vec<String> {
    let request = set(&[("host", host)], |settings| settings.subdomain_offset = offset);
    request.subdomains().map(str::to_owned).collect()
}

#[test]
fn they_are_the_labels_before_the_domain_innermost_first() {
    assert_eq!(subdomains("tobi.ferrets.example.com:80", 2), ["ferrets", "tobi"]); // K-281
    assert_eq!(subdomains("tobi.ferrets.example.com", 3), ["tobi"]);
    assert_eq!(subdomains("a.b.com", 0), ["com", "b", "a"]); // K-284
    assert_eq!(subdomains("a..b.c", 2), ["", "a"]);
    assert_eq!(subdomains("a.b.c.", 2), ["b", "a"]);
    assert!(subdomains("a.b.com", usize::MAX).is_empty());
}

#[test]
fn a_name_of_one_label_and_an_address_have_none() {
    // K-282
    for host in ["", "localhost", "127.0.0.1", "127.0.0.1:80", "[::1]:80", "[x].a.b"] {
        assert!(subdomains(host, 2).is_empty(), "{host}");
    }
    assert!(subdomains("127.0.0.1", 0).is_empty() && subdomains("", 0).is_empty());
    assert_eq!(request("/").subdomains().count(), 0);
}
