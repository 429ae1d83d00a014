//! What our servers have in common, under every protocol: how they are told to run.

use std::num::NonZeroUsize;

use koa_runtime::{Application, Protocol, Result};

/// Listens where it is told, on the threads that it is told.
pub fn run<C: Protocol>(app: Application<C>) -> Result {
    shared::runtime()?.block_on(async {
        let server = app.listen(("127.0.0.1", shared::port()));
        match NonZeroUsize::new(shared::workers()).filter(|_| shared::is_per_core()) {
            Some(workers) => server.threads(workers).await,
            None => server.await,
        }
    })
}
