//! What has been asked for. Holds no header and no body, so no secret.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// One request and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// `GET`, `PATCH`, …
    pub method: String,
    /// The host it was meant for.
    pub host: String,
    /// The path behind the host, as it came.
    pub path: String,
    /// The query, as it came.
    pub query: String,
    /// The status of the answer; absent when the connection was closed instead.
    pub status: Option<u16>,
}

/// The latest requests.
#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: VecDeque<Logged>,
}

impl Log {
    /// How many requests are kept. An apply for 10,000 people takes fewer, and a sandbox that runs
    /// for weeks stays under some 30 MB.
    const KEPT: usize = 100_000;

    pub(crate) fn push(&mut self, entry: Logged) {
        if self.entries.len() == Self::KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    pub(crate) fn entries(&self) -> Vec<Logged> {
        self.entries.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_forgets_the_oldest_first() {
        let mut log = Log::default();
        for number in 0..=Log::KEPT {
            log.push(Logged {
                method: "GET".into(),
                host: String::new(),
                path: number.to_string(),
                query: String::new(),
                status: Some(200),
            });
        }
        let entries = log.entries();
        assert_eq!(entries.len(), Log::KEPT);
        assert_eq!(entries.first().map(|e| e.path.as_str()), Some("1"));
    }
}
