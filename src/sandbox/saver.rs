//! Hands the world to whoever keeps it, a moment after it has changed and once more at the end.
//! Knows no file: the caller's function does.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task;
use tokio::time;

use super::shared::Shared;

/// Keeps the bytes of a world.
pub type Save = Arc<dyn Fn(&[u8]) -> io::Result<()> + Send + Sync>;

/// How long changes are collected before they are saved: an apply changes the world hundreds of
/// times a second, and a person who stops the sandbox is not kept waiting.
const COLLECT: Duration = Duration::from_millis(100);

/// Saves until told to stop, and then once more.
pub(crate) async fn run(
    shared: Shared,
    save: Save,
    mut changes: watch::Receiver<u64>,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    loop {
        // An error means that nobody can tell us to stop any more, so it is time to.
        tokio::select! {
            told = changes.changed() => if told.is_err() { break },
            _ = stop.wait_for(|stop| *stop) => break,
        }
        tokio::select! {
            () = time::sleep(COLLECT) => {}
            _ = stop.wait_for(|stop| *stop) => break,
        }
        // What changes from here on is not in this save for sure, so it causes another.
        changes.mark_unchanged();
        if let Err(error) = save_once(&shared, &save).await {
            tracing::error!(%error, "cannot save the world; trying again after the next change");
        }
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
