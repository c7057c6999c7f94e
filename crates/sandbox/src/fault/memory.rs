//! Answers that were given before, for reads that are to be stale.

use std::collections::BTreeMap;

use crate::reply::Reply;

/// The latest answer to each read, and when it was given.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    answers: BTreeMap<String, (u64, Reply)>,
}

impl Memory {
    /// How many answers are kept. A plan for 10,000 people reads some hundred pages, so this is
    /// many runs; what is beyond it is served fresh.
    const KEPT: usize = 5_000;

    pub(crate) fn keep(&mut self, target: String, now_ms: u64, reply: &Reply) {
        if self.answers.len() < Self::KEPT || self.answers.contains_key(&target) {
            self.answers.insert(target, (now_ms, reply.clone()));
        }
    }

    /// The answer that was given last, when it is not too old.
    pub(crate) fn recall(&self, target: &str, now_ms: u64, oldest_ms: u64) -> Option<Reply> {
        let (given_ms, reply) = self.answers.get(target)?;
        let age_ms = now_ms.saturating_sub(*given_ms);
        (age_ms <= oldest_ms).then(|| reply.clone())
    }

    pub(crate) fn clear(&mut self) {
        self.answers.clear();
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    #[test]
    fn an_answer_is_given_again_until_it_is_too_old() {
        let mut memory = Memory::default();
        memory.keep("a".into(), 100, &Reply::text(StatusCode::OK, "first"));
        let recall = |target, now_ms| memory.recall(target, now_ms, 50);
        assert!(recall("a", 150).is_some());
        assert!(recall("a", 151).is_none());
        assert!(recall("b", 100).is_none());
    }
}
