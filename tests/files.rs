//! A file as a body: its length goes out before it, and what happens to it meanwhile breaks nothing.

use std::{fs, path::PathBuf};

use koa_runtime::prelude::*;
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[middleware]
async fn file(#[config] path: PathBuf, ctx: &mut Context) -> Result {
    let mut file = File::open(&path).await?;
    if ctx.path() == "/rest" {
        file.seek(std::io::SeekFrom::Start(2)).await?;
    }
    if ctx.path() == "/attachment" {
        ctx.attachment("notes.txt");
    }
    ctx.set_body(Body::from_file(file).await?);
    if ctx.path() == "/shrinks" {
        fs::write(&path, "shr")?;
    }
    Ok(())
}

/// All that a connection says to one request.
async fn ask(app: Application, head: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    tokio::spawn(app.serve(listener));
    client.write_all(format!("{head} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_file_goes_out_with_its_length() {
    let long = path("long");
    fs::write(&long, "0123456789".repeat(20_000)).unwrap();
    let app = || Application::new(pipeline![file(long.clone())]);
    let answer = ask(app(), "GET /").await;
    assert!(answer.contains("content-length: 200000\r\n"), "{}", &answer[..200]);
    assert!(answer.contains("content-type: application/octet-stream\r\n"));
    assert!(answer.ends_with(&"0123456789".repeat(20_000)));
    let answer = ask(app(), "HEAD /").await;
    assert!(answer.contains("content-length: 200000\r\n") && answer.ends_with("\r\n\r\n"), "{answer}");
    let answer = ask(app(), "GET /rest").await;
    assert!(answer.contains("content-length: 199998\r\n") && answer.contains("\r\n\r\n23456"));
    let answer = ask(app(), "GET /attachment").await;
    assert!(answer.contains("content-type: text/plain; charset=utf-8\r\n"), "{}", &answer[..300]);
}

#[tokio::test]
async fn an_empty_file_is_a_body_of_no_bytes() {
    let empty = path("empty");
    fs::write(&empty, "").unwrap();
    let answer = ask(Application::new(pipeline![file(empty)]), "GET /").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("content-length: 0\r\n"), "{answer}");
}

#[tokio::test]
async fn a_file_that_shrinks_breaks_off_and_is_told() {
    let shrinks = path("shrinks");
    fs::write(&shrinks, "shrinks").unwrap();
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let app = Application::new(pipeline![file(shrinks)]).on_error(move |error, _| {
        let _ = told.send(error.to_string());
    });
    let answer = ask(app, "GET /shrinks").await;
    assert!(answer.contains("content-length: 7\r\n") && answer.ends_with("\r\n\r\nshr"), "{answer}");
    assert!(heard.recv().await.is_some());
}

#[tokio::test]
async fn what_is_no_file_is_an_error() {
    let mut app = Application::new(pipeline![file(PathBuf::from(env!("CARGO_TARGET_TMPDIR")))]);
    app.settings_mut().silent = true;
    assert_eq!(app.get("/").await.status(), 500);
}
