//! A bucket that fills with what is used and empties evenly over its window.

/// What is used up, as of a time.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    used: f64,
    at_ms: u64,
}

impl Bucket {
    /// How much is used up now, when a whole window gives the limit back.
    pub(super) fn level(&mut self, now_ms: u64, limit: f64, window_ms: f64) -> f64 {
        let passed = std::time::Duration::from_millis(now_ms.saturating_sub(self.at_ms));
        let given_back = passed.as_secs_f64() * 1000.0 * limit / window_ms;
        self.used = (self.used - given_back).max(0.0);
        self.at_ms = now_ms;
        self.used
    }

    pub(super) fn add(&mut self, amount: f64) {
        self.used += amount;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_gives_everything_back() {
        let mut bucket = Bucket::default();
        bucket.add(10.0);
        assert!((bucket.level(500, 10.0, 1000.0) - 5.0).abs() < 1e-9);
        assert!(bucket.level(1000, 10.0, 1000.0).abs() < 1e-9);
    }
}
