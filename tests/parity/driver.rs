//! Asks the application over a real connection.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use koa_runtime::{Application, Context, Error};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep, timeout},
};

use crate::{
    answer::Answer,
    scenario::{Outcome, Scenario, to_lines},
};

/// How long a server may be silent before that is taken for all it has to say.
const SILENCE: Duration = Duration::from_millis(200);
/// How long what is expected may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the error event told.
#[derive(Clone, Default)]
pub(crate) struct Events(Arc<Mutex<Vec<String>>>);

impl Events {
    /// The error's status, whether it is shown to the client, the response's status at that time, and the message.
    pub(crate) fn push(&self, error: &Error, ctx: &Context) {
        let exposed = if error.is_exposed() { " exposed" } else { "" };
        let late = if ctx.header_sent() { " (headers sent)" } else { "" };
        let (status, of_reply) = (error.status().as_u16(), ctx.status().as_u16());
        let event = format!("{status}{exposed}{late} at {of_reply}: {}", error.message());
        self.0.lock().expect("no test panics here").push(event);
    }

    fn told(&self) -> Vec<String> {
        self.0.lock().expect("no test panics here").clone()
    }
}

/// Puts the scenario to the application. What is expected says only how long to wait.
pub(crate) async fn ask(app: Application, events: &Events, scenario: &Scenario, expected: &Outcome) -> Outcome {
    let events_heard = events.clone();
    let app = app.on_error(move |error, ctx| events_heard.push(error, ctx));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let server = tokio::spawn(app.serve(listener));

    let sent = scenario.bytes();
    let (answer, end) = exchange(address, &sent, scenario.hangs_up, expected).await;
    if scenario.hangs_up {
        // there should be none
        sleep(Duration::from_millis(100)).await;
    }
    let until = Instant::now() + PATIENCE;
    while events.told().len() < expected.events.len() && Instant::now() < until {
        sleep(Duration::from_millis(10)).await;
    }
    server.abort();
    Outcome { sent: to_lines(&sent), answer: without_date(&answer), end: end.to_owned(), events: events.told() }
}

async fn exchange(address: SocketAddr, sent: &[u8], hangs_up: bool, expected: &Outcome) -> (Vec<u8>, &'static str) {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    // a server that closes early may not take all of it
    let _ = stream.write_all(sent).await;
    if hangs_up {
        sleep(Duration::from_millis(100)).await;
        return (Vec::new(), "hung up");
    }
    let answers = Answer::all(expected).len();
    let mut answer = Vec::new();
    loop {
        let so_far = Answer::parse(&answer, sent);
        let is_all = so_far.len() >= answers && so_far.iter().all(Answer::is_whole);
        let wait = if expected.end == "closed" || !is_all { PATIENCE } else { SILENCE };
        match timeout(wait, stream.read_buf(&mut answer)).await {
            Ok(Ok(0) | Err(_)) => return (answer, "closed"),
            Ok(Ok(_)) => {}
            Err(_) => return (answer, "open"),
        }
    }
}

fn without_date(answer: &[u8]) -> Vec<String> {
    let mut lines = to_lines(answer);
    for line in &mut lines {
        if line.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("date:")) {
            "date: now".clone_into(line);
        }
    }
    lines
}
