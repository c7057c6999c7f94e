//! One budget a service: who wants to send waits here for a turn. What is waited for is decided in
//! `budget`; this is the clock and the queue.
//!
//! Azure DevOps delays requests before it refuses them, and says so with `Retry-After` on a 200;
//! see "Rate and usage limits" in its documentation. For Microsoft Graph see "Microsoft Graph
//! throttling guidance".

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::answer::Answer;
use super::budget::{Budget, Told, Turn};
use super::host::Audience;

/// What to wait when Graph says that its limit is reached without saying for how long: its windows
/// for applications are ten seconds long.
const NEAR_LIMIT_PAUSE: Duration = Duration::from_secs(1);

/// Graph sends the share of the limit that is used up only above 0.8; at 1.0 it is reached.
const LIMIT_REACHED: f64 = 1.0;

/// The budgets of both services.
#[derive(Debug)]
pub(crate) struct Pace {
    begin: Instant,
    devops: Lane,
    graph: Lane,
    is_stopping: AtomicBool,
    stopping: Notify,
}

/// The way to one service.
#[derive(Debug)]
struct Lane {
    budget: Mutex<Budget>,
    /// Wakes whoever waits because enough requests are under way, one at a time and in order.
    freed: Notify,
    waiting: AtomicUsize,
}

/// Why a request does not get its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoTurn {
    /// The service wants to be left alone for so much longer, and the request cannot wait so long.
    TooLong(Duration),
    /// There has been no turn until the deadline.
    TooMany,
    /// The service wants to be left alone for so much longer, and nobody wants to wait any more.
    Stopped(Duration),
}

/// A service that wants to be left alone while requests to it wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// Which one.
    pub(crate) audience: Audience,
    /// For how long, as far as it has told.
    pub(crate) left: Duration,
    /// How many requests wait.
    pub(crate) requests: usize,
}

/// A turn: one request may be under way. Given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    pace: &'a Pace,
    lane: &'a Lane,
    audience: Audience,
    sent: Duration,
    is_open: bool,
}

impl Pace {
    /// Budgets of which nothing is used. `backoff_first` is the shortest wait that is not told.
    pub(crate) fn new(backoff_first: Duration) -> Self {
        let lane = || Lane {
            budget: Mutex::new(Budget::new(backoff_first)),
            freed: Notify::new(),
            waiting: AtomicUsize::new(0),
        };
        Self {
            begin: Instant::now(),
            devops: lane(),
            graph: lane(),
            is_stopping: AtomicBool::new(false),
            stopping: Notify::new(),
        }
    }

    /// Waits for a turn, until the deadline at most.
    pub(crate) async fn turn(
        &self,
        audience: Audience,
        deadline: Instant,
    ) -> Result<Permit<'_>, NoTurn> {
        let lane = self.lane(audience);
        let _waiting = Waiting::at(&lane.waiting);
        loop {
            let stopping = self.stopping.notified();
            let (now, turn) = lane.ask(self.begin);
            match turn {
                Turn::Now => {
                    // There may be room for more, as when a wait is over: each wakes the next.
                    lane.freed.notify_one();
                    return Ok(Permit {
                        pace: self,
                        lane,
                        audience,
                        sent: now,
                        is_open: true,
                    });
                }
                Turn::NotBefore(until) => {
                    // Who waits for a place learns of it, and does not sleep through being told to stop.
                    lane.freed.notify_one();
                    let left = until.saturating_sub(now);
                    if self.is_stopping.load(Ordering::Acquire) {
                        return Err(NoTurn::Stopped(left));
                    }
                    if self.begin + until > deadline {
                        return Err(NoTurn::TooLong(left));
                    }
                    tokio::select! {
                        () = sleep_until(self.begin + until) => {}
                        () = stopping => {}
                    }
                }
                Turn::Full => {
                    let freed = timeout_at(deadline, lane.freed.notified()).await;
                    freed.map_err(|_| NoTurn::TooMany)?;
                }
            }
        }
    }

    /// Takes in what was told inside of an answer: by one request of a batch.
    pub(crate) fn refused(&self, audience: Audience, pause: Option<Duration>) {
        let now = self.begin.elapsed();
        let told = Told {
            is_refused: true,
            pause,
            ..Told::default()
        };
        self.lane(audience).budget().take_in(now, now, told);
    }

    /// From now on nobody waits any more for a service that wants to be left alone.
    pub(crate) fn stop_waiting(&self) {
        self.is_stopping.store(true, Ordering::Release);
        self.stopping.notify_waiters();
    }

    /// What is waited for longest, where requests wait for a service that wants to be left alone.
    pub(crate) fn held(&self) -> Option<Held> {
        let held = |audience| {
            let lane = self.lane(audience);
            Held {
                audience,
                left: lane.budget().closed_for(self.begin.elapsed()),
                requests: lane.waiting.load(Ordering::Acquire),
            }
        };
        [Audience::DevOps, Audience::Graph]
            .map(held)
            .into_iter()
            .filter(|held| held.requests > 0 && !held.left.is_zero())
            .max_by_key(|held| held.left)
    }

    const fn lane(&self, audience: Audience) -> &Lane {
        match audience {
            Audience::DevOps => &self.devops,
            Audience::Graph => &self.graph,
        }
    }
}

impl Lane {
    fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, begin: Instant) -> (Duration, Turn) {
        let mut budget = self.budget();
        let now = begin.elapsed();
        (now, budget.ask(now))
    }
}

impl Permit<'_> {
    /// The request was answered.
    pub(crate) fn answered(mut self, answer: &Answer) {
        let told = told(self.audience, answer);
        let now = self.pace.begin.elapsed();
        self.lane.budget().answered(self.sent, now, told);
        self.is_open = false;
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.is_open {
            self.lane.budget().ended();
        }
        self.lane.freed.notify_one();
    }
}

/// Counts somebody who waits.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn at(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What an answer tells about the limit of its service.
fn told(audience: Audience, answer: &Answer) -> Told {
    let number = |name| {
        let text = answer.header(name)?;
        text.trim().parse::<f64>().ok().filter(|it| it.is_finite())
    };
    let (used, is_delayed) = match audience {
        Audience::DevOps => {
            let left = number("x-ratelimit-remaining").zip(number("x-ratelimit-limit"));
            let used = left
                .filter(|(_, limit)| *limit > 0.0)
                .map(|(left, limit)| 1.0 - left / limit);
            (used, number("x-ratelimit-delay").is_some_and(|it| it > 0.0))
        }
        Audience::Graph => (number("x-ms-throttle-limit-percentage"), false),
    };
    let is_used_up = audience == Audience::Graph && used.is_some_and(|it| it >= LIMIT_REACHED);
    let near_limit = is_used_up.then_some(NEAR_LIMIT_PAUSE);
    Told {
        is_refused: answer.status == 429,
        has_failed: answer.status >= 500,
        is_delayed,
        pause: answer.retry_after().or(near_limit),
        used,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use reqwest::header::{HeaderMap, HeaderName};

    use super::*;

    const GRAPH: Audience = Audience::Graph;
    const HOUR: Duration = Duration::from_secs(3600);

    fn answer(status: u16, headers: &[(&'static str, &str)]) -> Answer {
        let headers = headers.iter().map(|(name, value)| {
            let name = HeaderName::from_static(name);
            (name, value.parse().unwrap())
        });
        Answer {
            call: crate::apply::port::Call::Users,
            method: "GET",
            url: String::new(),
            status,
            headers: headers.collect::<HeaderMap>(),
            body: Vec::new(),
        }
    }

    fn pace() -> Arc<Pace> {
        Arc::new(Pace::new(Duration::from_secs(1)))
    }

    async fn turn(pace: &Pace) -> Result<Permit<'_>, NoTurn> {
        pace.turn(GRAPH, Instant::now() + HOUR).await
    }

    #[test]
    fn headers_say_how_much_is_used_up() {
        let devops = |headers: &[_]| told(Audience::DevOps, &answer(200, headers));
        let graph = |status, headers: &[_]| told(GRAPH, &answer(status, headers));
        assert_eq!(devops(&[]), Told::default());
        let remaining = [
            ("x-ratelimit-remaining", "50"),
            ("x-ratelimit-limit", "200"),
        ];
        assert_eq!(devops(&remaining).used, Some(0.75));
        let senseless = [("x-ratelimit-remaining", "50"), ("x-ratelimit-limit", "0")];
        assert_eq!(devops(&senseless).used, None);
        let delayed = devops(&[("x-ratelimit-delay", "0.250"), ("retry-after", "2")]);
        assert!(delayed.is_delayed);
        assert_eq!(delayed.pause, Some(Duration::from_secs(2)));
        assert!(!devops(&[("x-ratelimit-delay", "0.000")]).is_delayed);
        let share = |share| graph(200, &[("x-ms-throttle-limit-percentage", share)]);
        assert_eq!(share("0.85").used, Some(0.85));
        assert_eq!(share("0.85").pause, None);
        assert_eq!(share("1.2").pause, Some(NEAR_LIMIT_PAUSE));
        assert_eq!(share("NaN").used, None);
        assert!(graph(429, &[]).is_refused);
        assert!(graph(503, &[]).has_failed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_holds_every_request_of_the_service_and_none_of_the_other() {
        let pace = pace();
        let permit = turn(&pace).await.unwrap();
        permit.answered(&answer(429, &[("retry-after", "1800")]));
        let begin = Instant::now();
        let other = pace.turn(Audience::DevOps, begin + HOUR).await;
        assert!(other.is_ok());
        assert_eq!(begin.elapsed(), Duration::ZERO);
        let waiting: Vec<_> = (0..10)
            .map(|_| {
                let pace = Arc::clone(&pace);
                tokio::spawn(async move { turn(&pace).await.map(drop) })
            })
            .collect();
        tokio::time::sleep(Duration::from_secs(600)).await;
        let held = pace.held().unwrap();
        assert_eq!((held.audience, held.requests), (GRAPH, 10));
        assert_eq!(held.left, Duration::from_secs(1200));
        for one in waiting {
            assert_eq!(one.await.unwrap(), Ok(()));
        }
        assert!(begin.elapsed() >= Duration::from_secs(1800));
        assert!(
            begin.elapsed() < Duration::from_secs(1801),
            "all at once then"
        );
        assert_eq!(pace.held(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn who_cannot_wait_so_long_is_told_at_once() {
        let pace = pace();
        let permit = turn(&pace).await.unwrap();
        permit.answered(&answer(200, &[("retry-after", "7200")]));
        let begin = Instant::now();
        let refused = turn(&pace).await.map(drop);
        assert_eq!(refused, Err(NoTurn::TooLong(Duration::from_secs(7200))));
        assert_eq!(begin.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_any_more_once_told_to_stop() {
        let pace = pace();
        let permit = turn(&pace).await.unwrap();
        permit.answered(&answer(429, &[("retry-after", "1800")]));
        let waiting = tokio::spawn({
            let pace = Arc::clone(&pace);
            async move { turn(&pace).await.map(drop) }
        });
        tokio::time::sleep(Duration::from_secs(300)).await;
        pace.stop_waiting();
        let stopped = Err(NoTurn::Stopped(Duration::from_secs(1500)));
        assert_eq!(waiting.await.unwrap(), stopped);
        let other = pace.turn(Audience::DevOps, Instant::now()).await;
        assert!(other.is_ok(), "what need not wait goes on");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_for_a_place_hears_of_that_too() {
        let pace = pace();
        let mut permits = Vec::new();
        for _ in 0..4 {
            permits.push(turn(&pace).await.unwrap());
        }
        let waiting: Vec<_> = (0..10)
            .map(|_| {
                let pace = Arc::clone(&pace);
                tokio::spawn(async move { turn(&pace).await.map(drop) })
            })
            .collect();
        tokio::time::sleep(Duration::from_secs(1)).await;
        for permit in permits {
            permit.answered(&answer(429, &[("retry-after", "1800")]));
        }
        tokio::time::sleep(Duration::from_secs(300)).await;
        let begin = Instant::now();
        pace.stop_waiting();
        let stopped = Err(NoTurn::Stopped(Duration::from_secs(1500)));
        for one in waiting {
            assert_eq!(one.await.unwrap(), stopped);
        }
        assert_eq!(begin.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_that_is_given_back_goes_to_who_waits() {
        let pace = pace();
        let mut permits = Vec::new();
        for _ in 0..4 {
            permits.push(turn(&pace).await.unwrap());
        }
        let deadline = Instant::now() + Duration::from_secs(5);
        let full = pace.turn(GRAPH, deadline).await.map(drop);
        assert_eq!(full, Err(NoTurn::TooMany));
        let waiting: Vec<_> = (0..20)
            .map(|_| {
                let pace = Arc::clone(&pace);
                tokio::spawn(async move {
                    let permit = turn(&pace).await.unwrap();
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    permit.answered(&answer(200, &[]));
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let begin = Instant::now();
        drop(permits);
        for one in waiting {
            one.await.unwrap();
        }
        // 4, 5, 6 and 5 at a time.
        assert_eq!(begin.elapsed(), Duration::from_millis(80));
    }
}
