//! Hands the world to whoever keeps it, a moment after it has changed and once more at the end.
//! Knows no file: the caller's function does.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task;
use tokio::time::{self, Instant};

use super::shared::Shared;

/// Keeps the bytes of a world.
pub type Save = Arc<dyn Fn(&[u8]) -> io::Result<()> + Send + Sync>;

/// How long changes are collected before they are saved: an apply changes the world hundreds of
/// times a second, and a person who stops the sandbox is not kept waiting.
const COLLECT: Duration = Duration::from_millis(100);

/// How many times as long as the last save took: nobody can change a world while it is written down,
/// and a large one takes a while, so that costs a tenth of the time at most.
const COLLECT_FACTOR: u32 = 9;

/// Saves until told to stop, and then once more.
pub(crate) async fn run(
    shared: Shared,
    save: Save,
    mut changes: watch::Receiver<u64>,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let mut took = Duration::ZERO;
    loop {
        // An error means that nobody can tell us to stop any more, so it is time to.
        tokio::select! {
            told = changes.changed() => if told.is_err() { break },
            _ = stop.wait_for(|stop| *stop) => break,
        }
        tokio::select! {
            () = time::sleep(COLLECT.max(took * COLLECT_FACTOR)) => {}
            _ = stop.wait_for(|stop| *stop) => break,
        }
        // What changes from here on is not in this save for sure, so it causes another.
        changes.mark_unchanged();
        let begin = Instant::now();
        if let Err(error) = save_once(&shared, &save).await {
            tracing::error!(%error, "cannot save the world; trying again after the next change");
        }
        took = begin.elapsed();
    }
    save_once(&shared, &save).await
}

async fn save_once(shared: &Shared, save: &Save) -> io::Result<()> {
    let (shared, save) = (shared.clone(), Arc::clone(save));
    let saving = task::spawn_blocking(move || {
        let bytes = shared.read(serde_json::to_vec_pretty)?;
        save(&bytes)
    });
    saving
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error)))
}
