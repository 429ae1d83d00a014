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

use koa_runtime::{Limits, prelude::*, timeout};
use koa_thrift::{Call, Caller, Encoding, FaultKind, Message, MessageKind, Pool, ProtocolError, RemoteFault, remote};
use support::{
    BaseThingError, CORNER, Closed, Open, ShopBuyError, SoldOut, Thing, app, call, fault, number,
    peer::{answer, counted, framed, port, through},
    result,
    shop::{OtherClient, ShopClient, base::BaseClient, shop},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::sleep,
};

/// A server, and how many connections it has accepted.
async fn run() -> (SocketAddr, Arc<AtomicUsize>) {
    let (listener, behind) = port().await;
    tokio::spawn(app().serve(listener).into_future());
    counted(behind).await
}

fn to(address: SocketAddr) -> Caller {
    through(Pool::new(address.to_string()))
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
    assert_eq!(client.echo(Bytes::new()).await.unwrap_err().status(), 503);
    assert_eq!(client.add(2, 2).await.unwrap(), 4);
    assert_eq!(accepted.load(Relaxed), 1);
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

#[tokio::test]
async fn no_client_of_a_proxy_is_given_the_reply_to_another() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let mut proxy = Application::<Call>::of(pipeline![remote(Pool::new(listener.local_addr().unwrap().to_string()))]);
    proxy.settings_mut().events.silent = true;
    // a server that answers a one-way call too, when nobody waits for that any more
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let first = framed(&mut stream).await;
        let second = framed(&mut stream).await;
        answer(&mut stream, &first).await;
        answer(&mut stream, &second).await;
        let (mut stream, _) = listener.accept().await.unwrap();
        let third = framed(&mut stream).await;
        answer(&mut stream, &third).await;
    });
    // every client counts from 0
    let mut one_way = call(Encoding::Binary, "add", 0, &[number(1), number(1)]);
    one_way.kind = MessageKind::OneWay;
    assert!(proxy.ask(one_way).await.is_none());
    let refused = proxy.ask(call(Encoding::Binary, "add", 0, &[number(2), number(2)])).await.unwrap();
    assert_eq!(fault(&refused).0, 6);
    // that connection is not used again, and the id that comes back is the client's
    let reply = proxy.ask(call(Encoding::Binary, "add", 7, &[number(3), number(3)])).await.unwrap();
    assert_eq!((reply.sequence, result(&reply)), (7, (0, number(6))));
}

#[tokio::test]
async fn a_reply_of_another_method_is_refused() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let mut proxy = Application::<Call>::of(pipeline![remote(Pool::new(listener.local_addr().unwrap().to_string()))]);
    proxy.settings_mut().events.silent = true;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = framed(&mut stream).await;
        "name".clone_into(&mut asked.name);
        answer(&mut stream, &asked).await;
    });
    assert_eq!(fault(&proxy.ask(call(Encoding::Binary, "add", 0, &[])).await.unwrap()).0, 6);
}

#[tokio::test]
async fn what_is_no_call_is_not_sent_on() {
    // there is nobody there, which would be another error
    let proxy = Application::<Call>::of(pipeline![remote(Pool::new("127.0.0.1:1"))]);
    let mut reply = call(Encoding::Binary, "add", 1, &[]);
    reply.kind = MessageKind::Reply;
    assert_eq!(fault(&proxy.ask(reply).await.unwrap()).0, FaultKind::InvalidMessageType.number());
    // arguments of which is known that they make no sense
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let mut stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    tokio::spawn(proxy.serve(listener).into_future());
    stream.write_all(b"\x80\x01\0\x01\0\0\0\x03add\0\0\0\x01\x63\0\x01").await.unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).await.unwrap();
    assert_eq!(fault(&Message::decode(reply).unwrap()), (7, "there is no type 99".to_owned()));
}

#[tokio::test]
async fn replies_are_read_within_the_settings_of_the_client() {
    let mut bounded = Application::<Call>::of(pipeline![shop(Open)]);
    bounded.settings_mut().depth = 1;
    let Err(BaseThingError::Other(error)) = BaseClient::from(ShopClient::from(Caller::new(bounded))).thing(1).await
    else {
        panic!("the result is a struct in a struct")
    };
    assert_eq!((error.status().as_u16(), error.downcast_ref()), (502, Some(&ProtocolError::TooDeep(1))));
}

#[tokio::test]
async fn the_error_of_a_copy_is_not_that_of_the_call() {
    #[middleware]
    async fn shadow(#[config] other: Application<Call>, ctx: &mut Call, next: Next) -> Result {
        other.ask(ctx.message().clone()).await;
        next.run(ctx).await
    }
    #[middleware]
    async fn refuse(ctx: &mut Call) -> Result {
        Err(Error::new(503).with_message(ctx.method().to_owned()))
    }
    let mut other = Application::<Call>::of(pipeline![refuse]);
    other.settings_mut().events.silent = true;
    let app = Application::<Call>::of(pipeline![shadow(other), shop(Open)]);
    assert_eq!(ShopClient::from(Caller::new(app)).add(2, 3).await.unwrap(), 5);
}
