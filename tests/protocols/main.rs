//! The layers that run under every protocol do the same under each.

#[path = "../lines.rs"]
mod lines;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use koa_runtime::{
    LogOutput, RequestId, catch_panic, duration, limit_concurrency, logger,
    prelude::*,
    request_id, response_time, timeout,
    websocket::{self, Received, Replied},
};
use koa_thrift::{Call, Message, MessageKind};
use lines::Line;
use tokio::sync::Notify;

/// A protocol, as this test speaks it.
trait Spoken: Protocol {
    /// A request that says this much.
    fn request(what: &str) -> Self::Request;
    /// What it says.
    fn what(&self) -> String;
    fn answer(&mut self, text: &str);
    /// The text of a reply, and whether it is an error's.
    async fn read(reply: Self::Reply) -> (String, bool);
}

impl Spoken for Context {
    fn request(what: &str) -> Request {
        Request::new(http::Request::get(format!("/{what}")).body(Body::empty()).unwrap())
    }

    fn what(&self) -> String {
        self.path()[1..].to_owned()
    }

    fn answer(&mut self, text: &str) {
        self.set_body(text.to_owned());
    }

    async fn read(reply: http::Response<Body>) -> (String, bool) {
        let is_error = !reply.status().is_success();
        (String::from_utf8(reply.into_body().as_bytes().unwrap().to_vec()).unwrap(), is_error)
    }
}

impl Spoken for Line {
    fn request(what: &str) -> String {
        what.to_owned()
    }

    fn what(&self) -> String {
        self.said.clone()
    }

    fn answer(&mut self, text: &str) {
        text.clone_into(&mut self.reply);
    }

    async fn read(reply: String) -> (String, bool) {
        match reply.strip_prefix("error: ") {
            Some(error) => (error.to_owned(), true),
            None => (reply, false),
        }
    }
}

impl Spoken for websocket::Context<()> {
    fn request(what: &str) -> Received<()> {
        Received::new(what, ())
    }

    fn what(&self) -> String {
        self.text().unwrap().to_owned()
    }

    fn answer(&mut self, text: &str) {
        self.set_reply(text);
    }

    async fn read(replied: Replied<()>) -> (String, bool) {
        match replied.close {
            Some(close) => (close.reason.to_string(), true),
            None => (replied.reply.unwrap().as_text().unwrap().to_owned(), false),
        }
    }
}

impl Spoken for Call {
    fn request(what: &str) -> Message {
        let length = u8::try_from(what.len()).unwrap();
        // a call of that name without arguments
        let bytes = [b"\x80\x01\0\x01\0\0\0", &[length][..], what.as_bytes(), b"\0\0\0\x07\0"].concat();
        Message::decode(bytes).unwrap()
    }

    fn what(&self) -> String {
        self.method().to_owned()
    }

    fn answer(&mut self, text: &str) {
        self.returns(&text.to_owned()).unwrap();
    }

    async fn read(reply: Option<Message>) -> (String, bool) {
        let reply = reply.unwrap();
        // result and exception alike begin with a text: its type, the id of the field, its length
        let text = &reply.body[7..7 + usize::from(reply.body[6])];
        (String::from_utf8(text.to_vec()).unwrap(), reply.kind == MessageKind::Exception)
    }
}

/// Does what it is asked for.
#[middleware]
async fn act<C: Spoken>(#[config] goes_on: &Arc<Notify>, ctx: &mut C) -> Result {
    match &*ctx.what() {
        "hello" => ctx.answer("Hello World"),
        "panic" => panic!("asked to"),
        "refuse" => throw!(403, "not you"),
        "fail" => throw!(500, "a secret"),
        "wait" => {
            goes_on.notified().await;
            ctx.answer("waited");
        }
        other => unreachable!("{other}"),
    }
    Ok(())
}

/// The log of a `logger`.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<String>>>);

impl Written {
    fn to(&self) -> LogOutput {
        let lines = Arc::clone(&self.0);
        LogOutput::call(move |line| lines.lock().unwrap().push(line.to_owned()))
    }

    /// Without times, of which nothing is known.
    fn lines(&self) -> Vec<String> {
        let without_time = |line: &String| {
            let words = line
                .split(' ')
                .filter(|word| !(word.ends_with("ms") && word.starts_with(|c: char| c.is_ascii_digit())));
            words.collect::<Vec<_>>().join(" ")
        };
        self.0.lock().unwrap().iter().map(without_time).collect()
    }
}

async fn ask<C: Spoken>(app: &Application<C>, what: &str) -> (String, bool) {
    C::read(app.ask(C::request(what)).await).await
}

macro_rules! under {
    ($protocol:ident, $context:ty, $asked:expr, $fine:literal, $refused:literal) => {
        mod $protocol {
            use super::*;

            type App = Application<$context>;

            #[tokio::test]
            async fn an_answer_and_an_error_come_through_all_layers() {
                let app = App::of(pipeline![
                    logger().to(LogOutput::call(|_| ())),
                    response_time,
                    request_id,
                    catch_panic,
                    timeout(Duration::from_secs(60)),
                    limit_concurrency(1),
                    act(Arc::default())
                ]);
                assert_eq!(ask(&app, "hello").await, ("Hello World".to_owned(), false));
                assert_eq!(ask(&app, "refuse").await, ("not you".to_owned(), true));
                assert_eq!(ask(&app, "hello").await, ("Hello World".to_owned(), false));
            }

            #[tokio::test]
            async fn what_is_secret_is_told_to_the_error_event_and_to_nobody_else() {
                let told = Arc::new(Mutex::new(Vec::new()));
                let listener = Arc::clone(&told);
                let app = App::of(pipeline![act(Arc::default())])
                    .on_error(move |error, ctx| listener.lock().unwrap().push((error.to_string(), ctx.what())));
                let (text, is_error) = ask(&app, "fail").await;
                assert!(is_error && !text.contains("secret"), "{text}");
                assert_eq!(*told.lock().unwrap(), [("a secret".to_owned(), "fail".to_owned())]);
            }

            #[tokio::test]
            async fn a_panic_is_answered_and_told_once() {
                let told = Arc::new(AtomicUsize::new(0));
                let listener = Arc::clone(&told);
                let app = App::of(pipeline![act(Arc::default())]).on_error(move |_, _| {
                    listener.fetch_add(1, Ordering::Relaxed);
                });
                assert!(ask(&app, "panic").await.1);
                assert_eq!(told.load(Ordering::Relaxed), 1);
            }

            #[tokio::test]
            async fn a_panic_that_is_caught_is_an_error_for_the_layers_outside() {
                #[middleware]
                async fn instead<C: Spoken>(ctx: &mut C, next: Next) -> Result {
                    if next.run(ctx).await.is_err() {
                        ctx.answer("instead");
                    }
                    Ok(())
                }
                let app = App::of(pipeline![instead, catch_panic, act(Arc::default())]);
                assert_eq!(ask(&app, "panic").await, ("instead".to_owned(), false));
            }

            #[tokio::test]
            async fn a_log_says_what_was_asked_and_how_it_went() {
                let written = Written::default();
                let app = App::of(pipeline![logger().to(written.to()), act(Arc::default())]);
                ask(&app, "hello").await;
                ask(&app, "refuse").await;
                let asked: fn(&str) -> String = $asked;
                let lines = written.lines();
                assert_eq!(lines[0], format!("  <-- {}", asked("hello")));
                assert_eq!(lines[1], format!("  --> {} {}", asked("hello"), $fine));
                assert_eq!(lines[2], format!("  <-- {}", asked("refuse")));
                assert_eq!(lines[3], format!("  xxx {} {}", asked("refuse"), $refused));
            }

            #[tokio::test]
            async fn a_request_that_is_given_up_is_logged() {
                let written = Written::default();
                let app = App::of(pipeline![logger().to(written.to()), act(Arc::default())]);
                let asking = app.ask(<$context>::request("wait"));
                let _ = tokio::time::timeout(Duration::from_millis(10), asking).await;
                let lines = written.lines();
                assert_eq!(lines.len(), 2, "{lines:?}");
                assert!(lines[1].starts_with("  -x- "), "{lines:?}");
            }

            #[tokio::test]
            async fn layers_that_take_too_long_are_dropped_and_answered_for() {
                let app = App::of(pipeline![timeout(Duration::from_millis(10)), act(Arc::default())]);
                assert!(ask(&app, "wait").await.1);
                assert_eq!(ask(&app, "hello").await, ("Hello World".to_owned(), false));
            }

            #[tokio::test]
            async fn one_too_many_is_refused_and_a_seat_is_given_back() {
                let goes_on = Arc::new(Notify::new());
                let app = App::of(pipeline![limit_concurrency(1), act(Arc::clone(&goes_on))]);
                let waiting = tokio::spawn(app.ask(<$context>::request("wait")));
                tokio::task::yield_now().await;
                assert!(ask(&app, "hello").await.1);
                goes_on.notify_one();
                assert_eq!(<$context>::read(waiting.await.unwrap()).await, ("waited".to_owned(), false));
                assert_eq!(ask(&app, "hello").await, ("Hello World".to_owned(), false));

                // and by one that is given up
                let given_up = app.ask(<$context>::request("wait"));
                let _ = tokio::time::timeout(Duration::from_millis(10), given_up).await;
                assert_eq!(ask(&app, "hello").await, ("Hello World".to_owned(), false));
            }

            #[tokio::test]
            async fn each_request_has_a_name_of_its_own() {
                #[middleware]
                async fn name<C: Spoken>(id: &RequestId, ctx: &mut C) -> Result {
                    ctx.answer(id.as_str());
                    Ok(())
                }
                let app = App::of(pipeline![request_id, name]);
                let (first, second) = (ask(&app, "hello").await.0, ask(&app, "hello").await.0);
                assert_eq!(first.len(), 32);
                assert_ne!(first, second);
            }

            #[tokio::test]
            async fn a_value_is_handed_to_the_layers_inside() {
                #[middleware]
                async fn greet<C: Spoken>(name: &&'static str, ctx: &mut C) -> Result {
                    ctx.answer(name);
                    Ok(())
                }
                let app = App::of(pipeline![provide("Ada"), greet]);
                assert_eq!(ask(&app, "hello").await, ("Ada".to_owned(), false));
            }

            #[tokio::test]
            async fn how_long_it_took_is_told_of_errors_too() {
                let told = Arc::new(Mutex::new(Vec::new()));
                let times = Arc::clone(&told);
                let tell = move |ctx: &$context, time| times.lock().unwrap().push((ctx.what(), time));
                let app = App::of(pipeline![duration(tell), act(Arc::default())]);
                ask(&app, "hello").await;
                ask(&app, "refuse").await;
                let told = told.lock().unwrap();
                assert_eq!((&*told[0].0, &*told[1].0), ("hello", "refuse"));
                assert!(told.iter().all(|(_, time): &(_, Duration)| *time < Duration::from_secs(60)));
            }
        }
    };
}

under!(http_, Context, |what| format!("GET /{what}"), "200 11b", "403 -");
under!(lines_, Line, |what| format!("{what:?}"), "ok -", "error 403 -");
under!(thrift_, Call, str::to_owned, "ok -", "error 403 -");
under!(websocket_, websocket::Context<()>, |what| format!("text of {} bytes", what.len()), "ok -", "error 403 -");

/// K-684.
#[tokio::test]
async fn a_reply_with_headers_says_how_long_it_took_and_an_error_does_not() {
    let app = Application::new(pipeline![response_time, act(Arc::default())]);
    let time = app.get("/hello").await.header("X-Response-Time").to_owned();
    assert!(time.strip_suffix("ms").is_some_and(|time| time.parse::<u32>().is_ok()), "{time}");
    assert_eq!(app.get("/refuse").await.header("X-Response-Time"), "");
}

/// K-678: there is nothing to say of what is not there.
#[tokio::test]
async fn no_length_is_logged_of_a_reply_that_has_none() {
    #[middleware]
    async fn done() -> Status {
        Status::NO_CONTENT
    }
    let written = Written::default();
    let app = Application::new(pipeline![logger().to(written.to()), done]);
    app.get("/").await;
    assert_eq!(written.lines(), ["  <-- GET /", "  --> GET / 204"]);
}
