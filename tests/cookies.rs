//! Cookies against what Koa's own packages did with the same: `cookies` 0.9.2 and `keygrip` 1.1.0, recorded by
//! `oracles/cookies/record.mjs`. Where the two differ, the difference is named here, and is the only one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use allocation_counter::measure;
use http::HeaderValue;
use koa_runtime::cookies::{Algorithm, Priority};
use koa_runtime::prelude::*;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vectors {
    now: u64,
    set: Vec<Set>,
    sign: Vec<Sign>,
    index: Vec<Index>,
    get: Vec<Get>,
    get_signed: Vec<GetSigned>,
}

#[derive(Deserialize)]
struct Set {
    https: bool,
    keys: Option<Vec<String>>,
    sets: Vec<(String, Option<String>, Option<Options>)>,
    lines: Option<Vec<String>>,
    throws: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Options {
    max_age: Option<Value>,
    expires: Option<u64>,
    path: Option<String>,
    domain: Option<String>,
    same_site: Option<Value>,
    priority: Option<String>,
    secure: Option<bool>,
    http_only: Option<bool>,
    partitioned: Option<bool>,
    overwrite: Option<bool>,
    signed: Option<bool>,
}

#[derive(Deserialize)]
struct Sign {
    keys: Vec<String>,
    algorithm: String,
    data: String,
    signature: String,
}

#[derive(Deserialize)]
struct Index {
    keys: Vec<String>,
    algorithm: String,
    data: String,
    signature: String,
    #[serde(rename = "index")]
    at: i64,
}

#[derive(Deserialize)]
struct Get {
    lines: Vec<String>,
    name: String,
    value: Option<String>,
}

#[derive(Deserialize)]
struct GetSigned {
    keys: Option<Vec<String>>,
    https: bool,
    cookie: Option<String>,
    value: Option<String>,
    lines: Option<Vec<String>>,
    throws: Option<String>,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("oracles/cookies/vectors.json")).expect("recorded")
}

fn context<'l>(cookies: impl IntoIterator<Item = &'l String>, https: bool, keys: Option<&Vec<String>>) -> Context {
    let mut request = http::Request::new(Body::empty());
    for line in cookies {
        // node gives the bytes of a header as Latin-1
        let bytes: Vec<u8> = line.chars().map(|letter| u8::try_from(letter).expect("Latin-1")).collect();
        request.headers_mut().append("cookie", HeaderValue::from_bytes(&bytes).expect("a header"));
    }
    let mut settings = Settings::default();
    settings.keys = keys.map(|keys| Keys::new(keys).expect("some keys"));
    Context::new(Request::new(request).with_secure(https), Arc::new(settings))
}

fn lines(ctx: &Context) -> Vec<String> {
    let lines = ctx.response.headers().get_all("set-cookie").iter();
    lines.map(|line| line.to_str().expect("ASCII").to_owned()).collect()
}

/// What Koa takes and is refused here, because it would not come back as it was set (K-474 to K-476).
fn refused(set: &Set) -> Option<&'static str> {
    set.sets.iter().find_map(|(name, value, options)| {
        let value = value.as_deref().unwrap_or("");
        let options = options.clone().unwrap_or_default();
        let is_signed = set.keys.is_some() && options.signed != Some(false);
        let is_blank = |end: Option<char>| matches!(end, Some(' ' | '\t'));
        let trimmed =
            [name.as_str(), value].iter().any(|text| is_blank(text.chars().next()) || is_blank(text.chars().last()));
        if !name.is_ascii() || !value.is_ascii() {
            Some("not ASCII")
        } else if trimmed {
            Some("blanks at the ends")
        } else if value.len() > 1 && value.starts_with('"') && value.ends_with('"') {
            Some("quotes around")
        } else if name.len() + value.len() > 4096 || (is_signed && name.len() + 31 > 4096) {
            Some("too large")
        } else if options.path.is_some_and(|path| path.len() > 1024) {
            Some("path too large")
        } else {
            None
        }
    })
}

/// The cookie of a recorded call; `Err` if it cannot be written in Rust at all.
fn cookie<'s>(name: &'s str, value: Option<&'s str>, options: Option<&'s Options>) -> Result<Cookie<'s>, &'static str> {
    let mut cookie = Cookie::new(name, value.unwrap_or(""));
    let Some(options) = options else {
        return Ok(cookie.signed(false)); // K-482: without options nothing is signed; here it has to be said
    };
    if let Some(age) = &options.max_age {
        cookie = cookie.max_age(Duration::from_millis(age.as_u64().ok_or("an age that is no duration")?));
    }
    if let Some(expires) = options.expires {
        cookie = cookie.expires(UNIX_EPOCH + Duration::from_millis(expires));
    }
    if let Some(path) = &options.path {
        cookie = cookie.path(path);
    }
    if let Some(domain) = &options.domain {
        cookie = cookie.domain(domain);
    }
    if let Some(same_site) = &options.same_site {
        let word = same_site.as_str().map(str::to_ascii_lowercase);
        let same_site = match word.as_deref() {
            None if *same_site == Value::Bool(true) => Some(SameSite::Strict),
            None => None,
            Some("strict") => Some(SameSite::Strict),
            Some("lax") => Some(SameSite::Lax),
            Some("none") => Some(SameSite::None),
            Some(_) => return Err("no such SameSite"),
        };
        if let Some(same_site) = same_site {
            cookie = cookie.same_site(same_site);
        }
    }
    if let Some(priority) = &options.priority {
        cookie = cookie.priority(match &*priority.to_ascii_lowercase() {
            "low" => Priority::Low,
            "medium" => Priority::Medium,
            "high" => Priority::High,
            _ => return Err("no such Priority"),
        });
    }
    if let Some(secure) = options.secure {
        cookie = cookie.secure(secure);
    }
    if let Some(signed) = options.signed {
        cookie = cookie.signed(signed);
    }
    Ok(cookie
        .http_only(options.http_only.unwrap_or(true))
        .partitioned(options.partitioned.unwrap_or(false))
        .overwrite(options.overwrite.unwrap_or(false)))
}

/// Sets as Koa did: the lines, or the message of the fault.
fn set(case: &Set) -> Result<Result<Vec<String>, String>, &'static str> {
    let mut ctx = context([], case.https, case.keys.as_ref());
    for (name, value, options) in &case.sets {
        ctx.cookies().add(cookie(name, value.as_deref(), options.as_ref())?);
    }
    Ok(match ctx.response.take_fault() {
        Some(fault) => Err(fault.message().to_owned()),
        None => Ok(lines(&ctx)),
    })
}

/// The recorded lines, with the dates that follow from Koa's clock moved to ours.
fn moved(case: &Set, recorded: u64, now: SystemTime) -> Vec<String> {
    let ages = case.sets.iter().filter_map(|(_, _, options)| options.as_ref()?.max_age.as_ref()?.as_u64());
    let dates: Vec<_> = ages
        .map(Duration::from_millis)
        .map(|age| [UNIX_EPOCH + Duration::from_millis(recorded) + age, now + age].map(httpdate::fmt_http_date))
        .collect();
    let lines = case.lines.iter().flatten().map(|line| {
        dates.iter().fold(line.clone(), |line, [recorded, now]| {
            line.replacen(&format!("expires={recorded}"), &format!("expires={now}"), 1)
        })
    });
    lines.collect()
}

#[test]
fn cookies_are_set_as_koa_sets_them() {
    let vectors = vectors();
    let mut differences = BTreeMap::<_, usize>::new();
    let mut same = 0;
    for case in &vectors.set {
        let describe = || format!("{:?} https: {} keys: {:?}", case.sets, case.https, case.keys);
        let before = SystemTime::now();
        let ours = match set(case) {
            Ok(ours) => ours,
            Err(unwritable) => {
                // of what cannot be written, Koa takes negative ages only
                let is_negative =
                    matches!(&case.sets[0].2, Some(options) if options.max_age.as_ref().is_some_and(Value::is_i64));
                assert!(case.throws.is_some() || is_negative, "{}", describe());
                *differences.entry(unwritable).or_default() += 1;
                continue;
            }
        };
        match (&ours, &case.throws, refused(case)) {
            (Err(_), Some(_), _) => same += 1,
            (Err(_), None, Some(refused)) => *differences.entry(refused).or_default() += 1,
            (Ok(ours), None, None) => {
                let options = case.sets[0].2.as_ref();
                if options.and_then(|options| options.max_age.as_ref()) == Some(&Value::from(0)) {
                    // K-465: an age of nothing is over at once, and not with the browser
                    assert!(ours[0].contains("expires=") && !moved(case, vectors.now, before)[0].contains("expires="));
                    *differences.entry("no age").or_default() += 1;
                    continue;
                }
                // the clock may have gone on by a second
                let expected = [before, SystemTime::now()].map(|now| moved(case, vectors.now, now));
                assert!(expected.contains(ours), "{}\n  here: {ours:#?}\n  Koa: {:#?}", describe(), expected[0]);
                same += 1;
            }
            _ => panic!("{}\n  here: {ours:?}\n  Koa: {:?} {:?}", describe(), case.throws, case.lines),
        }
    }
    let expected = [
        ("an age that is no duration", 4),
        ("blanks at the ends", 0),
        ("no age", 1),
        ("no such Priority", 2),
        ("no such SameSite", 2),
        ("not ASCII", 0),
        ("path too large", 1),
        ("quotes around", 2),
        ("too large", 2),
    ];
    for (kind, count) in expected {
        let found = differences.remove(kind).unwrap_or_default();
        assert!(if count == 0 { found > 0 } else { found == count }, "{kind}: {found}");
    }
    assert!(differences.is_empty(), "{differences:?}");
    assert!(same > 400, "{same}");
}

fn algorithm(name: &str) -> Algorithm {
    if name == "sha1" { Algorithm::Sha1 } else { Algorithm::Sha256 }
}

#[test]
fn data_is_signed_as_keygrip_signs_it() {
    for case in vectors().sign {
        let keys = Keys::with(algorithm(&case.algorithm), &case.keys).expect("some keys");
        assert_eq!(keys.sign(&case.data), case.signature, "{:?} with {:?}", case.data, case.keys); // K-486
        assert_eq!(keys.index(&case.data, &case.signature), Some(0));
    }
}

#[test]
fn a_signature_is_found_where_keygrip_finds_it() {
    let mut found = BTreeMap::<_, usize>::new();
    for case in vectors().index {
        let keys = Keys::with(algorithm(&case.algorithm), &case.keys).expect("some keys");
        let ours = keys.index(&case.data, &case.signature);
        assert_eq!(ours.map_or(-1, |at| i64::try_from(at).expect("small")), case.at, "{:?}", case.signature); // K-488
        assert_eq!(keys.verify(&case.data, &case.signature), case.at >= 0);
        *found.entry(case.at).or_default() += 1;
    }
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), [-1, 0, 1, 2]);
}

#[test]
fn cookies_are_read_as_koa_reads_them() {
    let mut differences = [0, 0];
    for case in vectors().get {
        let ctx = context(&case.lines, false, None);
        let ours = ctx.request.cookie(&case.name);
        if ours == case.value.as_deref() {
            continue;
        }
        if case.value.as_ref().is_some_and(|value| !value.is_ascii()) {
            assert_eq!(ours, None, "{:?}", case.lines); // no UTF-8
            differences[0] += 1;
        } else {
            // Koa takes a quote in front for two, and the last letter with it, whatever it is (K-490)
            let ours = ours.unwrap_or_default();
            let inside = ours.strip_prefix('"').map(|rest| rest.get(..rest.len().saturating_sub(1)).unwrap_or(""));
            assert_eq!(inside, case.value.as_deref(), "{:?} of {:?}", case.name, case.lines);
            assert!(!ours.ends_with('"') || ours.len() == 1, "{:?}", case.lines);
            differences[1] += 1;
        }
    }
    assert!(differences[0] > 0 && (3..60).contains(&differences[1]), "{differences:?}");
}

#[test]
fn signed_cookies_are_read_as_koa_reads_them() {
    let mut same = 0;
    for case in vectors().get_signed {
        let mut ctx = context(&case.cookie, case.https, case.keys.as_ref());
        let ours = ctx.cookies().get_signed("n").map(str::to_owned);
        if case.keys.is_none() {
            assert!(ctx.response.fault().is_some(), "{:?}", case.cookie); // K-492, K-496
            assert!(case.throws.is_some() || case.value.is_none());
            continue;
        }
        assert!(ctx.response.fault().is_none(), "{:?}", case.cookie);
        if case.value.as_deref() == Some("é") {
            assert_eq!((ours.as_deref(), lines(&ctx).len()), (None, 0)); // no UTF-8
            continue;
        }
        assert_eq!(ours, case.value, "{:?}", case.cookie);
        assert_eq!(Some(lines(&ctx)), case.lines, "{:?}", case.cookie); // K-493 to K-495
        same += 1;
    }
    assert!(same > 20, "{same}");
}

#[test]
fn reading_a_cookie_allocates_nothing() {
    let keys = vec!["newest".to_owned(), "older".to_owned()];
    let signature = Keys::new(&keys).expect("some keys").sign("n=v");
    let mut ctx = context(&[format!("a=1; n=v; n.sig={signature}")], false, Some(&keys));
    let mut read = None;
    let counted = measure(|| {
        let mut cookies = ctx.cookies();
        read = Some((cookies.get("n") == Some("v"), cookies.get("b").is_none(), cookies.get_signed("n") == Some("v")));
    });
    assert_eq!((read, counted.count_total), (Some((true, true, true)), 0));
}
