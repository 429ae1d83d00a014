//! Every request has one line in the access log, and no client can forge one.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::stream;
use koa_runtime::prelude::*;
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    sync::Notify,
};
use tower_service::Service as _;

/// All that is written, one entry a call.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<String>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().push(String::from_utf8(bytes.to_vec()).unwrap());
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn to(&self) -> LogOutput {
        LogOutput::writer(self.clone())
    }

    /// What was written since the last time, which was a line a call.
    fn lines(&self) -> Vec<String> {
        let calls = std::mem::take(&mut *self.0.lock().unwrap());
        for call in &calls {
            assert!(call.ends_with('\n') && call.matches('\n').count() == 1, "{call:?} is no line");
        }
        calls.into_iter().map(|call| call.trim_end().to_owned()).collect()
    }

    fn line(&self) -> String {
        let mut lines = self.lines();
        assert_eq!(lines.len(), 1, "{lines:?}");
        lines.remove(0)
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// Waits for the line of a request that nobody waits for.
    async fn later(&self) -> String {
        for _ in 0..2000 {
            if !self.0.lock().unwrap().is_empty() {
                return self.line();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nothing was written");
    }
}

#[middleware]
async fn show_user(#[param] id: u64) -> Result<String> {
    ensure!(id != 0, 403, "not this one");
    Ok(format!("user {id}"))
}

#[middleware]
async fn broken() -> Result<&'static str> {
    Err(std::io::Error::other("a secret"))?
}

#[middleware]
async fn panics() -> &'static str {
    panic!("out of tea")
}

#[middleware]
async fn faulty(ctx: &mut Context) -> &'static str {
    ctx.set("X-Name", "a\nb");
    "never sent"
}

#[middleware]
async fn streamed() -> Body {
    Body::from_stream(stream::iter([Ok::<_, io::Error>("of no known length")]))
}

#[middleware]
async fn forever(begun: &Arc<Notify>) {
    begun.notify_one();
    std::future::pending::<()>().await;
}

#[middleware]
async fn renamed(ctx: &mut Context) -> Result<&'static str> {
    ctx.request.set_method(http::Method::DELETE);
    ctx.request.set_url("/elsewhere")?;
    Ok("renamed")
}

fn app(format: LogFormat, to: LogOutput) -> Application {
    app_that_tells(Arc::default(), format, to)
}

fn app_that_tells(begun: Arc<Notify>, format: LogFormat, to: LogOutput) -> Application {
    let mut app = Application::new(pipeline![
        provide(begun),
        access_log(format).to(to),
        routes! {
            "/api" => { GET | POST "/users/{id: u64}" => show_user },
            GET "/broken" => broken,
            GET "/panics" => panics,
            GET "/faulty" => faulty,
            GET "/streamed" => streamed,
            GET "/forever" => forever,
            GET "/renamed" => renamed,
        },
    ]);
    app.settings_mut().silent = true;
    app.settings_mut().proxy = true;
    app
}

/// What a request line and two headers may hold at worst, as far as the `http` crate lets it through.
fn hostile() -> http::Request<Body> {
    let mut request = http::Request::new(Body::empty());
    *request.uri_mut() = "/a\"%0d%0a\\{\u{e9}}?q=\\'{}".parse().unwrap();
    let forged = b"\" 200 1 \"-\" \"-\"\t\\ \x80\xe2\x80\xa8{\"a\":1}";
    for name in ["referer", "user-agent"] {
        request.headers_mut().insert(name, http::HeaderValue::from_bytes(forged).unwrap());
    }
    request
}

#[tokio::test]
async fn no_client_can_forge_a_line() {
    let written = Written::default();
    for (format, expected) in [
        (
            LogFormat::Combined,
            concat!(
                r#""GET /a\"%0d%0a\\{\xc3\xa9}?q=\\'{} HTTP/1.1" 404 9 "#,
                r#""\" 200 1 \"-\" \"-\"\x09\\ \x80\xe2\x80\xa8{\"a\":1}" "#,
                r#""\" 200 1 \"-\" \"-\"\x09\\ \x80\xe2\x80\xa8{\"a\":1}""#,
            ),
        ),
        (
            LogFormat::JsonLines,
            concat!(
                r#""route":null,"referer":"\" 200 1 \"-\" \"-\"\u0009\\ \ufffd\u2028{\"a\":1}","#,
                r#""user_agent":"\" 200 1 \"-\" \"-\"\u0009\\ \ufffd\u2028{\"a\":1}"}"#,
            ),
        ),
    ] {
        let Ok(reply) = app(format, written.to()).callback().call(hostile()).await;
        assert_eq!(reply.status(), 404);
        let line = written.line();
        assert!(line.ends_with(expected), "{line}");
        assert!(line.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{line}");
    }
    let Ok(_) = app(LogFormat::JsonLines, written.to()).callback().call(hostile()).await;
    assert_eq!(written.json()["url"], "/a\"%0d%0a\\{\u{e9}}?q=\\'{}");
}

#[tokio::test]
async fn an_address_that_a_proxy_made_up_is_none() {
    let written = Written::default();
    let app = app(LogFormat::Common, written.to());
    for (told, logged) in [("203.0.113.9", "203.0.113.9"), ("2001:db8::1", "2001:db8::1"), ("evil\" -", "-")] {
        app.get("/").header("X-Forwarded-For", told).await;
        assert!(written.line().starts_with(&format!("{logged} - - [")));
    }
}

#[tokio::test]
async fn an_error_is_logged_with_the_status_and_the_length_that_the_client_sees() {
    let written = Written::default();
    let app = app(LogFormat::JsonLines, written.to());
    for (method, path, status) in [
        ("GET", "/api/users/7", 200),
        ("GET", "/api/users/0", 403),
        ("GET", "/api/users/x", 404),
        ("GET", "/nowhere", 404),
        ("DELETE", "/api/users/7", 405),
        ("BREW", "/api/users/7", 501),
        ("OPTIONS", "/api/users/7", 200),
        ("GET", "/broken", 500),
        ("GET", "/faulty", 500),
    ] {
        let response = app.request(method.parse().unwrap(), path).await;
        assert_eq!(response.status(), status, "{method} {path}");
        let logged = written.json();
        assert_eq!((&logged["method"], &logged["url"]), (&method.into(), &path.into()));
        assert_eq!(logged["status"], status, "{method} {path}");
        assert_eq!(logged["length"], response.bytes().len(), "{method} {path}");
    }
    // of a panic it is not known yet what is made of it
    assert_eq!(app.get("/panics").await.status(), 500);
    let logged = written.json();
    assert_eq!((&logged["status"], &logged["length"]), (&500.into(), &serde_json::Value::Null));
}

#[tokio::test]
async fn the_length_is_none_where_nobody_knows_it() {
    let written = Written::default();
    let log = app(LogFormat::Common, written.to());
    assert_eq!(log.get("/streamed").await.text(), "of no known length");
    assert!(written.line().ends_with("\"GET /streamed HTTP/1.1\" 200 -"));
    log.request(http::Method::HEAD, "/api/users/7").await;
    assert!(written.line().ends_with("\"HEAD /api/users/7 HTTP/1.1\" 200 -"));
}

#[tokio::test]
async fn a_request_whose_client_went_away_is_logged_once() {
    let written = Written::default();
    let begun = Arc::new(Notify::new());
    let app = app_that_tells(begun.clone(), LogFormat::Common, written.to());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(app.clone().serve(listener));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /forever HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    begun.notified().await;
    assert_eq!(written.lines(), Vec::<String>::new());
    drop(stream);
    let line = written.later().await;
    assert!(line.starts_with("127.0.0.1 - - [") && line.ends_with("\"GET /forever HTTP/1.1\" 499 -"), "{line}");

    let asked = tokio::time::timeout(Duration::from_millis(10), app.get("/forever"));
    assert!(asked.await.is_err());
    assert!(written.line().ends_with("\"GET /forever HTTP/1.1\" 499 -"));
}

#[tokio::test]
async fn what_the_client_sent_is_logged_and_not_what_layers_made_of_it() {
    let written = Written::default();
    app(LogFormat::Common, written.to()).get("/renamed?a=b").await;
    assert!(written.line().ends_with("\"GET /renamed?a=b HTTP/1.1\" 200 7"));
    app(LogFormat::JsonLines, written.to()).get("/renamed?a=b").await;
    let logged = written.json();
    assert_eq!((&logged["method"], &logged["url"]), (&"GET".into(), &"/renamed?a=b".into()));
}

#[tokio::test]
async fn a_line_of_json_has_the_route_the_time_and_the_duration() {
    let written = Written::default();
    let app = app(LogFormat::JsonLines, written.to());
    app.get("/api/users/7").header("User-Agent", "curl/8").version(http::Version::HTTP_2).await;
    let logged = written.json();
    assert_eq!(logged["route"], "/api/users/{id: u64}");
    assert_eq!(logged["protocol"], "HTTP/2.0");
    assert_eq!((&logged["referer"], &logged["user_agent"]), (&serde_json::Value::Null, &"curl/8".into()));
    let duration = logged["duration"].as_f64().unwrap();
    assert!((0.0..10.0).contains(&duration), "{duration}");
    let time = logged["time"].as_str().unwrap();
    let now = httpdate::fmt_http_date(std::time::SystemTime::now());
    assert!(time.len() == 24 && time.ends_with('Z') && time.starts_with(&now[12..16]), "{time}");
}

#[tokio::test]
async fn a_line_has_a_bound() {
    let written = Written::default();
    for format in [LogFormat::Combined, LogFormat::JsonLines] {
        let app = app(format, written.to());
        let (path, header) = (format!("/{}", "\u{e9}".repeat(20_000)), "\u{80}".repeat(100_000));
        app.get(path).header("User-Agent", &header).header("Referer", &header).await;
        let line = written.line();
        assert!((20_000..65_536).contains(&line.len()), "{}", line.len());
        assert!(line.contains("...\""));
    }
}

#[tokio::test]
async fn a_log_that_fails_or_panics_costs_no_reply() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let full = app(LogFormat::Common, LogOutput::writer(Full));
    assert_eq!(full.get("/api/users/7").await.status(), 200);

    let panics = app(LogFormat::Common, LogOutput::call(|_| panic!("no paper")));
    assert_eq!(panics.get("/api/users/7").await.status(), 200);
    // the layer's own panic passes by while the log panics
    assert_eq!(panics.get("/panics").await.status(), 500);
    assert!(tokio::time::timeout(Duration::from_millis(10), panics.get("/forever")).await.is_err());
}

#[test]
fn lines_of_several_threads_do_not_mix() {
    let written = Written::default();
    let app = app(LogFormat::JsonLines, written.to());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(async {
                    for id in 1..=100 {
                        app.get(format!("/api/users/{id}")).await;
                    }
                });
            });
        }
    });
    let lines = written.lines();
    assert_eq!(lines.len(), 400);
    for line in lines {
        let logged: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(logged["status"], 200);
    }
}

#[tokio::test]
async fn a_call_is_given_the_line_without_its_end() {
    let (lines, written) = std::sync::mpsc::channel();
    let to = LogOutput::call(move |line| lines.send(line.to_owned()).unwrap());
    app(LogFormat::Common, to).get("/api/users/7").await;
    let line = written.recv().unwrap();
    assert!(line.ends_with("\"GET /api/users/7 HTTP/1.1\" 200 6"), "{line}");
}
