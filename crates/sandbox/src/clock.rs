//! The sandbox's clock: it runs as every clock does, and can be put forward.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Milliseconds since the sandbox was started, and those that it was put forward by.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    ahead_ms: AtomicU64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
            ahead_ms: AtomicU64::new(0),
        }
    }

    pub(crate) fn now_ms(&self) -> u64 {
        let run = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        run.saturating_add(self.ahead_ms.load(Ordering::Relaxed))
    }

    /// Puts the clock forward. What waits for a time that has come sees it at its next look.
    /// One hand at a time puts it: of two at once, one may be lost.
    pub(crate) fn advance(&self, by: Duration) {
        let by_ms = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        let ahead_ms = self.ahead_ms.load(Ordering::Relaxed);
        let ahead_ms = ahead_ms.saturating_add(by_ms);
        self.ahead_ms.store(ahead_ms, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_goes_forward_as_far_as_it_is_put() {
        let clock = Clock::start();
        clock.advance(Duration::from_secs(60));
        clock.advance(Duration::from_secs(60));
        assert!((120_000..180_000).contains(&clock.now_ms()));
        clock.advance(Duration::MAX);
        assert_eq!(clock.now_ms(), u64::MAX);
    }
}
