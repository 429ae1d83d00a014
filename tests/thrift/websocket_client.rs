//! What a server may say to a client over a WebSocket.

mod support;

use std::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use koa_runtime::{
    prelude::*,
    websocket::{CloseCode, Message, Options, WebSocket},
};
use koa_thrift::{Call, Caller, Pool, ProtocolError, over_websocket, remote, retry};
use support::{
    CORNER, app,
    peer::{counted, port, through},
    shop::ShopClient,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::sleep,
};

#[tokio::test]
async fn who_is_asked_whether_it_is_there_answers_meanwhile_and_with_the_next_call() {
    let options =
        Options { ping: Some(Duration::from_millis(100)), pong: Duration::from_secs(1), ..Options::default() };
    let web = Application::new(pipeline![over_websocket(app()).options(options)]);
    let (listener, address) = port().await;
    tokio::spawn(web.serve(listener).into_future());
    let (way, accepted) = counted(address).await;
    let client = ShopClient::from(through(Pool::websocket(&format!("ws://{way}/")).unwrap()));
    for number in 0..5 {
        assert_eq!(client.add(number, 1).await.unwrap(), number + 1);
        sleep(Duration::from_millis(300)).await;
    }
    let opened = async {
        sleep(Duration::from_millis(1500)).await;
        CORNER.door.add_permits(1);
    };
    let (waited, ()) = tokio::join!(client.wait(), opened);
    waited.unwrap();
    assert_eq!(accepted.load(Relaxed), 1);
    // who asks nothing for long is not there, and comes again
    sleep(Duration::from_secs(2)).await;
    assert_eq!(client.add(1, 1).await.unwrap(), 2);
    assert_eq!(accepted.load(Relaxed), 2);
}

/// Says this to whatever comes, and closes the WebSocket where it has nothing to say.
#[middleware]
async fn say(#[config] said: Option<Message>, #[config] times: &'static AtomicUsize, ctx: &mut Context) -> Result {
    ctx.websocket(Options::default(), async move |mut socket: WebSocket| {
        while socket.recv().await?.is_some() {
            times.fetch_add(1, Relaxed);
            match &said {
                Some(said) => socket.send(said.clone()).await?,
                None => socket.close(CloseCode::POLICY, "no"),
            }
        }
        Ok(())
    })
}

#[tokio::test]
async fn what_is_no_reply_is_not_asked_for_again() {
    for (said, wrong, most) in [
        (Some(Message::from("text")), None, 1),
        (Some(Message::from(b"what".to_vec())), Some(ProtocolError::Version), 1),
        (Some(Message::from(Vec::new())), Some(ProtocolError::Truncated), 1),
        (Some(Message::from(vec![0; 2000])), Some(ProtocolError::TooLarge(1000)), 1),
        // whether it has run, nobody knows, and this call may run twice
        (None, None, 2),
    ] {
        let times: &'static AtomicUsize = Box::leak(Box::default());
        let (listener, address) = port().await;
        tokio::spawn(Application::new(pipeline![say(said, times)]).serve(listener).into_future());
        let mut once =
            Application::<Call>::of(pipeline![remote(Pool::websocket(&format!("ws://{address}/")).unwrap())]);
        once.settings_mut().message = 1000;
        let client = ShopClient::from(Caller::new(Application::of(pipeline![retry(2, once).safe(|_| true)])));
        let error = client.add(1, 1).await.unwrap_err();
        assert_eq!((error.status().as_u16(), error.downcast_ref()), (502, wrong.as_ref()));
        assert_eq!(times.load(Relaxed), most, "{error}");
    }
}

#[tokio::test]
async fn a_handshake_that_is_none_is_an_error_and_nothing_was_sent() {
    for reply in [
        "HTTP/1.1 403 Forbidden\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        // the answer to another key
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
        "garbage",
    ] {
        let (listener, address) = port().await;
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            stream.write_all(reply.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
            rest
        });
        let client = ShopClient::from(through(Pool::websocket(&format!("ws://{address}/")).unwrap()));
        assert_eq!(client.add(1, 1).await.unwrap_err().status(), 502);
        assert_eq!(heard.await.unwrap(), b"", "{reply}");
    }
}
