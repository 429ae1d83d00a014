//! The opening handshake.

use koa_runtime::{
    Limits,
    prelude::*,
    websocket::{Options, Origins, WebSocket},
};

use crate::{
    client::{Client, say, serve, serve_within, shake},
    eventually::eventually,
};

#[middleware]
async fn echo(#[config] options: &Options, ctx: &mut Context) -> Result {
    ctx.websocket(options.clone(), async |mut socket: WebSocket| {
        let subprotocol = socket.subprotocol().unwrap_or("none");
        socket.send(subprotocol).await?;
        while let Some(message) = socket.recv().await? {
            socket.send(message).await?;
        }
        Ok(())
    })
}

fn app(options: Options) -> Application {
    Application::new(pipeline![echo(options)])
}

#[tokio::test]
async fn what_is_no_handshake_is_refused_with_its_status() {
    let address = serve(app(Options::default())).await;
    let right = "GET / HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                 sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    assert!(say(address, right).await.1.starts_with("http/1.1 101 "));
    let key = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (from, to, status, told) in [
        ("GET", "POST", 405, "allow: get"),
        ("upgrade: websocket\r\n", "", 426, "upgrade: websocket"),
        ("upgrade: websocket", "upgrade: h2c", 426, "upgrade: websocket"),
        ("HTTP/1.1", "HTTP/1.0", 426, "upgrade: websocket"),
        ("version: 13", "version: 8", 426, "sec-websocket-version: 13"),
        ("sec-websocket-version: 13\r\n", "", 426, "sec-websocket-version: 13"),
        ("connection: Upgrade", "connection: keep-alive", 400, ""),
        (key, "", 400, ""),
        ("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZQ==", 400, ""),
        ("dGhlIHNhbXBsZSBub25jZQ==", "", 400, ""),
        (key, &*key.repeat(2), 400, ""),
        (key, &*format!("{key}content-length: 1\r\n"), 400, ""),
    ] {
        let (_, head) = say(address, &right.replacen(from, to, 1)).await;
        let line = format!(" {status} ");
        assert!(head.lines().next().unwrap().contains(&line) && head.contains(told), "{from} -> {to}: {head}");
        assert!(!head.contains("sec-websocket-accept"), "{head}");
    }
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused() {
    let address = serve(app(Options::default())).await;
    let own = format!("origin: http://{address}\r\n");
    assert!(shake(address, "/", &own).await.1.starts_with("http/1.1 101 "));
    for other in ["http://evil.example", "null", "http://127.0.0.1", ""] {
        let (_, head) = shake(address, "/", &format!("origin: {other}\r\n")).await;
        assert!(head.starts_with("http/1.1 403 "), "{other}: {head}");
    }
    let (_, head) = shake(address, "/", &format!("{own}origin: http://evil.example\r\n")).await;
    assert!(head.starts_with("http/1.1 403 "), "{head}");
}

#[tokio::test]
async fn origins_that_are_listed_may_connect() {
    let origins = Origins::Also(vec!["https://app.example"]);
    let address = serve(app(Options { origins, ..Options::default() })).await;
    for (origin, status) in [("https://app.example", 101), ("http://app.example", 403), ("https://b.example", 403)] {
        let (_, head) = shake(address, "/", &format!("origin: {origin}\r\n")).await;
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{origin}: {head}");
    }
    let address = serve(app(Options { origins: Origins::Any, ..Options::default() })).await;
    assert!(shake(address, "/", "origin: https://b.example\r\n").await.1.starts_with("http/1.1 101 "));
}

#[tokio::test]
async fn the_best_subprotocol_that_both_speak_is_agreed_on() {
    let address = serve(app(Options { subprotocols: vec!["v2", "v1"], ..Options::default() })).await;
    for (offers, agreed) in [
        ("sec-websocket-protocol: v1, v2\r\n", "v2"),
        ("sec-websocket-protocol: v0\r\nsec-websocket-protocol: v1\r\n", "v1"),
        ("sec-websocket-protocol: V2\r\n", "none"),
        ("", "none"),
    ] {
        let (mut client, head) = Client::open_with(address, "/", offers).await;
        assert_eq!(head.contains(&format!("sec-websocket-protocol: {agreed}\r\n")), agreed != "none", "{head}");
        client.hears(agreed).await;
    }
}

struct User(String);

#[middleware]
async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
    let name = ctx.get("authorization").to_owned();
    ensure!(!name.is_empty(), 401);
    next.run(ctx, &User(name)).await
}

#[middleware]
async fn greet(user: &User, ctx: &mut Context) -> Result {
    let name = user.0.clone();
    ctx.websocket(Options::default(), async move |socket: WebSocket| Ok(socket.send(format!("hello {name}")).await?))
}

#[tokio::test]
async fn the_layers_around_run_before_anything_is_opened() {
    let address = serve(Application::new(pipeline![authenticate, greet])).await;
    let (_, head) = shake(address, "/", "").await;
    assert!(head.starts_with("http/1.1 401 "), "{head}");
    let (mut client, _) = Client::open_with(address, "/", "authorization: ada\r\n").await;
    client.hears("hello ada").await;
    client.is_closed_with(1000).await;
}

#[middleware]
async fn refuse_afterwards(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await?;
    throw!(503, "not now")
}

#[tokio::test]
async fn what_fails_after_the_handshake_opens_nothing() {
    let mut app = Application::new(pipeline![refuse_afterwards, echo(Options::default())]);
    app.settings_mut().silent = true;
    let address = serve(app).await;
    let (_, head) = shake(address, "/", "").await;
    assert!(head.starts_with("http/1.1 503 ") && !head.contains("upgrade"), "{head}");
}

#[tokio::test]
async fn there_are_no_more_than_the_server_lets_connect() {
    let limits = Limits { connections: 2, ..Limits::default() };
    let address = serve_within(limits, app(Options::default())).await;
    let open = (Client::open(address).await, Client::open(address).await);
    let (_, head) = shake(address, "/", "").await;
    assert!(head.starts_with("http/1.1 503 ") && head.contains("retry-after: 1"), "{head}");
    drop(open);
    eventually(async || shake(address, "/", "").await.1.starts_with("http/1.1 101 ")).await;
}

#[tokio::test]
async fn without_a_server_there_is_nothing_to_open() {
    let asked = app(Options::default()).get("/").header("connection", "upgrade").header("upgrade", "websocket");
    let asked = asked.header("sec-websocket-version", "13").header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    assert_eq!(asked.await.status(), 426);
}
