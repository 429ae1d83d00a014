//! Which connections are kept for another call, and which are not.

#[path = "support/certified.rs"]
mod certified;
mod support;

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use certified::{Certified, local};
use koa_runtime::{Limits, prelude::*, timeout};
use koa_thrift::{Caller, Message, Pool, remote};
use support::{
    app,
    peer::{framed, framed_reply, http_reply, port, posted, reply, through, web},
    shop::ShopClient,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::coop::{consume_budget, has_budget_remaining},
    time::sleep,
};

#[derive(Clone, Copy, Debug)]
enum Way {
    Framed,
    Unframed,
    Http,
}
use Way::{Framed, Http, Unframed};

impl Way {
    /// A listener, and a pool of connections to it.
    async fn open(self) -> (TcpListener, Pool) {
        let (listener, address) = port().await;
        let pool = match self {
            Framed => Pool::new(address.to_string()),
            Unframed => Pool::new(address.to_string()).unframed(),
            Http => Pool::http(&format!("http://{address}/")).unwrap(),
        };
        (listener, pool)
    }

    /// Reads a call, and has the reply to it.
    async fn hears(self, stream: &mut TcpStream) -> Vec<u8> {
        match self {
            Framed => framed_reply(&framed(stream).await).await,
            Unframed => {
                // it comes at once
                let mut bytes = vec![0; 200];
                let size = stream.read(&mut bytes).await.unwrap();
                reply(&Message::decode(bytes[..size].to_vec()).unwrap()).await
            }
            Http => http_reply(&posted(stream).await).await,
        }
    }
}

#[tokio::test]
async fn one_that_the_server_has_closed_is_not_used_again() {
    let certified = Certified::new("closed", "localhost");
    // closed a moment after each reply
    let limits = Limits { keep_alive: Duration::ZERO, ..Limits::default() };
    let (plain, address) = port().await;
    tokio::spawn(web().serve(plain).limits(limits.clone()).into_future());
    let (secured, behind) = port().await;
    tokio::spawn(app().serve(certified.server().on(secured)).limits(limits).into_future());
    for pool in
        [Pool::http(&format!("http://{address}/thrift")).unwrap(), Pool::new(local(behind)).tls(certified.client())]
    {
        let client = ShopClient::from(through(pool));
        for _ in 0..3 {
            client.add(1, 1).await.unwrap();
            sleep(Duration::from_millis(300)).await;
        }
    }
}

/// The rest of a reply that comes when its call has been given up is no part of the next.
#[tokio::test]
async fn one_whose_call_was_given_up_is_closed() {
    for way in [Framed, Unframed, Http] {
        let (listener, pool) = way.open().await;
        let peer = tokio::spawn(async move {
            let (mut first, _) = listener.accept().await.unwrap();
            let said = way.hears(&mut first).await;
            first.write_all(&said).await.unwrap();
            // half of a reply, and the rest when nobody waits for it
            let said = way.hears(&mut first).await;
            first.write_all(&said[..said.len() - 3]).await.unwrap();
            sleep(Duration::from_millis(800)).await;
            let _ = first.write_all(&said[said.len() - 3..]).await;
            let (mut second, _) = listener.accept().await.unwrap();
            let said = way.hears(&mut second).await;
            second.write_all(&said).await.unwrap();
            second
        });
        let layers = pipeline![timeout(Duration::from_millis(400)), remote(pool)];
        let client = ShopClient::from(Caller::new(Application::of(layers)));
        assert_eq!(client.add(1, 1).await.unwrap(), 2, "{way:?}");
        assert_eq!(client.add(2, 2).await.unwrap_err().status(), 503, "{way:?}");
        sleep(Duration::from_millis(600)).await;
        assert_eq!(client.add(3, 3).await.unwrap(), 6, "{way:?}");
        drop(peer.await.unwrap());
    }
}

/// A task that has done so much in one turn is told by tokio that nothing is there, whatever is.
async fn spend_all() {
    poll_fn(|task| {
        while has_budget_remaining() {
            let _ = pin!(consume_budget()).poll(task);
        }
        Poll::Ready(())
    })
    .await;
}

/// At once, or a little later.
#[tokio::test]
async fn one_on_which_something_was_said_unasked_is_not_used_again() {
    for (way, pause) in [(Framed, 0), (Framed, 50), (Unframed, 0), (Unframed, 50), (Http, 0), (Http, 50)] {
        let (listener, pool) = way.open().await;
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let said = way.hears(&mut stream).await;
                if pause == 0 {
                    stream.write_all(&said.repeat(2)).await.unwrap();
                } else {
                    stream.write_all(&said).await.unwrap();
                    sleep(Duration::from_millis(pause)).await;
                    stream.write_all(&said).await.unwrap();
                }
                tokio::spawn(async move { while stream.read_u8().await.is_ok() {} });
            }
        });
        let client = ShopClient::from(through(pool));
        for number in 1..=3 {
            spend_all().await;
            assert_eq!(client.add(number, 1).await.unwrap(), number + 1, "{way:?}, {pause}");
            sleep(Duration::from_millis(2 * pause)).await;
        }
    }
}

#[tokio::test]
async fn there_are_as_many_as_was_said() {
    let (listener, address) = port().await;
    tokio::spawn(app().serve(listener).into_future());
    let (way, accepted) = support::peer::counted(address).await;
    let client = ShopClient::from(through(Pool::new(way.to_string()).keep(0)));
    for number in 1..=3 {
        client.add(number, 1).await.unwrap();
    }
    assert_eq!(accepted.load(std::sync::atomic::Ordering::Relaxed), 3);
}
