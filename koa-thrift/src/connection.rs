//! What a server says on a connection: a reply to each call, as it came, as long as the client is there.

use std::{future::poll_fn, pin::pin, task::Poll};

use koa_runtime::{Connection, Requests, Result, Socket};
use tokio::io::AsyncWriteExt as _;

use crate::{Call, Message, MessageKind, incoming::Incoming};

pub(crate) async fn serve(connection: &mut Connection<Call>) -> Result {
    let (socket, requests) = connection.split();
    let mut incoming = Incoming::default();
    loop {
        if !incoming.is_empty() {
            // a part of the next one came with the one before
            requests.begins();
        }
        let Some((message, is_framed)) = incoming.next(socket, requests.settings()).await? else { break };
        // nobody knows where the next one begins
        let is_last = message.broken.is_some();
        let Some(reply) = answer(socket, &mut incoming, requests, message).await else { break };
        let mut is_over = is_last;
        if let Some(reply) = reply {
            socket.write_all(&reply.written(is_framed)?).await?;
            socket.flush().await?;
            // closed now, who asks one thing after another asks no more here; later, it may be in the middle of its next call
            is_over |= requests.is_draining() && is_quiet(socket, &mut incoming).await;
        }
        if is_over {
            break;
        }
        incoming.shrink();
        // of messages that have come together and are not replied to, none waits for anything
        tokio::task::coop::consume_budget().await;
    }
    Ok(())
}

/// What the layers reply. `None` if the client has gone away meanwhile: the layers are dropped.
///
/// A call that does not wait pays nothing for it: the socket is looked at when the layers wait, and that is no system call while nothing
/// comes.
async fn answer(
    socket: &mut Socket,
    incoming: &mut Incoming,
    requests: &mut Requests<Call>,
    message: Message,
) -> Option<Option<Message>> {
    // who has asked for no reply may go
    let is_waited_for = message.kind != MessageKind::OneWay;
    let mut answering = pin!(requests.answer(message));
    poll_fn(|task| {
        if let Poll::Ready(reply) = answering.as_mut().poll(task) {
            return Poll::Ready(Some(reply));
        }
        // no more is read than one piece: behind a further call nobody is seen to go
        if is_waited_for && incoming.is_empty() {
            let came = pin!(incoming.more(socket)).poll(task);
            if matches!(came, Poll::Ready(Ok(false) | Err(_))) {
                return Poll::Ready(None);
            }
        }
        Poll::Pending
    })
    .await
}

/// Whether nothing more has come, nor will.
async fn is_quiet(socket: &mut Socket, incoming: &mut Incoming) -> bool {
    incoming.is_empty() && !matches!(incoming.more_at_once(socket).await, Some(Ok(true)))
}
