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
    devops: Gate,
    graph: Gate,
    is_stopping: AtomicBool,
    stopping: Notify,
}

/// The way to one service.
#[derive(Debug)]
struct Gate {
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
    gate: &'a Gate,
    audience: Audience,
    sent: Duration,
    is_open: bool,
}

impl Pace {
    /// Budgets of which nothing is used. `backoff_first` is the shortest wait that is not told.
    pub(crate) fn new(backoff_first: Duration) -> Self {
        let gate = || Gate {
            budget: Mutex::new(Budget::new(backoff_first)),
            freed: Notify::new(),
            waiting: AtomicUsize::new(0),
        };
        Self {
            begin: Instant::now(),
            devops: gate(),
            graph: gate(),
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
        let gate = self.gate(audience);
        let _waiting = Waiting::at(&gate.waiting);
        loop {
            let stopping = self.stopping.notified();
            let (now, turn) = gate.ask(self.begin);
            match turn {
                Turn::Now => {
                    // There may be room for more, as when a wait is over: each wakes the next.
                    gate.freed.notify_one();
                    return Ok(Permit {
                        pace: self,
                        gate,
                        audience,
                        sent: now,
                        is_open: true,
                    });
                }
                Turn::NotBefore(until) => {
                    // Who waits for a place learns of it, and does not sleep through being told to stop.
                    gate.freed.notify_one();
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
                    let freed = timeout_at(deadline, gate.freed.notified()).await;
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
        self.gate(audience).budget().take_in(now, now, told);
    }

    /// From now on nobody waits any more for a service that wants to be left alone.
    pub(crate) fn stop_waiting(&self) {
        self.is_stopping.store(true, Ordering::Release);
        self.stopping.notify_waiters();
    }

    /// What is waited for longest, where requests wait for a service that wants to be left alone.
    pub(crate) fn held(&self) -> Option<Held> {
        let held = |audience| {
            let gate = self.gate(audience);
            Held {
                audience,
                left: gate.budget().closed_for(self.begin.elapsed()),
                requests: gate.waiting.load(Ordering::Acquire),
            }
        };
        [Audience::DevOps, Audience::Graph]
            .map(held)
            .into_iter()
            .filter(|held| held.requests > 0 && !held.left.is_zero())
            .max_by_key(|held| held.left)
    }

    const fn gate(&self, audience: Audience) -> &Gate {
        match audience {
            Audience::DevOps => &self.devops,
            Audience::Graph => &self.graph,
        }
    }
}

impl Gate {
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
        self.gate.budget().answered(self.sent, now, told);
        self.is_open = false;
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.is_open {
            self.gate.budget().ended();
        }
        self.gate.freed.notify_one();
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
mod tests;
