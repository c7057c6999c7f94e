//! When to repeat a request, and how long to wait before it. Pure.

use std::time::Duration;

use jiff::fmt::rfc2822;

/// Why a request did not succeed this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Too many requests: it was not carried out.
    Throttled,
    /// 503.
    Unavailable,
    /// 500, 502 or 504.
    Failed,
    /// It was sent, and the answer was lost.
    Unanswered,
    /// It was not sent.
    Unreachable,
}

impl Trouble {
    /// Whether the request was certainly not carried out.
    pub(crate) const fn is_undone(self) -> bool {
        match self {
            Self::Throttled | Self::Unreachable => true,
            Self::Unavailable | Self::Failed | Self::Unanswered => false,
        }
    }

    /// How often a request is repeated for this reason.
    const fn repeats_max(self) -> u32 {
        match self {
            // Waiting as told is what the service wants; the deadline of the request bounds it.
            Self::Throttled => 50,
            // Azure DevOps answers 503 also for what will not pass, such as a directory group that
            // it may not read; three repetitions outlast a restart and no more.
            Self::Unavailable => 3,
            // Microsoft Graph's guide to resilient applications stops at five.
            Self::Failed | Self::Unanswered | Self::Unreachable => 5,
        }
    }
}

/// Doubling stops here: longer than any documented restart, short enough to be watched.
const BACKOFF_MAX: Duration = Duration::from_secs(30);

/// How often one request has been repeated, by reason.
#[derive(Clone, Debug, Default)]
pub(crate) struct Repeats {
    throttled: u32,
    unavailable: u32,
    other: u32,
}

impl Repeats {
    /// How long to wait before the next attempt; none when there shall be none. `jitter` is in
    /// 0..=1 and spreads requests that failed together.
    pub(crate) fn next(
        &mut self,
        trouble: Trouble,
        first: Duration,
        retry_after: Option<Duration>,
        jitter: f64,
    ) -> Option<Duration> {
        let count = match trouble {
            Trouble::Throttled => &mut self.throttled,
            Trouble::Unavailable => &mut self.unavailable,
            Trouble::Failed | Trouble::Unanswered | Trouble::Unreachable => &mut self.other,
        };
        if *count >= trouble.repeats_max() {
            return None;
        }
        let doubled = first.saturating_mul(2_u32.saturating_pow(*count));
        *count += 1;
        let spread = |wait: Duration, share: f64| wait.mul_f64(share * jitter.clamp(0.0, 1.0));
        // Never earlier than told; a tenth later keeps the requests apart.
        let told = retry_after.map(|told| told + spread(told, 0.1));
        Some(told.unwrap_or_else(|| {
            let half = doubled.min(BACKOFF_MAX) / 2;
            half + spread(half, 1.0)
        }))
    }
}

/// Reads a `Retry-After`: seconds, or a date, which is compared with the answer's own `Date` so
/// that neither machine's clock matters.
pub(crate) fn parse_retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(Duration::from_secs(u64::from(seconds)));
    }
    let parse = |text| rfc2822::parse(text).ok();
    let (until, now) = (parse(value)?, parse(date?.trim())?);
    let wait = until.timestamp().duration_since(now.timestamp());
    Some(Duration::try_from(wait).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Duration = Duration::from_secs(1);

    fn waits(trouble: Trouble, jitter: f64) -> Vec<f64> {
        let mut repeats = Repeats::default();
        std::iter::from_fn(|| repeats.next(trouble, FIRST, None, jitter))
            .map(|wait| wait.as_secs_f64())
            .collect()
    }

    #[test]
    fn doubles_up_to_a_cap_and_stops() {
        assert_eq!(waits(Trouble::Failed, 1.0), [1.0, 2.0, 4.0, 8.0, 16.0]);
        assert_eq!(waits(Trouble::Failed, 0.0), [0.5, 1.0, 2.0, 4.0, 8.0]);
        assert_eq!(waits(Trouble::Unavailable, 1.0).len(), 3);
        assert_eq!(waits(Trouble::Throttled, 1.0).last(), Some(&30.0));
    }

    #[test]
    fn reasons_are_counted_apart() {
        let mut repeats = Repeats::default();
        for _ in 0..3 {
            assert!(
                repeats
                    .next(Trouble::Unavailable, FIRST, None, 0.0)
                    .is_some()
            );
        }
        assert_eq!(repeats.next(Trouble::Unavailable, FIRST, None, 0.0), None);
        assert!(repeats.next(Trouble::Throttled, FIRST, None, 0.0).is_some());
    }

    #[test]
    fn never_comes_back_earlier_than_told() {
        let told = Duration::from_secs(12);
        let wait = |jitter| Repeats::default().next(Trouble::Throttled, FIRST, Some(told), jitter);
        assert_eq!(wait(0.0), Some(told));
        assert_eq!(wait(1.0), Some(Duration::from_millis(13_200)));
    }

    #[test]
    fn reads_seconds_and_dates() {
        let now = Some("Mon, 23 Nov 2026 04:10:00 GMT");
        let seconds = Duration::from_secs;
        assert_eq!(parse_retry_after("12", None), Some(seconds(12)));
        assert_eq!(parse_retry_after(" 0 ", None), Some(seconds(0)));
        assert_eq!(
            parse_retry_after("Mon, 23 Nov 2026 04:10:30 GMT", now),
            Some(seconds(30))
        );
        assert_eq!(
            parse_retry_after("Mon, 23 Nov 2026 04:09:30 GMT", now),
            Some(seconds(0))
        );
        assert_eq!(
            parse_retry_after("Mon, 23 Nov 2026 04:10:30 GMT", None),
            None
        );
        assert_eq!(parse_retry_after("soon", now), None);
        assert_eq!(parse_retry_after("-3", now), None);
    }
}
