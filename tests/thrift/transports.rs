//! What clients call over: frames or none, TLS, HTTP.

#[path = "support/certified.rs"]
mod certified;
mod support;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use certified::{Certified, local};
use koa_runtime::prelude::*;
use koa_thrift::{
    Call, Caller, ClientTls, Encoding, FaultKind, Pool, ProtocolError, RemoteFault, over_http, over_websocket, remote,
    retry,
};
use support::{
    CORNER, Open, ShopBuyError, SoldOut, Thing, app,
    peer::{counted, port, posted, reply, through, web},
    shop::{OtherClient, ShopClient, shop},
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const BOTH: [Encoding; 2] = [Encoding::Binary, Encoding::Compact];

/// Everything comes back as it should, over one connection.
async fn calls(caller: Caller, accepted: &AtomicUsize) {
    for encoding in BOTH {
        let client = ShopClient::from(caller.clone().encoding(encoding));
        for number in 0..10 {
            assert_eq!(client.add(number, 1).await.unwrap(), number + 1);
        }
        let large = Bytes::from(vec![7; 300_000]);
        assert_eq!(client.echo(large.clone()).await.unwrap(), large);
        assert_eq!(client.buy(3).await.unwrap(), Thing { name: "apple".to_owned() });
        assert!(matches!(client.buy(0).await, Err(ShopBuyError::SoldOut(SoldOut { .. }))));
        let Err(ShopBuyError::Other(error)) = client.buy(1).await else { panic!() };
        assert_eq!(error.downcast_ref().map(|RemoteFault(fault)| fault.kind), Some(FaultKind::InternalError));
        client.ring("ding".to_owned()).await.unwrap();
        assert_eq!(client.add(2, 3).await.unwrap(), 5);
    }
    assert_eq!(OtherClient::from(caller.clone().service("Other")).whoami().await.unwrap(), "Other:whoami");
    assert_eq!(accepted.load(Relaxed), 1);
    // and others for calls at once
    CORNER.door.add_permits(2);
    let client = ShopClient::from(caller);
    let (first, second) = tokio::join!(client.wait(), client.wait());
    first.and(second).unwrap();
    assert_eq!(accepted.load(Relaxed), 2);
}

#[tokio::test]
async fn messages_go_without_frames_where_that_is_said() {
    let (listener, address) = port().await;
    tokio::spawn(app().serve(listener).into_future());
    let (way, accepted) = counted(address).await;
    calls(through(Pool::new(way.to_string()).unframed()), &accepted).await;

    let (listener, address) = port().await;
    let seen = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_u8().await.unwrap()
    });
    let client = ShopClient::from(through(Pool::new(address.to_string()).unframed()));
    client.add(1, 1).await.unwrap_err();
    assert_eq!(seen.await.unwrap(), 0x80);
}

#[tokio::test]
async fn over_tls_all_is_as_without() {
    let certified = Certified::new("tls", "localhost");
    for is_framed in [true, false] {
        let (listener, address) = port().await;
        tokio::spawn(app().serve(certified.server().on(listener)).into_future());
        let (way, accepted) = counted(address).await;
        let pool = Pool::new(local(way)).tls(certified.client());
        calls(through(if is_framed { pool } else { pool.unframed() }), &accepted).await;
    }
}

#[tokio::test]
async fn over_http_all_is_as_without() {
    let (listener, address) = port().await;
    tokio::spawn(web().serve(listener).into_future());
    let (way, accepted) = counted(address).await;
    calls(through(Pool::http(&format!("http://{way}/thrift")).unwrap()), &accepted).await;
}

#[tokio::test]
async fn over_https_all_is_as_without() {
    let certified = Certified::new("https", "localhost");
    let (listener, address) = port().await;
    tokio::spawn(web().serve(certified.server().on(listener)).into_future());
    let (way, accepted) = counted(address).await;
    let pool = Pool::http(&format!("https://{}/thrift", local(way))).unwrap();
    calls(through(pool.tls(certified.client())), &accepted).await;
}

#[tokio::test]
async fn over_a_websocket_all_is_as_without() {
    let certified = Certified::new("wss", "localhost");
    let ((plain, address), (secured, behind)) = (port().await, port().await);
    tokio::spawn(web().serve(plain).into_future());
    tokio::spawn(web().serve(certified.server().on(secured)).into_future());
    let (way, accepted) = counted(address).await;
    calls(through(Pool::websocket(&format!("ws://{way}/talk")).unwrap()), &accepted).await;
    let (way, accepted) = counted(behind).await;
    let pool = Pool::websocket(&format!("wss://{}/talk", local(way))).unwrap();
    calls(through(pool.tls(certified.client())), &accepted).await;
}

#[tokio::test]
async fn a_server_that_does_not_prove_its_name_is_told_nothing() {
    static HEARD: AtomicUsize = AtomicUsize::new(0);
    #[middleware]
    async fn count(ctx: &mut Call, next: Next) -> Result {
        HEARD.fetch_add(1, Relaxed);
        next.run(ctx).await
    }
    let (certified, other) = (Certified::new("name", "shop.test"), Certified::new("stranger", "shop.test"));
    let (listener, address) = port().await;
    let app = Application::<Call>::of(pipeline![count, shop(Open)]);
    tokio::spawn(app.serve(certified.server().on(listener)).into_future());
    for tls in [
        // another name than was expected, and another who has signed
        certified.client(),
        other.client().name("shop.test").unwrap(),
    ] {
        let client = ShopClient::from(through(Pool::new(local(address)).tls(tls)));
        assert_eq!(client.add(1, 1).await.unwrap_err().status(), 502);
    }
    // what speaks in the clear is not understood
    assert_eq!(ShopClient::from(through(Pool::new(local(address)))).add(1, 1).await.unwrap_err().status(), 502);
    assert_eq!(HEARD.load(Relaxed), 0);
    let client =
        ShopClient::from(through(Pool::new(local(address)).tls(certified.client().name("shop.test").unwrap())));
    assert_eq!(client.add(1, 1).await.unwrap(), 2);
}

#[test]
fn a_file_without_a_certificate_is_refused() {
    let certified = Certified::new("none", "localhost");
    for file in ["key.pem", "nothing.pem"] {
        let error = ClientTls::from_pem_file(certified.path(file)).unwrap_err().to_string();
        assert!(error.contains(file), "{error}");
    }
}

#[tokio::test]
async fn what_is_no_url_is_refused() {
    for (url, why) in [
        ("", "it is none"),
        ("/thrift", "it has neither `http` nor `https` in front"),
        ("thrift.test:80", "it has neither `http` nor `https` in front"),
        ("ftp://thrift.test/", "it has neither `http` nor `https` in front"),
        ("http://ada:secret@thrift.test/", "there is a name or a password in it"),
        ("http://:80/", "it has no host"),
        ("http://thrift.test:65536/", "its port is none"),
        ("http://thrift.test:a/", "its port is none"),
    ] {
        let error = Pool::http(url).unwrap_err();
        assert!(error.message().ends_with(why) && !error.message().contains("secret"), "{url}: {error}");
    }
    let client = ShopClient::from(through(Pool::http("https://127.0.0.1:1/").unwrap()));
    let (listener, address) = port().await;
    let secured = ShopClient::from(through(Pool::http(&format!("https://{address}/")).unwrap()));
    assert_eq!(client.add(1, 1).await.unwrap_err().status(), 502);
    assert_eq!(secured.add(1, 1).await.unwrap_err().message(), "such a url needs `Pool::tls`");
    drop(listener);
}

#[tokio::test]
async fn a_url_says_what_is_asked_for() {
    for (behind, line) in
        [("", "/"), ("/", "/"), ("?a=b", "/?a=b"), ("/thrift?a=b", "/thrift?a=b"), ("/thrift#there", "/thrift")]
    {
        let (listener, address) = port().await;
        let http = Pool::http(&format!("http://{address}{behind}")).unwrap();
        let websocket = Pool::websocket(&format!("ws://{address}{behind}")).unwrap();
        for (pool, method) in [(http, "POST"), (websocket, "GET")] {
            let asks = tokio::spawn(async move { ShopClient::from(through(pool)).add(1, 1).await });
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            let head = String::from_utf8(head).unwrap().to_lowercase();
            let expected = format!("{method} {line} http/1.1\r\nhost: {address}\r\n").to_lowercase();
            assert!(head.starts_with(&expected), "{head}");
            drop(stream);
            asks.await.unwrap().unwrap_err();
        }
    }
}

#[middleware]
async fn known(ctx: &mut Context, next: Next) -> Result {
    ensure!(ctx.get("authorization") == "Bearer ada-key" && ctx.get("x-tenant") == "north, south", 401);
    next.run(ctx).await
}

#[tokio::test]
async fn a_url_is_told_who_asks() {
    let (listener, address) = port().await;
    let mut web = Application::new(pipeline![
        known,
        routes! { POST "/thrift" => over_http(app()), GET "/talk" => over_websocket(app()) }
    ]);
    web.settings_mut().silent = true;
    tokio::spawn(web.serve(listener).into_future());
    let http = || Pool::http(&format!("http://{address}/thrift")).unwrap();
    let websocket = || Pool::websocket(&format!("ws://{address}/talk")).unwrap();
    for (pool, stranger) in [(http(), http()), (websocket(), websocket())] {
        let error = ShopClient::from(through(stranger)).add(1, 1).await.unwrap_err();
        assert_eq!((error.status().as_u16(), error.message()), (502, "the server has answered 401 Unauthorized"));
        let pool = pool.header("Authorization", "Bearer ada-key").unwrap();
        let pool = pool.header("X-Tenant", "north").unwrap().header("X-Tenant", "south").unwrap();
        assert!(!format!("{pool:?}").contains("ada-key"), "{pool:?}");
        let client = ShopClient::from(through(pool));
        for number in 0..3 {
            assert_eq!(client.add(number, 1).await.unwrap(), number + 1);
        }
    }
    let pool = http().header("Authorization", "Bearer ada-key").unwrap().header("X-Tenant", "north, south").unwrap();
    let odd = ShopClient::from(through(pool.header("Content-Type", "text/plain").unwrap()));
    assert_eq!(odd.add(1, 1).await.unwrap_err().message(), "the server has answered 415 Unsupported Media Type");
}

#[test]
fn a_header_that_cannot_be_is_refused() {
    for (name, value, why) in [
        ("a b", "c", "\"a b\" is no name of a header"),
        ("A", "b\r\nc: d", "this is no value of `a`"),
        ("Host", "a", "`host` is said by the connection itself"),
        ("Content-Length", "1", "`content-length` is said by the connection itself"),
        ("Sec-WebSocket-Key", "a", "`sec-websocket-key` is said by the connection itself"),
    ] {
        let error = Pool::http("http://thrift.test/").unwrap().header(name, value).unwrap_err();
        assert_eq!(error.message(), why);
    }
    let error = Pool::new("thrift.test:80").header("A", "b").unwrap_err();
    assert_eq!(error.message(), "only calls to a url have headers");
}

/// Answers each connection once, as it is told for the call that came over HTTP.
async fn answers(head: &'static str, is_closed: bool) -> (SocketAddr, Arc<AtomicUsize>) {
    let (listener, address) = port().await;
    let times = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&times);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Relaxed);
            let said = reply(&posted(&mut stream).await).await;
            stream.write_all(head.replace("LENGTH", &said.len().to_string()).as_bytes()).await.unwrap();
            stream.write_all(&said).await.unwrap();
            if !is_closed {
                tokio::spawn(async move { while stream.read_u8().await.is_ok() {} });
            }
        }
    });
    (address, times)
}

#[tokio::test]
async fn an_http_server_that_keeps_no_connection_is_asked_on_another_each_time() {
    for (head, is_closed) in [
        ("HTTP/1.0 200 OK\r\nContent-Type: application/x-thrift\r\n\r\n", true),
        ("HTTP/1.0 200 OK\r\nContent-Length: LENGTH\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: LENGTH\r\nConnection: close\r\n\r\n", false),
    ] {
        let (address, times) = answers(head, is_closed).await;
        let client = ShopClient::from(through(Pool::http(&format!("http://{address}")).unwrap()));
        for number in 1..=3 {
            assert_eq!(client.add(number, 1).await.unwrap(), number + 1);
        }
        assert_eq!(times.load(Relaxed), 3, "{head}");
    }
}

#[tokio::test]
async fn another_status_than_200_is_no_reply() {
    for (head, times_asked) in [
        ("HTTP/1.1 404 Not Found\r\nContent-Length: LENGTH\r\n\r\n", 1),
        ("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: LENGTH\r\n\r\n", 1),
        // the proxy's, which may say something else the next time
        ("HTTP/1.1 503 Service Unavailable\r\nContent-Length: LENGTH\r\n\r\n", 2),
        ("garbage\r\n\r\n", 2),
    ] {
        let (address, times) = answers(head, false).await;
        let once = Application::of(pipeline![remote(Pool::http(&format!("http://{address}/")).unwrap())]);
        let client = ShopClient::from(Caller::new(Application::of(pipeline![retry(2, once).safe(|_| true)])));
        assert_eq!(client.add(1, 1).await.unwrap_err().status(), 502);
        assert_eq!(times.load(Relaxed), times_asked, "{head}");
    }
}

#[tokio::test]
async fn a_reply_over_http_is_read_within_the_settings() {
    let (listener, address) = port().await;
    tokio::spawn(web().serve(listener).into_future());
    let mut bounded =
        Application::<Call>::of(pipeline![remote(Pool::http(&format!("http://{address}/thrift")).unwrap())]);
    bounded.settings_mut().message = 1000;
    let client = ShopClient::from(Caller::new(bounded));
    assert!(client.echo(Bytes::from(vec![7; 900])).await.is_ok());
    let error = client.echo(Bytes::from(vec![7; 1000])).await.unwrap_err();
    assert_eq!((error.status().as_u16(), error.downcast_ref()), (502, Some(&ProtocolError::TooLarge(1000))));
}
