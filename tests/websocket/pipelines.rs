//! Messages through an onion of their own.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use koa_runtime::{
    Limits,
    prelude::*,
    websocket::{self, CloseCode, Options, Received},
};
use tokio::sync::Notify;

use crate::{
    client::{BINARY, CLOSE, Client, TEXT, serve, serve_within, shake},
    eventually::eventually,
};

/// What the onion of HTTP has found.
#[derive(Clone)]
struct User(String);

/// The state of a connection.
struct Session {
    user: User,
    heard: usize,
}

type Ctx = websocket::Context<Session>;
type Messages = Application<Ctx>;

/// A value of one message.
struct Word(String);

/// Around each message, as around each request.
#[middleware]
async fn count(ctx: &mut Ctx, next: Next) -> Result {
    ctx.state_mut().heard += 1;
    next.run(ctx).await?;
    if let Some(reply) = ctx.reply().and_then(|reply| reply.as_text()) {
        let numbered = format!("{} {reply}", ctx.state().heard);
        ctx.set_reply(numbered);
    }
    Ok(())
}

#[middleware]
async fn word(ctx: &mut Ctx, next: Next<Word>) -> Result {
    let word = Word(ctx.text()?.to_owned());
    next.run(ctx, &word).await
}

#[middleware]
async fn answer(ctx: &mut Ctx, word: &Word) -> Result<Option<String>> {
    match word.0.as_str() {
        "silence" => Ok(None),
        "fail" => throw!(400, "no such word"),
        "broken" => throw!("a secret"),
        "panic" => panic!("as it was told"),
        "bye" => {
            ctx.close(CloseCode::new(4000).expect("valid"), "bye");
            Ok(Some("goodbye".to_owned()))
        }
        "more" => {
            ctx.sender().send("first").await?;
            Ok(Some("second".to_owned()))
        }
        word => Ok(Some(format!("{}: {word}", ctx.state().user.0))),
    }
}

fn messages() -> Messages {
    let mut messages = Messages::of(pipeline![count, word, answer]);
    messages.settings_mut().events.silent = true;
    messages
}

#[middleware]
async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
    let name = ctx.get("authorization").to_owned();
    ensure!(!name.is_empty(), 401);
    next.run(ctx, &User(name)).await
}

#[middleware]
async fn talk(#[config] messages: &Messages, ctx: &mut Context, user: &User) -> Result {
    ctx.websocket_messages(Options::default(), messages, |_| Session { user: user.clone(), heard: 0 })
}

fn app(messages: Messages) -> Application {
    Application::new(pipeline![authenticate, talk(messages)])
}

#[tokio::test]
async fn each_message_runs_through_the_layers_with_the_state_of_its_connection() {
    let address = serve(app(messages())).await;
    let (mut ada, _) = Client::open_with(address, "/", "authorization: ada\r\n").await;
    let (mut bob, _) = Client::open_with(address, "/", "authorization: bob\r\n").await;
    // several at once are answered in their order
    ada.raw(&[crate::client::frame(TEXT, b"one"), crate::client::frame(TEXT, b"two")].concat()).await;
    ada.hears("1 ada: one").await;
    ada.hears("2 ada: two").await;
    bob.text("one").await;
    bob.hears("1 bob: one").await;
    ada.text("silence").await;
    ada.text("more").await;
    ada.hears("first").await;
    ada.hears("4 second").await;
    ada.text("bye").await;
    ada.hears("5 goodbye").await;
    assert_eq!(ada.is_closed_with(4000).await, "bye");
    let (_, head) = shake(address, "/", "").await;
    assert!(head.starts_with("http/1.1 401 "), "{head}");
}

#[tokio::test]
async fn an_error_that_no_layer_catches_closes_with_1011_and_says_what_may_be_known() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let messages = messages().on_error(move |error, ctx| {
        tell.send(format!("{} heard {}: {error}", ctx.state().user.0, ctx.state().heard)).unwrap();
    });
    let address = serve(app(messages)).await;
    for (word, reason, event) in [
        ("fail", "no such word", "no such word"),
        ("broken", "Internal Server Error", "a secret"),
        ("panic", "Internal Server Error", "a layer panicked: as it was told"),
    ] {
        let (mut client, _) = Client::open_with(address, "/", "authorization: ada\r\n").await;
        client.text(word).await;
        assert_eq!(client.is_closed_with(1011).await, reason);
        assert_eq!(told.recv().await.unwrap(), format!("ada heard 1: {event}"));
    }
    let (mut client, _) = Client::open_with(address, "/", "authorization: ada\r\n").await;
    client.frame(BINARY, b"bytes").await;
    assert_eq!(client.is_closed_with(1011).await, "this takes text");
}

#[tokio::test]
async fn what_was_said_before_a_goodbye_is_answered() {
    let address = serve(app(messages())).await;
    let (mut client, _) = Client::open_with(address, "/", "authorization: ada\r\n").await;
    client.raw(&[crate::client::frame(TEXT, b"one"), crate::client::frame(CLOSE, b"\x03\xE8")].concat()).await;
    client.hears("1 ada: one").await;
    client.is_closed_with(1000).await;
}

#[tokio::test]
async fn a_pipeline_of_messages_is_asked_without_a_socket() {
    let session = Session { user: User("ada".to_owned()), heard: 6 };
    let replied = messages().ask(Received::new("hi", session)).await;
    assert_eq!(replied.reply, Some("7 ada: hi".into()));
    let replied = messages().ask(Received::new("fail", replied.state)).await;
    assert_eq!((replied.reply, replied.close.map(|close| close.code.as_u16())), (None, Some(1011)));
}

/// Each kind of reply.
#[middleware]
async fn reply_bytes(ctx: &mut websocket::Context<()>) -> Result<Option<Vec<u8>>> {
    Ok(Some(ctx.message().as_bytes().to_vec()))
}

#[middleware]
async fn reply_str(_ctx: &mut websocket::Context<()>) -> &'static str {
    "text"
}

#[middleware]
async fn reply_json(_ctx: &mut websocket::Context<()>) -> Json<[u8; 2]> {
    Json([1, 2])
}

#[middleware]
async fn reply_nothing(_ctx: &mut websocket::Context<()>) {}

#[tokio::test]
async fn what_an_endpoint_returns_is_the_reply() {
    async fn reply(app: Application<websocket::Context<()>>) -> Option<websocket::Message> {
        app.ask(Received::new("a", ())).await.reply
    }
    assert_eq!(reply(Application::of(pipeline![reply_bytes])).await, Some(vec![b'a'].into()));
    assert_eq!(reply(Application::of(pipeline![reply_str])).await, Some("text".into()));
    assert_eq!(reply(Application::of(pipeline![reply_json])).await, Some("[1,2]".into()));
    assert_eq!(reply(Application::of(pipeline![reply_nothing])).await, None);
}

#[tokio::test]
async fn an_application_of_messages_listens_by_itself_on_any_path() {
    let address = serve(Application::<websocket::Context<()>>::of(pipeline![reply_bytes])).await;
    let (mut client, _) = Client::open_with(address, "/any/path", "").await;
    client.text("hi").await;
    assert_eq!(client.next().await, Some((BINARY, b"hi".to_vec())));
    let (_, head) = crate::client::say(address, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(head.starts_with("http/1.1 426 "), "{head}");
    // with a state that the handshake says, or refuses
    let messages = messages().with_state(|ctx, _| {
        ensure!(ctx.path() != "/nobody", 404);
        Ok(Session { user: User(ctx.path().to_owned()), heard: 0 })
    });
    let address = serve(messages.with_options(Options { message: 10, ..Options::default() })).await;
    let (mut client, _) = Client::open_with(address, "/ada", "").await;
    client.text("hi").await;
    client.hears("1 /ada: hi").await;
    client.text("more than that").await;
    client.hears_close(1009).await;
    let (_, head) = shake(address, "/nobody", "").await;
    assert!(head.starts_with("http/1.1 404 "), "{head}");
    // and none where nothing says it
    let (_, head) = shake(serve(self::messages()).await, "/", "").await;
    assert!(head.starts_with("http/1.1 500 "), "{head}");
}

/// Counts those who are in it, even if they are dropped there.
struct Inside(Arc<AtomicUsize>);

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[middleware]
async fn stay(ctx: &mut websocket::Context<Arc<AtomicUsize>>) {
    ctx.state().fetch_add(1, Relaxed);
    let _inside = Inside(ctx.state().clone());
    Notify::new().notified().await;
}

fn staying(inside: &Arc<AtomicUsize>) -> Application<websocket::Context<Arc<AtomicUsize>>> {
    let inside = inside.clone();
    Application::of(pipeline![stay]).with_state(move |_, _| Ok(inside.clone()))
}

#[tokio::test]
async fn a_client_that_vanishes_cancels_its_message() {
    let inside = Arc::new(AtomicUsize::new(0));
    let mut client = Client::open(serve(staying(&inside)).await).await;
    client.text("hi").await;
    eventually(async || inside.load(Relaxed) == 1).await;
    drop(client);
    eventually(async || inside.load(Relaxed) == 0).await;
}

#[tokio::test]
async fn a_message_may_not_be_in_the_layers_for_ever() {
    let inside = Arc::new(AtomicUsize::new(0));
    let limits = Limits { request: Some(Duration::from_millis(100)), ..Limits::default() };
    let mut app = staying(&inside);
    app.settings_mut().events.silent = true;
    let mut client = Client::open(serve_within(limits, app).await).await;
    client.text("hi").await;
    client.is_closed_with(1011).await;
    assert_eq!(inside.load(Relaxed), 0);
}
