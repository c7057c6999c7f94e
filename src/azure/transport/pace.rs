//! One budget a service: when it asks to be left alone, every request to it waits.
//!
//! Azure DevOps delays requests before it refuses them, and says so with `Retry-After` on a 200;
//! see "Rate and usage limits" in its documentation.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::answer::Answer;
use super::host::Audience;

/// The longest that one answer can hold up the others. Both services count in windows of at most
/// five minutes.
const PAUSE_MAX: Duration = Duration::from_secs(300);

/// What to wait when Graph says that its limit is reached without saying for how long: its windows
/// for applications are ten seconds long.
const NEAR_LIMIT_PAUSE: Duration = Duration::from_secs(1);

/// Graph sends the share of the limit that is used up only above 0.8; at 1.0 it is reached.
const LIMIT_REACHED: f64 = 1.0;

/// When each service wants the next request.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    devops: Mutex<Option<Instant>>,
    graph: Mutex<Option<Instant>>,
}

impl Pace {
    /// Waits until the service wants the next request.
    pub(crate) async fn wait(&self, audience: Audience) {
        let until = *self
            .slot(audience)
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = until {
            sleep_until(until).await;
        }
    }

    /// Takes note of what an answer asks for.
    pub(crate) fn note(&self, audience: Audience, answer: &Answer) {
        let used_up = answer
            .header("x-ms-throttle-limit-percentage")
            .and_then(|share| share.parse::<f64>().ok())
            .is_some_and(|share| share >= LIMIT_REACHED)
            .then_some(NEAR_LIMIT_PAUSE);
        let Some(pause) = answer.retry_after().or(used_up) else {
            return;
        };
        let until = Instant::now() + pause.min(PAUSE_MAX);
        let mut slot = self
            .slot(audience)
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *slot = (*slot).max(Some(until));
    }

    const fn slot(&self, audience: Audience) -> &Mutex<Option<Instant>> {
        match audience {
            Audience::DevOps => &self.devops,
            Audience::Graph => &self.graph,
        }
    }
}
