//! What a connection does, as those see it who look after it.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering::Relaxed};

use super::http::scope::{Doing, Seen};

/// What the stream and the requests of one connection note. Only its own task does and looks, so any order will do; it is shared because
/// the future that serves the connection has the one half, and who polls it the other.
#[derive(Debug, Default)]
pub(super) struct Noted {
    doing: AtomicU8,
    is_new: AtomicBool,
    blocked: AtomicBool,
    written: AtomicUsize,
    is_handed_on: AtomicBool,
    is_over: AtomicBool,
    is_left: AtomicBool,
}

impl Noted {
    pub(super) fn doing(&self) -> Doing {
        match self.doing.load(Relaxed) {
            0 => Doing::Idle,
            1 => Doing::Head,
            2 => Doing::Request,
            _ => Doing::Reply,
        }
    }

    pub(super) fn does(&self, doing: Doing) {
        self.doing.store(doing as u8, Relaxed);
        self.is_new.store(true, Relaxed);
    }

    /// Who serves the connection reads on, so the reply is written.
    pub(super) fn reads(&self) {
        if self.doing() == Doing::Reply {
            self.does(Doing::Idle);
        }
    }

    /// A part of the next request is here already.
    pub(super) fn begins(&self) {
        if matches!(self.doing(), Doing::Idle | Doing::Reply) {
            self.does(Doing::Head);
        }
    }

    /// Something came.
    pub(super) fn has_read(&self) {
        if self.doing() == Doing::Idle {
            // the first byte of a request counts, and not the last
            self.does(Doing::Head);
        }
    }

    /// Something was written, or would have been.
    pub(super) fn has_written(&self, written: usize, blocked: bool) {
        self.written.fetch_add(written, Relaxed);
        self.blocked.store(blocked, Relaxed);
    }

    /// Somebody else looks after the connection from now on.
    pub(super) fn hand_on(&self) {
        self.is_handed_on.store(true, Relaxed);
    }

    pub(super) fn is_handed_on(&self) -> bool {
        self.is_handed_on.load(Relaxed)
    }

    /// It is to be closed, and nothing more is to be said.
    pub(super) fn end(&self) {
        self.is_over.store(true, Relaxed);
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Relaxed)
    }

    /// The client takes nothing, and is not waited for.
    pub(super) fn leave(&self) {
        self.is_left.store(true, Relaxed);
        self.end();
    }

    pub(super) fn is_left(&self) -> bool {
        self.is_left.load(Relaxed)
    }

    /// What has happened since this was asked.
    pub(super) fn seen(&self) -> Seen {
        Seen {
            doing: self.doing(),
            is_new: self.is_new.swap(false, Relaxed),
            blocked: self.blocked.load(Relaxed),
            written: self.written.swap(0, Relaxed),
            upgraded: false,
        }
    }
}
