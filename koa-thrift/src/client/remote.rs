//! `remote(pool)`: a call that goes to a server elsewhere.

use koa_runtime::{Error, Result, middleware};

use super::{
    failure::{Failed, Reached, because},
    link::Link,
    pool::Pool,
};
use crate::{Call, Message, MessageKind};

/// An endpoint that sends each call to a server, and makes what comes back its reply: for clients, and for proxies.
///
/// A call that is cancelled (by a layer that waits no longer) closes its connection, so that no late reply is taken for another's.
///
/// # Errors
///
/// A 502, with what went wrong on the connection. Whether the method has run then, nobody knows. A 400 for a message that is no call, or
/// of which it is known that it makes no sense: it is not sent.
#[middleware]
pub async fn remote(#[config] pool: &Pool, ctx: &mut Call) -> Result {
    ctx.is_whole()?;
    match ask(pool, ctx).await {
        Ok((link, reply)) => {
            match reply {
                Some(reply) => ctx.passes(reply),
                None => ctx.says_nothing(),
            }
            pool.keeps(link).await;
            Ok(())
        }
        Err(Failed { error, reached }) => {
            ctx.has_reached(reached);
            Err(error)
        }
    }
}

/// The reply, and the connection over which it came.
async fn ask(pool: &Pool, ctx: &Call) -> Result<(Link, Option<Message>), Failed> {
    let asked = Message { sequence: pool.sequence(), ..ctx.message().clone() };
    let bytes = pool.write(&asked).map_err(|error| Failed::before(error.into()))?;
    let (link, reply) = loop {
        let kept = pool.kept().await;
        let is_kept = kept.is_some();
        let mut link = match kept {
            Some(link) => link,
            None => pool.connect().await?,
        };
        match link.ask(bytes.clone(), ctx.is_one_way(), ctx.settings()).await {
            Ok(reply) => break (link, reply),
            // it was closed a moment ago
            Err(failed) if is_kept && failed.reached == Reached::Nobody => {}
            Err(failed) => return Err(failed),
        }
    };
    if let Some(reply) = &reply {
        is_reply(&asked, ctx.method(), reply).map_err(Failed::behind)?;
    }
    Ok((link, reply))
}

/// Refuses what is the reply to another call, or none. What comes late for a one-way call, which has no reply, has an id of its own.
fn is_reply(asked: &Message, method: &str, reply: &Message) -> Result<(), Error> {
    let is_named = reply.name == method || reply.name == asked.name;
    if reply.sequence != asked.sequence || !is_named {
        return Err(because("this is the reply to another call"));
    }
    match reply.kind {
        MessageKind::Reply | MessageKind::Exception => Ok(()),
        MessageKind::Call | MessageKind::OneWay => Err(because("this is no reply")),
    }
}
