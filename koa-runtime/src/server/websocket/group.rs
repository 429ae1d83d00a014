//! What is said to many at once.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{message::Message, shared::NotSent, socket::Sender};

/// Those who hear the same: a room of a chat, or all who watch a page. Clones are the same group.
///
/// Sending waits for nobody: a member for whom too much [waits](crate::websocket::Options::queue) already is [`Slow`].
///
/// ```
/// use koa_runtime::{
///     prelude::*,
///     websocket::{Group, Options, WebSocket},
/// };
///
/// #[middleware]
/// async fn chat(ctx: &mut Context, room: &Group) -> Result {
///     let room = room.clone();
///     ctx.websocket(Options::default(), async move |mut socket: WebSocket| {
///         let _member = room.join(socket.sender());
///         while let Some(message) = socket.recv().await? {
///             room.send(message);
///         }
///         Ok(())
///     })
/// }
///
/// let app = Application::new(pipeline![provide(Group::default()), chat]);
/// # let _ = app;
/// ```
#[derive(Clone, Default)]
pub struct Group {
    members: Arc<Mutex<Members>>,
    slow: Slow,
}

/// What happens to a member of a [`Group`] that is slower than what is sent to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Slow {
    /// It misses messages.
    #[default]
    Skip,
    /// It is left, without a word: it would not read one. It can come back.
    Drop,
}

#[derive(Default)]
struct Members {
    next: u64,
    senders: HashMap<u64, Sender>,
}

impl Group {
    /// A group without members.
    ///
    /// ```
    /// use koa_runtime::websocket::{Group, Slow};
    ///
    /// let prices = Group::new(Slow::Skip);
    /// assert_eq!(prices.send("42"), 0);
    /// assert!(prices.is_empty());
    /// ```
    #[must_use]
    pub fn new(slow: Slow) -> Self {
        Self { members: Arc::default(), slow }
    }

    /// Joins: what is sent to the group goes to this one too, until the [`Member`] is dropped.
    #[must_use = "it is a member until this is dropped"]
    pub fn join(&self, sender: &Sender) -> Member {
        let mut members = self.members();
        let id = members.next;
        members.next += 1;
        members.senders.insert(id, sender.clone());
        drop(members);
        Member { group: self.clone(), id }
    }

    /// Sends to every member. Says to how many: those who are closed, or slow, are not among them.
    pub fn send(&self, message: impl Into<Message>) -> usize {
        let message = message.into();
        let mut reached = 0;
        for sender in self.members().senders.values() {
            match sender.try_send(message.clone()) {
                Ok(()) => reached += 1,
                Err(NotSent::Full) if self.slow == Slow::Drop => sender.cut(),
                Err(_) => {}
            }
        }
        reached
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members().senders.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn members(&self) -> MutexGuard<'_, Members> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group").field("members", &self.len()).field("slow", &self.slow).finish()
    }
}

/// That a WebSocket is in a [`Group`]. It leaves when this is dropped.
#[derive(Debug)]
pub struct Member {
    group: Group,
    id: u64,
}

impl Member {
    /// The group it is in.
    #[must_use]
    pub fn group(&self) -> &Group {
        &self.group
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // its messages are dropped with it, which may be anybody's code: not while the group is locked
        let left = self.group.members().senders.remove(&self.id);
        drop(left);
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    /// Bytes that look at the group when they are dropped.
    struct Looks(Group);

    impl AsRef<[u8]> for Looks {
        fn as_ref(&self) -> &[u8] {
            b"bytes"
        }
    }

    impl Drop for Looks {
        fn drop(&mut self) {
            assert!(self.0.is_empty());
        }
    }

    #[test]
    fn a_member_is_dropped_when_nothing_is_locked() {
        let (group, sender) = (Group::default(), Sender::of_none());
        let member = group.join(&sender);
        sender.try_send(Bytes::from_owner(Looks(group.clone()))).unwrap();
        drop(sender);
        drop(member);
        assert_eq!(Arc::strong_count(&group.members), 1);
    }
}
