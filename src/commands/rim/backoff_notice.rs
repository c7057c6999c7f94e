//! A service that wants to be left alone, perhaps for half an hour: what is waited for is told, and
//! until when.

use std::convert::Infallible;
use std::future::Future;
use std::io::Write as _;
use std::time::Duration;

use indicatif::ProgressBar;
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep};

use super::environment;
use super::progress::span;
use crate::azure::services::{Services, Standstill};

/// What is shorter is over before somebody has read of it.
const WORTH_A_WORD: Duration = Duration::from_secs(5);
/// How often is looked, and a bar is brought up to date.
const TICK: Duration = Duration::from_secs(1);
/// Without a bar: often enough that nobody takes it for a hang.
const EVERY: Duration = Duration::from_secs(60);

/// Tells of waits that a service asks for.
pub(crate) struct BackoffNotice<'a> {
    services: &'a Services,
    bar: Option<ProgressBar>,
    is_quiet: bool,
}

impl<'a> BackoffNotice<'a> {
    /// `bar` shows it where there is one.
    pub(crate) const fn new(
        services: &'a Services,
        bar: Option<ProgressBar>,
        is_quiet: bool,
    ) -> Self {
        Self {
            services,
            bar,
            is_quiet,
        }
    }

    /// Tells while something else is going on.
    pub(crate) async fn over<T>(&self, something: impl Future<Output = T>) -> T {
        tokio::select! {
            biased;
            done = something => done,
            never = self.tell() => match never {},
        }
    }

    /// Tells for as long as it is waited for.
    pub(crate) async fn tell(&self) -> Infallible {
        let mut lines = Lines::default();
        loop {
            sleep(TICK).await;
            let standstill = self.services.waiting();
            let (now, here) = (Instant::now(), environment::now());
            match (&self.bar, standstill) {
                (Some(bar), Some(standstill)) if standstill.left >= TICK => {
                    bar.set_message(sentence(&standstill, here));
                }
                (Some(_), _) => {}
                (None, standstill) => {
                    if lines.is_due(standstill.as_ref(), now)
                        && let Some(standstill) = standstill.filter(|_| !self.is_quiet)
                    {
                        let line = sentence(&standstill, here);
                        drop(writeln!(std::io::stderr(), "{line}"));
                    }
                }
            }
        }
    }
}

/// When the last line was, and until when it said that the wait is.
#[derive(Debug, Default)]
struct Lines {
    last: Option<(Instant, Instant)>,
}

impl Lines {
    /// Whether a line is due: for a new wait, for one that has become longer, and now and then.
    fn is_due(&mut self, standstill: Option<&Standstill>, now: Instant) -> bool {
        let Some(standstill) = standstill else {
            self.last = None;
            return false;
        };
        let until = now + standstill.left;
        let is_due = match self.last {
            None => standstill.left >= WORTH_A_WORD,
            Some((told_at, said)) => until > said + WORTH_A_WORD || now >= told_at + EVERY,
        };
        if is_due {
            self.last = Some((now, until));
        }
        is_due
    }
}

fn sentence(standstill: &Standstill, now: Timestamp) -> String {
    let Standstill {
        service,
        left,
        requests,
    } = standstill;
    let until = SignedDuration::try_from(*left)
        .ok()
        .and_then(|left| now.checked_add(left).ok())
        .unwrap_or(Timestamp::MAX);
    let until = environment::clock_time(until);
    let waiting = match requests {
        1 => "1 request waits".to_owned(),
        _ => format!("{requests} requests wait"),
    };
    format!(
        "{service} wants to be left alone until {until}, for another {}; {waiting}. Ctrl-C stops \
         without waiting.",
        span(*left)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standstill(seconds: u64) -> Standstill {
        Standstill {
            service: "Azure DevOps",
            left: Duration::from_secs(seconds),
            requests: 12,
        }
    }

    #[test]
    fn it_is_said_who_is_waited_for_and_until_when() {
        let text = sentence(&standstill(1790), Timestamp::UNIX_EPOCH);
        let begin = "Azure DevOps wants to be left alone until ";
        assert!(text.starts_with(begin), "{text}");
        let end = ", for another 29 min 50 s; 12 requests wait. Ctrl-C stops without waiting.";
        assert!(text.ends_with(end), "{text}");
        let one = Standstill {
            requests: 1,
            ..standstill(60)
        };
        let text = sentence(&one, Timestamp::MAX);
        assert!(
            text.contains("for another 1 min; 1 request waits."),
            "{text}"
        );
    }

    #[test]
    fn a_line_comes_for_a_new_wait_for_a_longer_one_and_every_minute() {
        let begin = Instant::now();
        let mut lines = Lines::default();
        let mut due = |at: u64, left: Option<u64>| {
            let standstill = left.map(standstill);
            lines.is_due(standstill.as_ref(), begin + Duration::from_secs(at))
        };
        assert!(!due(0, Some(3)), "over in a moment");
        assert!(due(1, Some(1800)));
        assert!(!due(2, Some(1799)));
        assert!(due(3, Some(2400)), "it has become longer");
        assert!(!due(62, Some(2341)));
        assert!(due(63, Some(2340)), "a minute later");
        assert!(!due(64, None));
        assert!(due(65, Some(30)), "another one");
    }
}
