//! One process, many doors: JSON over HTTP in front, a Thrift service behind that has a port of its own too, and a WebSocket on which each
//! new sum is told, by whichever door it came. One layer says who may come in, and one signal closes all doors.
//!
//! ```sh
//! cargo run --release -p examples --example gateway
//! url=http://127.0.0.1:3000 json='Content-Type: application/json' ada='Authorization: Bearer ada-key'
//! curl -i $url/sums -H "$json" -H "$ada" -d '{"left": 2, "right": 3}'
//! curl -i $url/history -H "$ada"
//! curl -i $url/history                                                                # 401
//! curl -i $url/sums -H "$json" -H "$ada" -d '{"left": 2}'                             # 422
//! curl -i $url/sums -H "$json" -H "$ada" -d '{"left": 2147483647, "right": 1}'        # 422: the service's own exception
//! python3 examples/idl/sums.py 3001                                                   # Thrift: one port higher
//! curl -N --http1.1 $url/events -H "$ada" -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
//!     -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' # and now add
//! ```

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::FutureExt as _;
use koa_runtime::{
    logger,
    prelude::*,
    websocket::{Group, Options, WebSocket},
};
use koa_thrift::{Call, Caller};
use serde::{Deserialize, Serialize};
use tokio::{net::TcpListener, signal};

mod sums {
    koa_thrift::idl!("sums");
}
use sums::{Signed, Sum, Sums, SumsAddError, SumsClient, TooMuch, sums};

// Who may come in: the same under both protocols.

struct User {
    name: &'static str,
    token: String,
}

/// A request that can say who makes it.
trait Credentials: Protocol {
    fn token(&self) -> Option<String>;
}

impl Credentials for Context {
    fn token(&self) -> Option<String> {
        self.header("authorization")?.strip_prefix("Bearer ").map(str::to_owned)
    }
}

/// Thrift has no headers, so the IDL has the token as the first argument of each method. A layer may look at the arguments: what it
/// does not know of them is passed over.
impl Credentials for Call {
    fn token(&self) -> Option<String> {
        self.message().read::<Signed>().ok()?.token
    }
}

#[middleware]
async fn authenticate<C: Credentials>(ctx: &mut C, next: Next<User>) -> Result {
    let token = ctx.token().unwrap_or_default();
    // stands for a database
    let name = match token.as_str() {
        "ada-key" => "Ada",
        "bob-key" => "Bob",
        _ => throw!(Error::new(401).with_message("say who you are").with_header("WWW-Authenticate", "Bearer")),
    };
    next.run(ctx, &User { name, token }).await
}

#[middleware]
async fn audit<C: Protocol>(ctx: &mut C, user: &User, next: Next) -> Result {
    println!("{} comes in by {}", user.name, C::NAME);
    next.run(ctx).await
}

// Behind: the service.

/// Implements the service. What it has done stands for a database.
#[derive(Default)]
struct Adding {
    done: Mutex<Vec<Sum>>,
    events: Group,
}

impl Adding {
    fn done(&self) -> MutexGuard<'_, Vec<Sum>> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sums for Adding {
    async fn add(&self, _: &mut Call, _: String, left: i32, right: i32) -> Result<i32, SumsAddError> {
        let too_much = || TooMuch { message: format!("{left} + {right} is too much") };
        let sum = left.checked_add(right).ok_or_else(too_much)?;
        self.done().push(Sum { left, right, sum });
        self.events.send(format!(r#"{{"left":{left},"right":{right},"sum":{sum}}}"#));
        Ok(sum)
    }

    async fn history(&self, _: &mut Call, _: String) -> Result<Vec<Sum>> {
        Ok(self.done().clone())
    }
}

fn behind(events: Group) -> Application<Call> {
    let adding = Adding { events, ..Adding::default() };
    Application::of(pipeline![logger, authenticate, audit, sums(adding)])
}

// In front: what is asked as JSON is a call of the service, in the name of who has asked.

#[derive(Deserialize)]
struct Question {
    left: i32,
    right: i32,
}

#[derive(Serialize)]
struct Answer {
    sum: i32,
}

#[derive(Serialize)]
struct Entry {
    left: i32,
    right: i32,
    sum: i32,
}

#[middleware]
async fn add(#[body] question: Question, sums: &SumsClient, user: &User) -> Result<Json<Answer>> {
    match sums.add(user.token.clone(), question.left, question.right).await {
        Ok(sum) => Ok(Json(Answer { sum })),
        Err(SumsAddError::TooMuch(why)) => throw!(422, "{}", why.message),
        Err(SumsAddError::Other(error)) => Err(error),
    }
}

#[middleware]
async fn history(sums: &SumsClient, user: &User) -> Result<Json<Vec<Entry>>> {
    let done = sums.history(user.token.clone()).await?;
    Ok(Json(done.into_iter().map(|Sum { left, right, sum }| Entry { left, right, sum }).collect()))
}

/// Tells each sum from now on. What the client says is of no interest; that it leaves is.
#[middleware]
async fn listen(ctx: &mut Context, events: &Group) -> Result {
    let events = events.clone();
    ctx.websocket(Options::default(), async move |mut socket: WebSocket| {
        let _member = events.join(socket.sender());
        while socket.recv().await?.is_some() {}
        Ok(())
    })
}

fn in_front(service: Application<Call>, events: Group) -> Application {
    Application::new(pipeline![
        logger,
        authenticate,
        audit,
        provide(SumsClient::from(Caller::new(service))), // with `remote(pool)` it might be on another machine
        provide(events),
        routes! {
            POST "/sums" => add,
            GET "/history" => history,
            GET "/events" => listen,
        },
    ])
}

/// Ctrl-C, and on Unix SIGTERM.
async fn asked_to_end() {
    #[cfg(unix)]
    if let Ok(mut terminate) = signal::unix::signal(signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = signal::ctrl_c() => {}
        }
        return;
    }
    let _ = signal::ctrl_c().await;
}

#[tokio::main]
async fn main() -> Result {
    let port: u16 = std::env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let http = TcpListener::bind(("127.0.0.1", port)).await?;
    let thrift = TcpListener::bind(("127.0.0.1", if port == 0 { 0 } else { port + 1 })).await?;
    println!("listening on http://{}", http.local_addr()?);
    println!("and on thrift://{}", thrift.local_addr()?);

    let events = Group::default();
    let service = behind(events.clone());
    let end = asked_to_end().shared();
    let drain = Duration::from_secs(5);
    // what HTTP asks of the service does not go over the other port, so it does not matter which of the two ends first
    tokio::try_join!(
        in_front(service.clone(), events).serve(http).with_graceful_shutdown(end.clone()).drain(drain),
        service.serve(thrift).with_graceful_shutdown(end).drain(drain),
    )?;
    println!("all doors are closed");
    Ok(())
}
