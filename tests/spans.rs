//! `trace` opens a span for each request, and what its layers log is in that span and in no other.

mod lines;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use koa_runtime::{prelude::*, span, trace};
use lines::Line;
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
    subscriber::{DefaultGuard, set_default},
};

type Fields = BTreeMap<&'static str, String>;

#[derive(Clone, Debug)]
struct Span {
    name: &'static str,
    fields: Fields,
    handles: usize,
}

#[derive(Clone, Debug)]
struct Told {
    level: Level,
    fields: Fields,
    /// The number of the span it is in.
    span: Option<usize>,
}

#[derive(Default)]
struct State {
    spans: Vec<Span>,
    entered: Vec<usize>,
    told: Vec<Told>,
}

/// Keeps all it hears, on the one thread of a test.
#[derive(Clone)]
struct Listener {
    state: Arc<Mutex<State>>,
    level: Level,
}

impl Listener {
    fn listen(level: Level) -> (Self, DefaultGuard) {
        let listener = Self { state: Arc::default(), level };
        let guard = set_default(listener.clone());
        (listener, guard)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn span(&self) -> Span {
        let state = self.state();
        assert_eq!(state.spans.len(), 1, "{:?}", state.spans);
        state.spans[0].clone()
    }
}

struct Take<'a>(&'a mut Fields);

impl Visit for Take<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

fn number(id: &Id) -> usize {
    usize::try_from(id.into_u64()).unwrap() - 1
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.level && metadata.target().starts_with("koa_runtime") || metadata.target() == "spans"
    }
    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut fields = Fields::new();
        attributes.record(&mut Take(&mut fields));
        let mut state = self.state();
        state.spans.push(Span { name: attributes.metadata().name(), fields, handles: 1 });
        Id::from_u64(state.spans.len() as u64)
    }
    fn record(&self, id: &Id, values: &Record<'_>) {
        values.record(&mut Take(&mut self.state().spans[number(id)].fields));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::new();
        event.record(&mut Take(&mut fields));
        let mut state = self.state();
        let span = state.entered.last().copied();
        state.told.push(Told { level: *event.metadata().level(), fields, span });
    }
    fn enter(&self, id: &Id) {
        self.state().entered.push(number(id));
    }
    fn exit(&self, id: &Id) {
        assert_eq!(self.state().entered.pop(), Some(number(id)), "spans are left in the order they were entered");
    }
    fn clone_span(&self, id: &Id) -> Id {
        self.state().spans[number(id)].handles += 1;
        id.clone()
    }
    fn try_close(&self, id: Id) -> bool {
        let span = &mut self.state().spans[number(&id)];
        span.handles -= 1;
        span.handles == 0
    }
}

#[middleware]
async fn work(#[param] id: u64) -> Result<String> {
    for step in 0..3 {
        tracing::info!(target: "spans", id, step);
        tokio::task::yield_now().await;
    }
    ensure!(id != 0, 403, "not this one");
    Ok(format!("{id}"))
}

#[middleware]
async fn broken() -> Result<&'static str> {
    Err(std::io::Error::other("disk on fire"))?
}

#[middleware]
async fn panics() -> &'static str {
    panic!("out of tea")
}

#[middleware]
async fn forever() {
    std::future::pending::<()>().await;
}

fn app() -> Application {
    let mut app = Application::new(pipeline![
        trace,
        routes! {
            GET "/work/{id}" => work,
            GET "/broken" => broken,
            GET "/panics" => panics,
            GET "/forever" => forever,
        },
    ]);
    app.settings_mut().silent = true;
    app
}

#[tokio::test]
async fn a_span_says_what_was_asked_and_what_became_of_it() {
    let (heard, _guard) = Listener::listen(Level::INFO);
    app().get("/work/7?secret=1").await;
    let Span { name, mut fields, handles } = heard.span();
    let duration: f64 = fields.remove("duration").unwrap().parse().unwrap();
    assert!((0.0..10.0).contains(&duration), "{duration}");
    assert_eq!((name, handles), ("request", 0));
    let expected = [
        ("http.request.method", "GET"),
        ("http.response.status_code", "200"),
        ("http.route", "/work/{id}"),
        ("url.path", "/work/7"),
    ];
    assert!(fields.iter().map(|(name, value)| (*name, &**value)).eq(expected), "{fields:?}");
}

#[tokio::test]
async fn what_requests_log_in_turns_is_in_the_span_of_each() {
    let (heard, _guard) = Listener::listen(Level::INFO);
    let app = app();
    let ask = |id: u64| {
        let request = app.get(format!("/work/{id}"));
        async move { request.await.text().to_owned() }
    };
    let (one, two, three) = tokio::join!(ask(1), ask(2), ask(3));
    assert_eq!([one, two, three], ["1", "2", "3"]);
    let state = heard.state();
    assert_eq!((state.spans.len(), state.told.len()), (3, 9));
    for told in &state.told {
        let span = &state.spans[told.span.expect("an event outside of every span")];
        assert_eq!(span.fields["url.path"], format!("/work/{}", told.fields["id"]));
    }
    // they did take turns
    assert_ne!(state.told[0].span, state.told[1].span);
    assert!(state.entered.is_empty());
}

#[tokio::test]
async fn an_error_is_an_event_in_the_span_with_its_causes() {
    let (heard, _guard) = Listener::listen(Level::DEBUG);
    let app = app();
    for (path, status, level, error, causes) in [
        ("/broken", "500", Level::ERROR, "disk on fire", "disk on fire"),
        ("/work/0", "403", Level::DEBUG, "not this one", ""),
    ] {
        app.get(path).await;
        let state = heard.state();
        let told = state.told.last().unwrap();
        assert_eq!((told.level, &*told.fields["error"], &*told.fields["causes"]), (level, error, causes));
        let span = told.span.expect("in the span");
        assert_eq!(state.spans[span].fields["url.path"], path);
        assert_eq!(state.spans[span].fields["http.response.status_code"], status);
    }
}

#[tokio::test]
async fn a_panic_and_a_client_that_went_away_close_their_spans() {
    let (heard, _guard) = Listener::listen(Level::DEBUG);
    let app = app();
    assert_eq!(app.get("/panics").await.status(), 500);
    assert!(tokio::time::timeout(Duration::from_millis(10), app.get("/forever")).await.is_err());
    let state = heard.state();
    let statuses = state.spans.iter().map(|span| &*span.fields["http.response.status_code"]);
    assert!(statuses.eq(["500", "499"]));
    assert!(state.spans.iter().all(|span| span.handles == 0) && state.entered.is_empty());
    let told: Vec<_> = state.told.iter().map(|told| (told.level, told.span, &*told.fields["message"])).collect();
    assert_eq!(told, [(Level::ERROR, Some(0), "a layer panicked"), (Level::DEBUG, Some(1), "the client went away")]);
}

#[tokio::test]
async fn the_trace_of_the_caller_is_gone_on_with_if_it_is_valid() {
    let (heard, _guard) = Listener::listen(Level::INFO);
    let app = app();
    app.get("/").header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").await;
    app.get("/").header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01").await;
    let state = heard.state();
    for (name, value) in
        [("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"), ("parent_id", "00f067aa0ba902b7"), ("trace_flags", "01")]
    {
        assert_eq!(state.spans[0].fields[name], value);
        assert!(!state.spans[1].fields.contains_key(name));
    }
    assert!(!state.spans[0].fields.contains_key("http.route"));
}

#[tokio::test]
async fn a_span_that_nobody_wants_is_none_and_errors_are_told_all_the_same() {
    let (heard, _guard) = Listener::listen(Level::ERROR);
    app().get("/broken").await;
    let state = heard.state();
    assert!(state.spans.is_empty());
    assert_eq!(state.told.len(), 1);
    assert_eq!(state.told[0].fields["error"], "disk on fire");
}

#[middleware]
async fn say(ctx: &mut Line) -> Result {
    tracing::info!(target: "spans", "here");
    ensure!(ctx.said != "fail", 500, "disk on fire");
    ctx.reply = ctx.said.to_uppercase();
    Ok(())
}

#[tokio::test]
async fn under_another_protocol_a_span_says_the_same_in_its_words() {
    let (heard, _guard) = Listener::listen(Level::DEBUG);
    let mut app = Application::<Line>::of(pipeline![span, say]);
    app.settings_mut().silent = true;
    for said in ["hello", "fail"] {
        app.ask(said.to_owned()).await;
    }
    let state = heard.state();
    let fields = |number: usize| {
        let mut fields = state.spans[number].fields.clone();
        assert!(fields.remove("duration").unwrap().parse::<f64>().unwrap() < 10.0);
        fields.into_iter().collect::<Vec<_>>()
    };
    let expected = |answered: &str, asked: &str| {
        [("answered", answered), ("asked", asked), ("protocol", "lines")].map(|(name, value)| (name, value.to_owned()))
    };
    assert_eq!(fields(0), expected("ok", "\"hello\""));
    assert_eq!(fields(1), expected("error 500", "\"fail\""));
    // what the layers log is in the span of their request, and so is what went wrong
    let told: Vec<_> = state.told.iter().map(|told| (told.level, told.span)).collect();
    assert_eq!(told, [(Level::INFO, Some(0)), (Level::INFO, Some(1)), (Level::ERROR, Some(1))]);
}
