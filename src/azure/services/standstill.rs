//! What is known of a wait that a service asks for, for whoever shows how things are going, and the
//! way to end it.

use std::time::Duration;

use super::Services;

/// A service wants to be left alone, and requests to it wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standstill {
    /// Which one, as a person knows it.
    pub service: &'static str,
    /// For how long, as far as it has told by now.
    pub left: Duration,
    /// How many requests wait.
    pub requests: usize,
}

impl Services {
    /// What is waited for longest, if anything is. To be asked every second or so: a service may name
    /// a longer wait while the first one runs.
    pub fn waiting(&self) -> Option<Standstill> {
        self.client.pace().held().map(|held| Standstill {
            service: held.audience.as_str(),
            left: held.left,
            requests: held.requests,
        })
    }

    /// From now on nobody waits any more for a service that wants to be left alone: what would have
    /// to is not sent, and fails as what was certainly not done. What is under way is finished. For
    /// somebody who has asked to stop and would not see it happen for half an hour.
    pub fn stop_waiting(&self) {
        self.client.pace().stop_waiting();
    }
}
