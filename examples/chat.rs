//! A chat: a page, and a WebSocket whose messages run through a pipeline of their own. Who is there is in a group.
//!
//! ```sh
//! cargo run --release -p examples --example chat
//! ```
//!
//! Then open <http://127.0.0.1:3000/> in two windows. With `CERTIFICATE=cert.pem KEY=key.pem` it is `https`, and a browser opens its WebSocket
//! over the HTTP/2 connection that the page came by. `.ci/chat` has three people talk, in Chromium.

use koa_runtime::{
    Tls,
    prelude::*,
    websocket::{self, CloseCode, Group, Member, Message, Options, Sender},
};
use serde::Serialize;

/// What the page is told.
#[derive(Serialize)]
#[serde(tag = "what", rename_all = "lowercase")]
enum Event<'e> {
    Came { who: &'e str, here: usize },
    Said { who: &'e str, text: &'e str },
    Left { who: &'e str, here: usize },
    Refused { why: &'e str },
}

impl From<Event<'_>> for Message {
    fn from(event: Event<'_>) -> Self {
        serde_json::to_string(&event).expect("names and numbers are JSON").into()
    }
}

/// What the messages of one client share. When it is dropped, the client has left the room.
struct Guest {
    name: String,
    seat: Member,
}

impl Guest {
    fn enter(name: String, room: &Group, sender: &Sender) -> Self {
        let guest = Self { name, seat: room.join(sender) };
        room.send(Event::Came { who: &guest.name, here: room.len() });
        guest
    }

    fn say(&self, text: &str) {
        self.seat.group().send(Event::Said { who: &self.name, text });
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let room = self.seat.group();
        room.send(Event::Left { who: &self.name, here: room.len() - 1 });
    }
}

type Messages = Application<websocket::Context<Guest>>;

/// What was said, with nothing around it: what no layer before `say` has looked at is not said on.
struct Said(String);

/// Tells who said what cannot be, and nobody else. What goes wrong in here closes the WebSocket.
#[middleware]
async fn refused(ctx: &mut websocket::Context<Guest>, next: Next) -> Result {
    match next.run(ctx).await {
        Err(error) if error.is_exposed() => {
            ctx.set_reply(Event::Refused { why: error.message() });
            Ok(())
        }
        outcome => outcome,
    }
}

#[middleware]
async fn checked(ctx: &mut websocket::Context<Guest>, next: Next<Said>) -> Result {
    let text = ctx.text()?.trim();
    ensure!(text.chars().count() <= 500, 413, "that is too long");
    let said = Said(text.to_owned());
    match said.0.as_str() {
        "" => Ok(()),
        "/quit" => {
            ctx.close(CloseCode::NORMAL, "bye");
            Ok(())
        }
        _ => next.run(ctx, &said).await,
    }
}

#[middleware]
async fn say(ctx: &mut websocket::Context<Guest>, said: &Said) {
    ctx.state().say(&said.0);
}

/// The name is in the query: a real chat takes it from a session.
#[middleware]
async fn enter(#[config] messages: &Messages, ctx: &mut Context, room: &Group) -> Result {
    let name = ctx.request.query().get("name").unwrap_or_default().trim().to_owned();
    ensure!(!name.is_empty() && name.chars().count() <= 30, 400, "say your name: /chat?name=Ada");
    ctx.websocket_messages(Options::default(), messages, |sender| Guest::enter(name, room, sender))
}

#[middleware]
async fn page() -> Html<&'static str> {
    Html(include_str!("chat.html"))
}

fn app() -> Application {
    let messages = Messages::of(pipeline![refused, checked, say]);
    Application::new(pipeline![
        provide(Group::default()),
        routes! {
            GET "/" => page,
            GET "/chat" => enter(messages),
        }
    ])
}

#[tokio::main]
async fn main() -> Result {
    let variable = |name| std::env::var(name).ok();
    let port = variable("PORT").map_or(Ok(3000), |port| port.parse())?;
    let address = ("127.0.0.1", port);
    let (server, scheme) = match (variable("CERTIFICATE"), variable("KEY")) {
        (Some(certificate), Some(key)) => (app().listen(Tls::from_pem_files(certificate, key)?.on(address)), "https"),
        _ => (app().listen(address), "http"),
    };
    // until Ctrl-C or SIGTERM, when each page is told
    server.on_listening(move |address| println!("listening on {scheme}://{address}")).await
}
