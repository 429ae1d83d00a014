//! Typed clients, and the layers they call through.

mod support;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use koa_runtime::{Limits, prelude::*};
use koa_thrift::{Call, Caller, Encoding, FaultKind, Pool, RemoteFault, remote, retry};
use support::{
    BaseThingError, CORNER, Closed, Open, ShopBuyError, SoldOut, Thing, app,
    shop::{OtherClient, ShopClient, base::BaseClient, shop},
};
use tokio::{io::AsyncReadExt as _, net::TcpListener, time::sleep};

/// A server, and how many connections it has accepted.
async fn run() -> (SocketAddr, Arc<AtomicUsize>) {
    let inner = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let outer = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (behind, address) = (inner.local_addr().unwrap(), outer.local_addr().unwrap());
    let accepted = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&accepted);
    tokio::spawn(app().serve(inner).into_future());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = outer.accept().await {
            counted.fetch_add(1, Relaxed);
            tokio::spawn(async move {
                let mut server = tokio::net::TcpStream::connect(behind).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
            });
        }
    });
    (address, accepted)
}

fn to(address: SocketAddr) -> Caller {
    Caller::new(Application::of(pipeline![remote(Pool::new(address.to_string()))]))
}

#[tokio::test]
async fn results_exceptions_and_faults_come_back_with_their_types() {
    let (address, _) = run().await;
    for encoding in [Encoding::Binary, Encoding::Compact] {
        let client = ShopClient::from(to(address).encoding(encoding));
        assert_eq!(client.add(2, 3).await.unwrap(), 5);
        assert_eq!(client.echo(Bytes::from_static(b"\0\xff")).await.unwrap(), &b"\0\xff"[..]);
        assert_eq!(client.buy(3).await.unwrap(), Thing { name: "apple".to_owned() });
        assert!(matches!(client.buy(0).await, Err(ShopBuyError::SoldOut(SoldOut { .. }))));
        let Err(ShopBuyError::Other(error)) = client.buy(1).await else { panic!() };
        assert_eq!(error.status(), 502);
        let RemoteFault(fault) = error.downcast_ref().unwrap();
        assert_eq!((fault.kind, &*fault.message), (FaultKind::InternalError, "Service Unavailable"));
        client.ring("from afar".to_owned()).await.unwrap();
        let base = BaseClient::from(client);
        assert!(matches!(base.thing(-1).await, Err(BaseThingError::Closed(Closed { until: 9, .. }))));
    }
}

#[tokio::test]
async fn a_service_may_be_named_with_each_call() {
    let (address, _) = run().await;
    let client = OtherClient::from(to(address).service("Other"));
    assert_eq!(client.whoami().await.unwrap(), "Other:whoami");
}

#[tokio::test]
async fn a_client_may_call_an_application_without_a_socket() {
    assert_eq!(ShopClient::from(Caller::new(app())).add(2, 3).await.unwrap(), 5);
}

#[tokio::test]
async fn one_connection_is_used_for_calls_one_after_another() {
    let (address, accepted) = run().await;
    let client = ShopClient::from(to(address));
    for number in 0..20 {
        client.add(number, 1).await.unwrap();
    }
    assert_eq!(accepted.load(Relaxed), 1);
    // and others for calls at once
    CORNER.door.add_permits(2);
    let (first, second) = tokio::join!(client.wait(), client.wait());
    first.and(second).unwrap();
    assert_eq!(accepted.load(Relaxed), 2);
}

#[tokio::test]
async fn a_connection_that_the_server_has_closed_is_not_used_again() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let client = ShopClient::from(to(listener.local_addr().unwrap()));
    // closed a moment after each reply
    let limits = Limits { keep_alive: Duration::ZERO, ..Limits::default() };
    tokio::spawn(app().serve(listener).limits(limits).into_future());
    for _ in 0..3 {
        client.add(1, 1).await.unwrap();
        sleep(Duration::from_millis(300)).await;
    }
}

#[middleware]
async fn timeout(#[config] time: Duration, ctx: &mut Call, next: Next) -> Result {
    tokio::time::timeout(time, next.run(ctx)).await.map_err(|_| Error::new(504))?
}

#[tokio::test]
async fn the_error_of_a_layer_is_that_of_the_method_and_no_late_reply_is_taken_for_another() {
    let (address, accepted) = run().await;
    #[middleware]
    async fn wait(ctx: &mut Call, next: Next) -> Result {
        if ctx.method() == "echo" {
            sleep(Duration::from_secs(5)).await;
        }
        next.run(ctx).await
    }
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let slow = listener.local_addr().unwrap();
    // a proxy is a server whose endpoint is a client
    let proxy = Application::<Call>::of(pipeline![wait, remote(Pool::new(address.to_string()))]);
    tokio::spawn(proxy.serve(listener).into_future());
    let pool = Pool::new(slow.to_string());
    let client =
        ShopClient::from(Caller::new(Application::of(pipeline![timeout(Duration::from_millis(200)), remote(pool)])));
    client.add(1, 1).await.unwrap();
    assert_eq!(client.echo(Bytes::new()).await.unwrap_err().status(), 504);
    assert_eq!(client.add(2, 2).await.unwrap(), 4);
    assert_eq!(accepted.load(Relaxed), 1);
}

#[tokio::test]
async fn what_fails_in_passing_is_called_again_and_what_was_answered_is_not() {
    static TIMES: AtomicUsize = AtomicUsize::new(0);
    #[middleware]
    async fn shaky(ctx: &mut Call, next: Next) -> Result {
        ensure!(TIMES.fetch_add(1, Relaxed) % 3 == 2, 503);
        next.run(ctx).await
    }
    let once = Application::<Call>::of(pipeline![shaky, shop(Open)]);
    let thrice = ShopClient::from(Caller::new(Application::of(pipeline![retry(3, once.clone())])));
    assert_eq!(thrice.add(1, 1).await.unwrap(), 2);
    assert_eq!(TIMES.load(Relaxed), 3);
    let twice = ShopClient::from(Caller::new(Application::of(pipeline![retry(2, once)])));
    assert_eq!(twice.add(1, 1).await.unwrap_err().status(), 503);
    assert_eq!(TIMES.load(Relaxed), 5);
    assert!(matches!(thrice.buy(0).await, Err(ShopBuyError::SoldOut(_))));
    assert_eq!(TIMES.load(Relaxed), 6);
}

#[tokio::test]
async fn a_server_that_talks_nonsense_is_a_502() {
    for said in [&b"\x7f\xff\xff\xff"[..], b"\0\0\0\x01\x80", b"\0\0\0\x20\x80\x01", b"", b"HTTP/1.1 200 OK\r\n"] {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let client = ShopClient::from(to(listener.local_addr().unwrap()));
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, said).await;
        });
        assert_eq!(client.add(1, 1).await.unwrap_err().status(), 502, "{said:?}");
    }
    let nobody = ShopClient::from(Caller::new(Application::of(pipeline![remote(Pool::new("127.0.0.1:1"))])));
    assert_eq!(nobody.add(1, 1).await.unwrap_err().status(), 502);
}
