//! What is waited for, where a sleep would be a guess at how busy the machine is.

use std::time::Duration;

use tokio::time::{sleep, timeout};

/// Asks until the answer is yes.
pub(crate) async fn eventually(mut asked: impl AsyncFnMut() -> bool) {
    let yes = async {
        while !asked().await {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(20), yes).await.expect("it never is");
}
