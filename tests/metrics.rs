//! What is counted of requests: labels are bounded, sums are right, and the page is what Prometheus reads.

#![expect(clippy::float_cmp, reason = "counts are whole numbers, which are exact")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use koa_runtime::{Metrics, Observation, metrics, observe, prelude::*};

/// The text format 0.0.4, read strictly: what this does not take, Prometheus may not.
mod exposition {
    use super::{BTreeMap, BTreeSet};

    pub(crate) type Labels = BTreeMap<String, String>;

    #[derive(Debug, Default)]
    pub(crate) struct Page {
        pub(crate) types: BTreeMap<String, String>,
        pub(crate) samples: BTreeMap<(String, Labels), f64>,
    }

    impl Page {
        pub(crate) fn read(text: &str) -> Self {
            let mut page = Self::default();
            assert!(text.is_empty() || text.ends_with('\n'), "the last line has no end");
            let (mut family, mut closed, mut helped) = (String::new(), BTreeSet::new(), BTreeSet::new());
            for line in text.lines() {
                if let Some(help) = line.strip_prefix("# HELP ") {
                    let (name, _) = help.split_once(' ').expect("a help has a text");
                    assert!(helped.insert(name.to_owned()), "{name} is helped twice");
                } else if let Some(ty) = line.strip_prefix("# TYPE ") {
                    let (name, ty) = ty.split_once(' ').expect("a type has a name");
                    assert!(is_name(name), "{name}");
                    assert!(["counter", "gauge", "histogram"].contains(&ty), "{ty}");
                    assert!(helped.contains(name), "{name} has no help before its type");
                    assert!(closed.insert(name.to_owned()), "{name} is in two places");
                    assert!(page.types.insert(name.to_owned(), ty.to_owned()).is_none(), "{name} has two types");
                    name.clone_into(&mut family);
                } else {
                    assert!(!line.starts_with('#'), "a comment: {line}");
                    let (name, labels, value) = sample(line);
                    let suffixes: &[&str] = match page.types.get(&family).map(String::as_str) {
                        Some("histogram") => &["_bucket", "_sum", "_count"],
                        _ => &[""],
                    };
                    assert!(suffixes.iter().any(|suffix| name == format!("{family}{suffix}")), "{line} in {family}");
                    assert!(page.samples.insert((name, labels), value).is_none(), "twice: {line}");
                }
            }
            page.check_histograms();
            page
        }

        /// Buckets ascend, end in `+Inf`, and that is the count.
        fn check_histograms(&self) {
            for (name, _) in self.types.iter().filter(|(_, ty)| *ty == "histogram") {
                let counts = self.of(&format!("{name}_count"));
                assert_eq!(counts.len(), self.of(&format!("{name}_sum")).len());
                for (labels, count) in counts {
                    let mut buckets: Vec<(f64, f64)> = Vec::new();
                    for (of, value) in self.of(&format!("{name}_bucket")) {
                        let mut of = of.clone();
                        let bound = of.remove("le").expect("a bucket has a bound");
                        if of == *labels {
                            buckets.push((bound.replace("+Inf", "inf").parse().unwrap(), value));
                        }
                    }
                    buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
                    assert!(buckets.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1), "{labels:?}: {buckets:?}");
                    assert_eq!(buckets.last(), Some(&(f64::INFINITY, count)), "{labels:?}");
                }
            }
        }

        pub(crate) fn of(&self, name: &str) -> Vec<(&Labels, f64)> {
            let of = self.samples.iter().filter(|((of, _), _)| of == name);
            of.map(|((_, labels), value)| (labels, *value)).collect()
        }

        pub(crate) fn get(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
            let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let key = (name.to_owned(), labels);
            *self.samples.get(&key).unwrap_or_else(|| panic!("no {key:?} in {:#?}", self.samples))
        }
    }

    fn is_name(name: &str) -> bool {
        name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    }

    fn sample(line: &str) -> (String, Labels, f64) {
        let end = line.find(['{', ' ']).expect("a sample has a value");
        let (name, mut rest) = line.split_at(end);
        assert!(is_name(name), "{line}");
        let mut labels = Labels::new();
        if let Some(inside) = rest.strip_prefix('{') {
            rest = inside;
            loop {
                let (label, after) = rest.split_once("=\"").expect("a label has a value");
                assert!(is_name(label), "{line}");
                let (value, after) = quoted(after);
                assert!(labels.insert(label.to_owned(), value).is_none(), "{label} twice in {line}");
                match after.split_at(1) {
                    (",", more) => rest = more,
                    ("}", more) => {
                        rest = more;
                        break;
                    }
                    _ => panic!("{line}"),
                }
            }
        }
        let value = rest.strip_prefix(' ').expect("a space before the value");
        assert!(!value.contains(char::is_whitespace), "{line}");
        (name.to_owned(), labels, value.parse().expect("a number"))
    }

    /// Up to the closing quote, and what follows it.
    fn quoted(text: &str) -> (String, &str) {
        let mut value = String::new();
        let mut letters = text.char_indices();
        loop {
            match letters.next().expect("a closing quote") {
                (at, '"') => return (value, &text[at + 1..]),
                (_, '\\') => value.push(match letters.next().expect("a letter after the backslash").1 {
                    'n' => '\n',
                    letter @ ('"' | '\\') => letter,
                    other => panic!("\\{other}"),
                }),
                (_, letter) => value.push(letter),
            }
        }
    }
}
use exposition::Page;

const REQUESTS: &str = "http_requests_total";
const COUNT: &str = "http_request_duration_seconds_count";
const SUM: &str = "http_request_duration_seconds_sum";
const BUCKET: &str = "http_request_duration_seconds_bucket";
const IN_FLIGHT: &str = "http_requests_in_flight";

#[middleware]
async fn show_user(#[param] id: u64) -> Result<String> {
    ensure!(id != 0, 403);
    Ok(format!("user {id}"))
}

#[middleware]
async fn sleep(#[param] millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

#[middleware]
async fn panics() -> &'static str {
    panic!("out of tea")
}

#[middleware]
async fn ok() -> &'static str {
    "ok"
}

routes! {
    fn users() {
        GET "/{id}" => show_user,
        * "/" => ok,
    }
}

fn app(counted: &Metrics) -> Application {
    let mut app = Application::new(pipeline![
        observe(counted.clone()),
        routes! {
            "/users" => users(),
            "/archive" => { "/users" => users() },
            GET "/sleep/{millis}" => sleep,
            GET "/panics" => panics,
            GET "/{a}/\\{name}" => ok,
            GET "/metrics" => metrics(counted.clone()),
        },
    ]);
    app.settings_mut().silent = true;
    app
}

async fn page(app: &Application) -> Page {
    let response = app.get("/metrics").await;
    assert_eq!(response.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    Page::read(response.text())
}

#[tokio::test]
async fn the_label_is_the_pattern_of_the_route_whatever_the_path() {
    let app = app(&Metrics::new());
    for id in 0..50 {
        app.get(format!("/users/{id}")).await;
        app.get(format!("/archive/users/{id}?page={id}")).await;
        app.get(format!("/nowhere/{id}")).await;
    }
    app.get("/users/").await;
    let page = page(&app).await;
    for route in ["/users/{id}", "/archive/users/{id}"] {
        for (status, expected) in [("2xx", 49.0), ("4xx", 1.0)] {
            let labels = [("method", "GET"), ("route", route), ("status", status)];
            assert_eq!(page.get(REQUESTS, &labels), expected, "{labels:?}");
        }
        assert_eq!(page.get(COUNT, &[("method", "GET"), ("route", route)]), 50.0);
    }
    assert_eq!(page.get(REQUESTS, &[("method", "GET"), ("route", "none"), ("status", "4xx")]), 50.0);
    assert_eq!(page.get(REQUESTS, &[("method", "GET"), ("route", "/users"), ("status", "2xx")]), 1.0);
    assert_eq!(page.of(COUNT).len(), 4);
}

#[tokio::test]
async fn methods_that_are_not_standard_are_one() {
    let app = app(&Metrics::new());
    for number in 0..100 {
        let method = http::Method::from_bytes(format!("BREW{number}").as_bytes()).unwrap();
        app.request(method, "/users/").await;
    }
    for method in ["get", "PROPFIND", "PURGE"] {
        app.request(method.parse().unwrap(), "/users/").await;
    }
    app.request(http::Method::PATCH, "/users/").await;
    let page = page(&app).await;
    assert_eq!(page.get(REQUESTS, &[("method", "other"), ("route", "/users"), ("status", "2xx")]), 103.0);
    assert_eq!(page.get(REQUESTS, &[("method", "PATCH"), ("route", "/users"), ("status", "2xx")]), 1.0);
    assert_eq!(page.of(COUNT).len(), 2);
}

#[tokio::test]
async fn every_class_of_status_has_its_own_count() {
    #[middleware]
    async fn status(#[param] status: u16) -> Result<Status> {
        Ok(Status::from_u16(status)?)
    }
    let counted = Metrics::new();
    let app = Application::new(pipeline![observe(counted.clone()), routes! { GET "/{status}" => status }]);
    for status in [200, 204, 301, 400, 404, 499, 500, 599, 600, 999] {
        assert_eq!(app.get(format!("/{status}")).await.status(), status);
    }
    let page = Page::read(&counted.text());
    for (class, expected) in [("2xx", 2.0), ("3xx", 1.0), ("4xx", 3.0), ("5xx", 2.0), ("other", 2.0)] {
        assert_eq!(page.get(REQUESTS, &[("method", "GET"), ("route", "/{status}"), ("status", class)]), expected);
    }
}

#[tokio::test]
async fn durations_add_up_and_lie_in_their_buckets() {
    let counted = Metrics::with_buckets([0.01, 0.1, 60.0]).unwrap();
    let app = app(&counted);
    let start = std::time::Instant::now();
    for millis in [0, 0, 20, 20, 120] {
        app.get(format!("/sleep/{millis}")).await;
    }
    let most = start.elapsed().as_secs_f64();
    let page = Page::read(&counted.text());
    let labels = [("method", "GET"), ("route", "/sleep/{millis}")];
    let sum = page.get(SUM, &labels);
    assert!((0.16..=most).contains(&sum), "{sum} of {most}");
    assert_eq!(page.get(COUNT, &labels), 5.0);
    let bucket = |bound| page.get(BUCKET, &[labels[0], labels[1], ("le", bound)]);
    assert!(bucket("0.01") <= 2.0 && bucket("0.1") <= 4.0, "{page:?}");
    assert_eq!((bucket("60"), bucket("+Inf")), (5.0, 5.0));
    assert_eq!(page.of(BUCKET).len(), 4);
}

#[tokio::test]
async fn what_is_beyond_every_bound_is_in_the_last_bucket() {
    let counted = Metrics::with_buckets([1e-9]).unwrap();
    app(&counted).get("/users/7").await;
    let page = Page::read(&counted.text());
    let bucket = |bound| page.get(BUCKET, &[("method", "GET"), ("route", "/users/{id}"), ("le", bound)]);
    assert_eq!((bucket("0.000000001"), bucket("+Inf")), (0.0, 1.0));
}

/// A piece of the table that finds them has 64 places.
#[tokio::test]
async fn there_is_room_for_every_route_and_method() {
    const PATHS: [&str; 12] = ["/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h", "/i", "/j", "/k", "/l"];
    const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PURGE"];
    let counted = Metrics::new();
    let app = Application::new(pipeline![
        observe(counted.clone()),
        routes! {
            * "/a" => ok, * "/b" => ok, * "/c" => ok, * "/d" => ok, * "/e" => ok, * "/f" => ok,
            * "/g" => ok, * "/h" => ok, * "/i" => ok, * "/j" => ok, * "/k" => ok, * "/l" => ok,
        },
    ]);
    for _ in 0..2 {
        for path in PATHS {
            for method in METHODS {
                app.request(method.parse().unwrap(), path).await;
            }
        }
    }
    let page = Page::read(&counted.text());
    let counts = page.of(COUNT);
    assert_eq!(counts.len(), PATHS.len() * METHODS.len());
    assert!(counts.iter().all(|&(_, count)| count == 2.0), "{counts:?}");
}

#[test]
fn buckets_are_ascending_numbers_of_seconds() {
    for refused in [&[0.0][..], &[-1.0], &[f64::NAN], &[f64::INFINITY], &[1.0, 1.0], &[1.0, 0.5], &[1e-12], &[1e300]] {
        let error = Metrics::with_buckets(refused.iter().copied()).unwrap_err();
        assert!(error.message().contains("cannot be next"), "{refused:?}: {error}");
    }
    assert!(Metrics::with_buckets([]).is_ok() && Metrics::with_buckets(Metrics::BUCKETS).is_ok());
}

#[tokio::test]
async fn a_request_is_in_flight_until_it_is_over_however_it_ends() {
    let counted = Metrics::new();
    let app = app(&counted);
    let in_flight = || Page::read(&counted.text()).get(IN_FLIGHT, &[]);
    assert_eq!(in_flight(), 0.0);
    {
        let mut waiting = Box::pin(async { app.get("/sleep/60000").await });
        assert!(futures_util::poll!(waiting.as_mut()).is_pending());
        assert_eq!(in_flight(), 1.0);
    }
    assert_eq!(in_flight(), 0.0);
    app.get("/panics").await;
    app.get("/nowhere").await;
    assert_eq!(in_flight(), 0.0);
    // the page is asked for by a request
    let page = page(&app).await;
    assert_eq!(page.get(IN_FLIGHT, &[]), 1.0);
    for (route, class) in [("/sleep/{millis}", "4xx"), ("/panics", "5xx"), ("none", "4xx")] {
        assert_eq!(page.get(REQUESTS, &[("method", "GET"), ("route", route), ("status", class)]), 1.0, "{route}");
    }
}

#[tokio::test]
async fn a_page_of_nothing_and_one_of_odd_patterns_can_be_read() {
    let counted = Metrics::new();
    let empty = Page::read(&counted.text());
    assert_eq!((empty.types.len(), empty.samples.len()), (3, 1));
    let app = app(&counted);
    app.get("/x/%5Cy").await;
    app.get("/x/\\y").await;
    let page = page(&app).await;
    assert!(page.of(COUNT).iter().all(|(labels, _)| labels["method"] == "GET"), "{page:?}");
}

#[test]
fn threads_count_together() {
    let counted = Metrics::new();
    let app = app(&counted);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(async {
                    for id in 1..=200 {
                        app.get(format!("/users/{id}")).await;
                        app.post("/users/").await;
                    }
                });
            });
        }
    });
    let page = Page::read(&counted.text());
    assert_eq!(page.get(COUNT, &[("method", "GET"), ("route", "/users/{id}")]), 1600.0);
    assert_eq!(page.get(COUNT, &[("method", "POST"), ("route", "/users")]), 1600.0);
    assert_eq!(page.of(COUNT).len(), 2);
}

#[tokio::test]
async fn a_closure_is_told_of_each_request_once() {
    type Seen = (String, String, u16, Option<String>, bool);
    let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
    let tell = seen.clone();
    let mut app = Application::new(pipeline![
        observe(move |seen: &Observation<'_>| {
            let route = seen.route().map_or_else(|| "none".into(), |route| route.pattern());
            let error = seen.error().map(ToString::to_string);
            let status = seen.status().as_u16();
            tell.lock().unwrap().push((
                seen.method().to_string(),
                route.into(),
                status,
                error,
                seen.is_cancelled() || seen.is_panic(),
            ));
        }),
        routes! {
            "/users" => users(),
            GET "/sleep/{millis}" => sleep,
            GET "/panics" => panics,
        },
    ]);
    app.settings_mut().silent = true;
    app.get("/users/7").await;
    app.get("/users/0").await;
    app.get("/panics").await;
    let _ = tokio::time::timeout(Duration::from_millis(1), app.get("/sleep/60000")).await;
    let get = |route: &str, status, error: Option<&str>, is_broken| {
        ("GET".to_owned(), route.to_owned(), status, error.map(str::to_owned), is_broken)
    };
    assert_eq!(
        *seen.lock().unwrap(),
        [
            get("/users/{id}", 200, None, false),
            get("/users/{id}", 403, Some("Forbidden"), false),
            get("/panics", 500, None, true),
            get("/sleep/{millis}", 499, None, true),
        ]
    );
}
