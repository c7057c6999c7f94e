//! Ctrl-C: the first asks to stop once what is in flight is finished, the second stops at once.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Notify;

/// How often somebody has pressed Ctrl-C.
#[derive(Clone, Default)]
pub(super) struct Interrupts {
    count: Arc<AtomicU32>,
    second: Arc<Notify>,
}

impl Interrupts {
    /// Begins to count.
    pub(super) fn watch() -> Self {
        let interrupts = Self::default();
        let watcher = interrupts.clone();
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if watcher.count.fetch_add(1, Ordering::Relaxed) == 0 {
                    let line = "Stopping once what is in flight is finished. Ctrl-C again aborts.";
                    drop(writeln!(std::io::stderr(), "{line}"));
                } else {
                    watcher.second.notify_one();
                }
            }
        });
        interrupts
    }

    /// Whether somebody asked to stop.
    pub(super) fn is_asked_to_stop(&self) -> bool {
        self.count.load(Ordering::Relaxed) > 0
    }

    /// Ends when somebody insists.
    pub(super) async fn second(&self) {
        self.second.notified().await;
    }
}
