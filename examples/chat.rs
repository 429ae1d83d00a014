//! A chat: a page, and a WebSocket whose messages run through a pipeline of their own. Who is there is in a group.
//!
//! ```sh
//! cargo run --release -p examples --example chat
//! ```
//!
//! Then open <http://127.0.0.1:3000/> in two windows.

use koa_runtime::{
    prelude::*,
    websocket::{self, CloseCode, Group, Member, Options, Sender},
};
use tokio::net::TcpListener;

/// What the messages of one client share. When it is dropped, the client has left the room.
struct Guest {
    name: String,
    seat: Member,
}

impl Guest {
    fn enter(name: &str, room: &Group, sender: &Sender) -> Self {
        let guest = Self { name: name.to_owned(), seat: room.join(sender) };
        guest.tell("has come");
        guest
    }

    fn tell(&self, what: &str) {
        self.seat.group().send(format!("{} {what}", self.name));
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.tell("has left");
    }
}

type Messages = Application<websocket::Context<Guest>>;

/// What was said, with nothing around it: what no layer before `say` has looked at is not said on.
struct Said(String);

#[middleware]
async fn checked(ctx: &mut websocket::Context<Guest>, next: Next<Said>) -> Result {
    let text = ctx.text()?.trim();
    ensure!(text.len() <= 500, 413, "that is too long");
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
    ctx.state().tell(&format!("says: {}", said.0));
}

/// The name is in the query: a real chat takes it from a session.
#[middleware]
async fn enter(#[config] messages: &Messages, ctx: &mut Context, room: &Group) -> Result {
    let name = ctx.request.query().get("name").unwrap_or_default().trim().to_owned();
    ensure!(!name.is_empty() && name.len() <= 30, 400, "say your name: /chat?name=Ada");
    ctx.websocket_messages(Options::default(), messages, |sender| Guest::enter(&name, room, sender))
}

#[middleware]
async fn page() -> Html<&'static str> {
    Html(
        r#"<!doctype html>
<title>chat</title>
<form><input autofocus placeholder="your name"> <button>go</button></form>
<ul></ul>
<script>
const [form, input, list] = ["form", "input", "ul"].map(name => document.querySelector(name));
const show = text => list.appendChild(document.createElement("li")).textContent = text;
let socket;
form.onsubmit = event => {
    event.preventDefault();
    if (socket) {
        socket.send(input.value);
    } else {
        const at = `${location.protocol.replace("http", "ws")}//${location.host}/chat?name=${encodeURIComponent(input.value)}`;
        socket = new WebSocket(at);
        socket.onopen = () => input.placeholder = "say something, or /quit";
        socket.onmessage = event => show(event.data);
        socket.onclose = event => { show(`closed: ${event.code} ${event.reason}`); socket = undefined; };
    }
    input.value = "";
};
</script>
"#,
    )
}

fn app() -> Application {
    let messages = Messages::of(pipeline![checked, say]);
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
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    app().serve(listener).await
}
