//! Whether an application wants requests: what `ready` answers with.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether the application wants to be sent requests. Clones are handles to the same: one is given to the endpoint
/// [`ready`](crate::ready()), another kept by who knows, such as the task that loads a cache.
///
/// It begins as ready. Setting or asking costs one atomic store or load.
///
/// ```
/// use koa_runtime::Readiness;
///
/// let readiness = Readiness::new();
/// let handle = readiness.clone();
/// assert!(handle.is_ready());
/// readiness.set(false);
/// assert!(!handle.is_ready());
/// ```
#[derive(Clone, Debug)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// A readiness of its own, which is ready.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }

    /// Says whether the application wants requests from now on.
    pub fn set(&self, ready: bool) {
        // nothing is published with it, so no order with other memory is needed
        self.0.store(ready, Ordering::Relaxed);
    }

    /// Whether the application wants requests.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Default for Readiness {
    fn default() -> Self {
        Self::new()
    }
}
