use std::{
    sync::atomic::{AtomicUsize, Ordering},
    task::Wake,
};

use bytes::Bytes;

use super::*;
use crate::server::websocket::socket::WebSocket;

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Count {
    fn new() -> (Arc<Self>, Waker) {
        let count = Arc::new(Self::default());
        (Arc::clone(&count), Waker::from(count))
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

#[test]
fn who_is_polled_next_anyway_is_not_woken() {
    let (shared, (woken, waker)) = (Shared::new(1 << 20, 1 << 20), Count::new());
    let task = Task::from_waker(&waker);
    assert!(shared.poll_receive(&task).is_pending());
    shared.hear(&task, true);
    shared.deliver("one".into());
    assert!(shared.poll_receive(&task).is_ready());
    assert!(shared.poll_receive(&task).is_pending());
    assert!(shared.try_send("one".into()).is_ok());
    assert_eq!(woken.get(), 0);

    shared.hear(&task, false);
    shared.deliver("two".into());
    assert_eq!(woken.get(), 1);
    assert!(shared.try_send("two".into()).is_ok());
    assert_eq!(woken.get(), 2);
}

#[test]
fn what_nobody_receives_is_not_kept() {
    let shared = Arc::new(Shared::new(1 << 20, 10));
    shared.deliver("more than ten bytes".into());
    assert!(!shared.has_room());
    // a sender may be kept for long
    drop(WebSocket::new(Arc::clone(&shared), None));
    assert!(shared.has_room());
    shared.deliver("more than ten bytes".into());
    assert!(shared.has_room() && shared.state().incoming.is_none());
}

/// Bytes that look at the WebSocket when they are dropped.
struct Looks(Arc<Shared>);

impl AsRef<[u8]> for Looks {
    fn as_ref(&self) -> &[u8] {
        b"bytes"
    }
}

impl Drop for Looks {
    fn drop(&mut self) {
        assert!(self.0.is_closed());
    }
}

#[test]
fn a_message_is_dropped_when_nothing_is_locked() {
    let shared = Arc::new(Shared::new(1 << 20, 1 << 20));
    let looks = Bytes::from_owner(Looks(Arc::clone(&shared)));
    assert!(shared.try_send(Message::Binary(looks)).is_ok());
    shared.shut();
    assert_eq!(Arc::strong_count(&shared), 1);
}

#[test]
fn who_waits_in_another_task_is_woken() {
    let (shared, (_, waker), (woken, other)) = (Shared::new(1 << 20, 1 << 20), Count::new(), Count::new());
    assert!(shared.poll_receive(&Task::from_waker(&other)).is_pending());
    shared.hear(&Task::from_waker(&waker), true);
    shared.deliver("one".into());
    assert_eq!(woken.get(), 1);
}
