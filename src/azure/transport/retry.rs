//! When to repeat a request, and how long to wait before it. Pure.
//!
//! The worst that the tests ask of it is services of which every fifth request meets a fault. Ten
//! repetitions then all meet one for one request in fifty million (0.2¹¹), which is less than one
//! run of apply in a hundred thousand, each of some hundred requests. Five would lose one request
//! in fifteen thousand, and so one run in a hundred.

use std::time::Duration;

use jiff::fmt::rfc2822;

/// Why a request did not succeed this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Too many requests: it was not carried out.
    Throttled,
    /// 500, 502, 503 or 504.
    Failed,
    /// It was sent, and the answer was lost.
    Unanswered,
    /// It was not sent.
    Unreachable,
    /// A page to sign in, although that host has taken the credential before: from something that
    /// stands in between. Nothing was carried out.
    StrayPage,
    /// A page to sign in, and nothing yet tells that the credential is good there. Nothing was
    /// carried out.
    SignInPage,
}

impl Trouble {
    /// Whether the request was certainly not carried out.
    pub(crate) const fn is_undone(self) -> bool {
        match self {
            Self::Throttled | Self::Unreachable | Self::StrayPage | Self::SignInPage => true,
            Self::Failed | Self::Unanswered => false,
        }
    }

    /// How often a request is repeated for this reason.
    const fn repeats_max(self) -> u32 {
        match self {
            // Waiting as told is what the service wants; the deadline of the request bounds it.
            Self::Throttled => 50,
            // Azure DevOps answers 503 also for what will not pass. An organization that is stopped
            // says so, and is not asked again; the other case, a directory group that it may not
            // read, is named by no request of ours.
            Self::Failed | Self::Unanswered | Self::StrayPage => REPEATS_MAX,
            // A host that is not there will not be there in a minute; Microsoft Graph's guide to
            // resilient applications stops at five.
            Self::Unreachable => 5,
            // It may be a credential that has ended, and whoever has it wants to know: these are
            // over after three seconds, and all meet a fault for one request in two million.
            Self::SignInPage => 8,
        }
    }

    /// How often the wait is doubled.
    const fn doublings_max(self) -> u32 {
        match self {
            // Half a minute: longer than any documented window for one caller's share.
            Self::Throttled => 5,
            Self::Failed | Self::Unanswered | Self::Unreachable | Self::StrayPage => DOUBLINGS_MAX,
            Self::SignInPage => 0,
        }
    }

    fn first_wait(self, first: Duration) -> Duration {
        match self {
            Self::SignInPage => first / 2,
            Self::Throttled
            | Self::Failed
            | Self::Unanswered
            | Self::Unreachable
            | Self::StrayPage => first,
        }
    }
}

/// How often a request is repeated that met a fault which may pass.
const REPEATS_MAX: u32 = 10;

/// Eight times the first wait. With a second before the first repetition, ten of them take about a
/// minute: a restart is over by then, and nobody sits before a service that is down for longer.
const DOUBLINGS_MAX: u32 = 3;

/// How often a write is sent that is looked for each time, and turns out not to have been done. At
/// one fault in five, ten of them in a row come once in ten million writes.
pub(crate) const ATTEMPTS_MAX: u32 = 10;

/// What to wait between one attempt and the next: the first wait, doubled up to eight times as long.
#[derive(Debug)]
pub(crate) struct Waits {
    first: Duration,
    taken: u32,
}

impl Waits {
    /// Begins with the first wait.
    pub(crate) const fn new(first: Duration) -> Self {
        Self { first, taken: 0 }
    }

    /// The wait before the next attempt.
    pub(crate) fn next_wait(&mut self) -> Duration {
        self.taken += 1;
        doubled(self.first, self.taken - 1, DOUBLINGS_MAX)
    }
}

fn doubled(first: Duration, times: u32, times_max: u32) -> Duration {
    first.saturating_mul(2_u32.saturating_pow(times.min(times_max)))
}

/// How often one request has been repeated, by reason.
#[derive(Clone, Debug, Default)]
pub(crate) struct Repeats {
    throttled: u32,
    pages: u32,
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
            Trouble::StrayPage | Trouble::SignInPage => &mut self.pages,
            Trouble::Failed | Trouble::Unanswered | Trouble::Unreachable => &mut self.other,
        };
        if *count >= trouble.repeats_max() {
            return None;
        }
        let doubled = doubled(trouble.first_wait(first), *count, trouble.doublings_max());
        *count += 1;
        let spread = |wait: Duration, share: f64| wait.mul_f64(share * jitter.clamp(0.0, 1.0));
        // Never earlier than told; a tenth later keeps the requests apart.
        let told = retry_after.map(|told| told + spread(told, 0.1));
        Some(told.unwrap_or_else(|| {
            let half = doubled / 2;
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

    fn waits_for(trouble: Trouble, jitter: f64) -> Vec<f64> {
        let mut repeats = Repeats::default();
        std::iter::from_fn(|| repeats.next(trouble, FIRST, None, jitter))
            .map(|wait| wait.as_secs_f64())
            .collect()
    }

    #[test]
    fn doubles_up_to_a_cap_and_stops() {
        let failed = [1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0];
        assert_eq!(waits_for(Trouble::Failed, 1.0), failed);
        assert_eq!(waits_for(Trouble::Unanswered, 0.0), failed.map(|s| s / 2.0));
        assert_eq!(waits_for(Trouble::Unreachable, 1.0), failed[..5]);
        assert_eq!(waits_for(Trouble::Throttled, 1.0).last(), Some(&32.0));
    }

    #[test]
    fn reasons_are_counted_apart() {
        let mut repeats = Repeats::default();
        let mut next = |trouble| repeats.next(trouble, FIRST, None, 0.0);
        for _ in 0..REPEATS_MAX {
            assert!(next(Trouble::Failed).is_some());
        }
        assert_eq!(next(Trouble::Unanswered), None);
        assert!(next(Trouble::Throttled).is_some());
        assert!(next(Trouble::StrayPage).is_some());
    }

    #[test]
    fn a_credential_that_was_never_taken_is_given_up_soon() {
        let unknown = waits_for(Trouble::SignInPage, 1.0);
        assert_eq!(unknown, [0.5; 8]);
        let known = waits_for(Trouble::StrayPage, 1.0);
        assert_eq!(known, waits_for(Trouble::Failed, 1.0));
    }

    #[test]
    fn who_learns_late_that_a_credential_is_good_goes_on() {
        let mut repeats = Repeats::default();
        let mut next = |trouble| repeats.next(trouble, FIRST, None, 0.0);
        for _ in 0..8 {
            assert!(next(Trouble::SignInPage).is_some());
        }
        assert_eq!(next(Trouble::SignInPage), None);
        assert!(next(Trouble::StrayPage).is_some());
    }

    #[test]
    fn attempts_are_further_and_further_apart() {
        let mut waits = Waits::new(FIRST);
        let seconds = [(); 6].map(|()| waits.next_wait().as_secs());
        assert_eq!(seconds, [1, 2, 4, 8, 8, 8]);
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
