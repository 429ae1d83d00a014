//! What is called again, and what is not.

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use koa_runtime::prelude::*;
use koa_thrift::{Call, Caller, Pool, ProtocolError, remote, retry};
use support::{
    Open, ShopBuyError,
    peer::{framed, framed_reply, port, through},
    shop::{ShopClient, shop},
};
use tokio::{io::AsyncWriteExt as _, net::TcpListener, time::sleep};

const SHORT: Duration = Duration::from_millis(1);

fn any(_: &Call) -> bool {
    true
}

/// A client that calls three times at most, and of which this may be called twice.
fn thrice(once: Application<Call>, safe: fn(&Call) -> bool) -> ShopClient {
    Caller::new(Application::of(pipeline![retry(3, once).safe(safe).pause(SHORT)])).into()
}

fn over(pool: Pool) -> Application<Call> {
    Application::of(pipeline![remote(pool)])
}

/// A server that reads a call, and says this or nothing to it. How many it has read.
async fn says(reply: &'static [u8]) -> (Pool, Arc<AtomicUsize>) {
    let (listener, address) = port().await;
    let times = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&times);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            framed(&mut stream).await;
            counted.fetch_add(1, Relaxed);
            stream.write_all(reply).await.unwrap();
        }
    });
    (Pool::new(address.to_string()), times)
}

#[tokio::test]
async fn what_was_not_sent_is_sent_again() {
    let (listener, address) = port().await;
    drop(listener);
    let once = over(Pool::new(address.to_string()));
    let client =
        ShopClient::from(Caller::new(Application::of(pipeline![retry(20, once).pause(Duration::from_millis(10))])));
    let late = async {
        sleep(Duration::from_millis(50)).await;
        let listener = TcpListener::bind(address).await.unwrap();
        tokio::spawn(support::app().serve(listener).into_future());
    };
    let (sum, ()) = tokio::join!(client.add(2, 3), late);
    assert_eq!(sum.unwrap(), 5);
}

#[tokio::test]
async fn it_is_not_tried_more_often_than_said() {
    static TIMES: AtomicUsize = AtomicUsize::new(0);
    #[middleware]
    async fn count(ctx: &mut Call, next: Next) -> Result {
        TIMES.fetch_add(1, Relaxed);
        next.run(ctx).await
    }
    let client = thrice(Application::of(pipeline![count, remote(Pool::new("127.0.0.1:1"))]), |_| false);
    assert_eq!(client.add(1, 1).await.unwrap_err().status(), 502);
    assert_eq!(TIMES.load(Relaxed), 3);
}

#[tokio::test]
async fn what_may_have_run_is_called_again_only_where_it_is_safe() {
    let (pool, times) = says(b"").await;
    let client = thrice(over(pool), |call| call.method() == "add");
    assert_eq!(client.fail(404).await.unwrap_err().status(), 502);
    assert_eq!(times.load(Relaxed), 1);
    assert_eq!(client.add(1, 1).await.unwrap_err().status(), 502);
    assert_eq!(times.load(Relaxed), 4);
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
    let client = thrice(once.clone(), any);
    assert_eq!(client.add(1, 1).await.unwrap(), 2);
    assert_eq!(TIMES.load(Relaxed), 3);
    let twice = ShopClient::from(Caller::new(Application::of(pipeline![retry(2, once).safe(any)])));
    assert_eq!(twice.add(1, 1).await.unwrap_err().status(), 503);
    assert_eq!(TIMES.load(Relaxed), 5);
    assert!(matches!(client.buy(0).await, Err(ShopBuyError::SoldOut(_))));
    assert_eq!(TIMES.load(Relaxed), 6);
}

#[tokio::test]
async fn a_reply_of_no_use_is_not_asked_for_again() {
    for (said, wrong) in [
        (&b"\0\0\0\x04what"[..], ProtocolError::Version),
        (b"\0\0\0\x40\x80\x01", ProtocolError::Truncated),
        (b"\x7f\xff\xff\xff", ProtocolError::TooLarge(16 << 20)),
        // the port of another server
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", ProtocolError::Version),
        (b"\x15\x03\x01\0\x02\x02\x50", ProtocolError::Version),
    ] {
        let (pool, times) = says(said).await;
        let error = thrice(over(pool), any).add(1, 1).await.unwrap_err();
        assert_eq!((error.status().as_u16(), error.downcast_ref()), (502, Some(&wrong)));
        assert_eq!(times.load(Relaxed), 1);
    }
}

/// The error of another call, which a method has made, says nothing of the method.
#[tokio::test]
async fn a_method_that_could_not_send_a_call_of_its_own_has_run() {
    static TIMES: AtomicUsize = AtomicUsize::new(0);
    #[middleware]
    async fn forward(#[config] to: ShopClient, ctx: &mut Call) -> Result {
        TIMES.fetch_add(1, Relaxed);
        let sum = to.add(1, 1).await?;
        ctx.returns(&sum)
    }
    let nobody = ShopClient::from(through(Pool::new("127.0.0.1:1")));
    let client = thrice(Application::of(pipeline![forward(nobody)]), |_| false);
    assert_eq!(client.add(1, 1).await.unwrap_err().status(), 502);
    assert_eq!(TIMES.load(Relaxed), 1);
}

#[tokio::test]
async fn what_a_layer_does_about_a_call_that_was_not_sent_is_done_again() {
    static TIMES: AtomicUsize = AtomicUsize::new(0);
    #[middleware]
    async fn asks_somebody_else(ctx: &mut Call, next: Next) -> Result {
        ensure!(next.run(ctx).await.is_ok(), 409, "{} did not help", TIMES.fetch_add(1, Relaxed));
        Ok(())
    }
    let client = thrice(Application::of(pipeline![asks_somebody_else, remote(Pool::new("127.0.0.1:1"))]), |_| false);
    assert_eq!(client.add(1, 1).await.unwrap_err().message(), "2 did not help");
}

/// The system has said nothing of it yet when the connection is taken: nobody has asked it since.
#[tokio::test]
async fn a_kept_connection_that_was_reset_unseen_is_replaced() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (first, second) = (std::sync::mpsc::channel(), std::sync::mpsc::channel());
    let (resets, is_reset) = (first.1, second.0);
    // another thread, and a runtime of its own: this one stands still meanwhile
    thread::spawn(move || {
        let alone = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        listener.set_nonblocking(true).unwrap();
        alone.block_on(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            let (mut stream, _) = listener.accept().await.unwrap();
            let call = framed(&mut stream).await;
            stream.write_all(&framed_reply(&call).await).await.unwrap();
            resets.recv().unwrap();
            stream.set_zero_linger().unwrap();
            drop(stream);
            is_reset.send(()).unwrap();
            let (mut stream, _) = listener.accept().await.unwrap();
            let call = framed(&mut stream).await;
            stream.write_all(&framed_reply(&call).await).await.unwrap();
        });
    });
    let client = ShopClient::from(through(Pool::new(address.to_string())));
    assert_eq!(client.add(1, 1).await.unwrap(), 2);
    first.0.send(()).unwrap();
    second.1.recv().unwrap();
    thread::sleep(Duration::from_millis(50));
    assert_eq!(client.add(2, 2).await.unwrap(), 4);
}
