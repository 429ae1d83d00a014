//! What a thread knows of the connection that it polls.
//!
//! hyper stands between a connection and its requests, and says little of either to the other. On HTTP/1 both are polled in one call, so
//! what one has to tell the other lies here meanwhile. (Requests of HTTP/2 are polled elsewhere, and their connection only writes here.)

use std::{
    cell::{Cell, RefCell},
    mem::take,
};

use super::seat::ConnectionSeat;

/// What a connection is doing on which one request comes after another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Doing {
    /// Nothing: it waits for a request.
    #[default]
    Idle,
    /// The head of one is coming.
    Head,
    /// The layers have it.
    Request,
    /// The body of its reply comes into being.
    Reply,
}

/// What is asked of a connection while it is polled.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked {
    /// To give up the request that it has.
    pub(super) is_late: bool,
    /// To be closed after the next reply, and to say so in it.
    pub(super) closes: bool,
}

/// What has happened while a connection was polled.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    /// What it is doing now.
    pub(crate) doing: Doing,
    /// Whether that has begun anew.
    pub(crate) is_new: bool,
    /// What should be written does not go out.
    pub(crate) blocked: bool,
    /// So many bytes did.
    pub(crate) written: usize,
    /// hyper hands the stream on, to who speaks another protocol.
    pub(crate) upgraded: bool,
}

/// What is known while a connection is polled. Cells of what needs no drop: reading and setting them is all there is to it.
pub(super) struct Scope {
    /// Of the [`Wire`](super::wire::Wire); 0 while no connection is polled.
    id: Cell<usize>,
    /// Whether its request has a seat.
    is_seated: Cell<bool>,
    /// Whether the seat of one before it is free, and not given back yet.
    left: Cell<bool>,
    /// The request that is being answered has taken too long.
    is_late: Cell<bool>,
    /// What is answered is the last on its connection.
    closes: Cell<bool>,
    // as in `Seen`
    doing: Cell<Doing>,
    is_new: Cell<bool>,
    blocked: Cell<bool>,
    written: Cell<usize>,
    upgraded: Cell<bool>,
}

thread_local! {
    pub(super) static SCOPE: Scope = const {
        Scope {
            id: Cell::new(0),
            is_seated: Cell::new(false),
            left: Cell::new(false),
            is_late: Cell::new(false),
            closes: Cell::new(false),
            doing: Cell::new(Doing::Idle),
            is_new: Cell::new(false),
            blocked: Cell::new(false),
            written: Cell::new(0),
            upgraded: Cell::new(false),
        }
    };
    /// What is written while a connection is polled. Between that it is memory that nothing is kept in.
    pub(super) static OUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Scope {
    /// Whether it is this connection that is polled. Once it was handed on, who has it polls it, and is not to be waited for.
    #[inline]
    pub(super) fn is_of(&self, id: usize) -> bool {
        self.id.get() == id
    }

    /// Something was read on it.
    #[inline]
    pub(super) fn has_read(&self) {
        if self.doing.get() == Doing::Idle {
            // the first byte of a head counts, and not the last
            self.does(Doing::Head);
        }
    }

    /// Something was written, or would have been.
    pub(super) fn has_written(&self, written: usize, blocked: bool) {
        self.written.set(self.written.get() + written);
        self.blocked.set(self.blocked.get() | blocked);
    }

    /// Whether it was handed on in this poll.
    #[inline]
    pub(super) fn is_upgraded(&self) -> bool {
        self.upgraded.get()
    }

    /// From here on it does this.
    #[inline]
    fn does(&self, doing: Doing) {
        self.doing.set(doing);
        self.is_new.set(true);
    }

    #[inline]
    pub(super) fn seen(&self) -> Seen {
        Seen {
            doing: self.doing.get(),
            is_new: self.is_new.get(),
            blocked: self.blocked.get(),
            written: self.written.get(),
            upgraded: self.upgraded.get(),
        }
    }

    fn asked(&self) -> Asked {
        Asked { is_late: self.is_late.get(), closes: self.closes.get() }
    }

    fn ask(&self, asked: Asked) {
        self.is_late.set(asked.is_late);
        self.closes.set(asked.closes);
    }

    fn see(&self, seen: Seen) {
        self.doing.set(seen.doing);
        self.is_new.set(seen.is_new);
        self.blocked.set(seen.blocked);
        self.written.set(seen.written);
        self.upgraded.set(seen.upgraded);
    }
}

/// What was there before a connection was polled, where that is another connection. It is put back even if the poll panics.
struct Outer {
    id: usize,
    seen: Seen,
    asked: Asked,
    is_seated: bool,
    left: bool,
    out: Vec<u8>,
}

/// While a connection is polled.
pub(super) struct Polled<'p, 'r> {
    seat: Option<&'p mut ConnectionSeat<'r>>,
    outer: Option<Box<Outer>>,
    is_done: bool,
}

impl<'p, 'r> Polled<'p, 'r> {
    #[inline]
    pub(super) fn enter(
        id: usize,
        doing: Doing,
        asked: Asked,
        seat: Option<&'p mut ConnectionSeat<'r>>,
        out: &mut Vec<u8>,
    ) -> Self {
        SCOPE.with(|scope| {
            let outer = (scope.id.get() != 0).then(|| Box::new(Outer::leave(scope)));
            scope.id.set(id);
            scope.ask(asked);
            scope.see(Seen { doing, ..Seen::default() });
            scope.is_seated.set(seat.as_ref().is_some_and(|seat| seat.is_taken()));
            scope.left.set(false);
            if !out.is_empty() {
                OUT.set(take(out));
            }
            Self { seat, outer, is_done: false }
        })
    }

    /// The poll has come to its end.
    #[inline]
    pub(super) fn done(&mut self) -> Seen {
        SCOPE.with(|scope| {
            // before anything goes out: who has the reply may ask at once
            self.give_back(scope);
            scope.seen()
        })
    }

    /// What was written has gone out, or is kept by its connection.
    #[inline]
    pub(super) fn leave(mut self) {
        self.is_done = true;
    }

    #[inline]
    fn give_back(&mut self, scope: &Scope) {
        if let Some(seat) = &mut self.seat {
            seat.set(scope.is_seated.get(), scope.left.replace(false));
        }
    }
}

impl Drop for Polled<'_, '_> {
    #[inline]
    fn drop(&mut self) {
        SCOPE.with(|scope| {
            if !self.is_done {
                self.give_back(scope);
                // the poll has panicked: what it has written is nobody else's
                OUT.take();
            }
            scope.id.set(0);
        });
        if let Some(outer) = self.outer.take() {
            (*outer).enter_again();
        }
    }
}

impl Outer {
    #[cold]
    fn leave(scope: &Scope) -> Self {
        Self {
            id: scope.id.get(),
            seen: scope.seen(),
            asked: scope.asked(),
            is_seated: scope.is_seated.get(),
            left: scope.left.get(),
            out: OUT.take(),
        }
    }

    #[cold]
    fn enter_again(self) {
        SCOPE.with(|scope| {
            scope.id.set(self.id);
            scope.ask(self.asked);
            scope.see(self.seen);
            scope.is_seated.set(self.is_seated);
            scope.left.set(self.left);
        });
        OUT.set(self.out);
    }
}

/// A request has come, on the connection that is polled.
#[inline]
pub(super) fn began() {
    SCOPE.with(|scope| {
        // what was asked of the one before it is not asked of this one
        scope.is_late.set(false);
        scope.does(Doing::Request);
    });
}

/// It needs a seat. Whether that of one before it is still there.
#[inline]
pub(super) fn seated_again() -> bool {
    SCOPE.with(|scope| {
        let again = scope.left.replace(false);
        scope.is_seated.set(again);
        again
    })
}

/// It has taken a seat.
#[inline]
pub(super) fn seated() {
    SCOPE.with(|scope| scope.is_seated.set(true));
}

/// The layers are done with it, and its seat is free. Their reply may be whole already, or a body that comes into being; or the stream is
/// handed on.
///
/// Whether the reply is the last on its connection.
#[inline]
pub(super) fn replied(is_whole: bool, upgrades: bool) -> bool {
    SCOPE.with(|scope| {
        if scope.is_seated.replace(false) {
            scope.left.set(true);
        }
        scope.does(if is_whole { Doing::Idle } else { Doing::Reply });
        if upgrades {
            scope.upgraded.set(true);
        }
        scope.closes.get() && !upgrades
    })
}

/// The body of its reply has come to its end.
pub(crate) fn ended() {
    SCOPE.with(|scope| {
        if scope.doing.get() == Doing::Reply {
            scope.does(Doing::Idle);
        }
    });
}

/// Whether the request of the connection that is polled has taken too long.
#[inline]
pub(super) fn is_late() -> bool {
    SCOPE.with(|scope| scope.is_late.get())
}
