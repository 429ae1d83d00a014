//! What is said to many at once.

use std::time::Duration;

use koa_runtime::{
    prelude::*,
    websocket::{Group, Options, Slow, WebSocket},
};

use crate::{
    client::{CLOSE, Client, serve},
    eventually::eventually,
};

#[middleware]
async fn room(ctx: &mut Context, room: &Group) -> Result {
    let room = room.clone();
    let options = Options { queue: 10_000, ..Options::default() };
    ctx.websocket(options, async move |mut socket: WebSocket| {
        let _member = room.join(socket.sender());
        while let Some(message) = socket.recv().await? {
            room.send(message);
        }
        Ok(())
    })
}

#[tokio::test]
async fn what_is_sent_to_a_group_each_member_hears_until_it_leaves() {
    let group = Group::default();
    let address = serve(Application::new(pipeline![provide(group.clone()), room])).await;
    let (mut one, mut two) = (Client::open(address).await, Client::open(address).await);
    eventually(async || group.len() == 2).await;
    one.text("hello").await;
    one.hears("hello").await;
    two.hears("hello").await;
    two.frame(CLOSE, b"").await;
    eventually(async || group.len() == 1).await;
    assert_eq!(group.send("to one"), 1);
    one.hears("to one").await;
    drop(one);
    eventually(async || group.is_empty()).await;
    assert_eq!(group.send("to nobody"), 0);
}

#[tokio::test]
async fn a_member_that_is_slow_misses_messages_or_is_left() {
    for slow in [Slow::Skip, Slow::Drop] {
        let group = Group::new(slow);
        let address = serve(Application::new(pipeline![provide(group.clone()), room])).await;
        let mut lazy = Client::open(address).await;
        eventually(async || group.len() == 1).await;
        // what the system keeps for it, and the queue
        let mut sent = 0;
        while group.send(vec![0; 9000]) == 1 {
            sent += 1;
            assert!(sent < 10_000, "nothing is bounded");
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        match slow {
            Slow::Skip => {
                assert_eq!(group.len(), 1);
                let mut heard = 0;
                while heard < sent {
                    lazy.next().await.expect("one that was sent");
                    heard += 1;
                }
                eventually(async || group.send("again") == 1).await;
                lazy.hears("again").await;
            }
            Slow::Drop => {
                eventually(async || group.is_empty()).await;
                while lazy.next().await.is_some() {}
            }
        }
    }
}
