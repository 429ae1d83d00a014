//! Memory for headers, which is used again.
//!
//! hyper does the same in the other direction: the headers of a request lie where those of the reply before it lay. So a connection that
//! is asked again and again allocates none.

use std::cell::Cell;

use http::HeaderMap;

/// Memory for more fields is given back.
const MOST: usize = 48;

thread_local! {
    static SPARE: Cell<Option<HeaderMap>> = const { Cell::new(None) };
}

/// An empty map.
#[inline]
pub(crate) fn take() -> HeaderMap {
    // where the thread ends, there is none to keep
    SPARE.try_with(Cell::take).ok().flatten().unwrap_or_default()
}

/// Keeps the memory of a map that is not used any more.
#[inline]
pub(crate) fn keep(mut headers: HeaderMap) {
    if (1..=MOST).contains(&headers.capacity()) {
        headers.clear();
        let _ = SPARE.try_with(|spare| spare.set(Some(headers)));
    }
}
