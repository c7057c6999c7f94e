//! How many requests one service gets at a time, and when it gets none: the rules. Pure: it is told
//! the time and what the answers say, and tells who may go.
//!
//! Additive increase, multiplicative decrease, as congestion on a network is met: the two services
//! tell limits that no client can count by itself, since others use them too.

use std::time::Duration;

/// Requests at a time to begin with: what Microsoft's guidance for Graph suggests, and few enough for a
/// service that is already close to its limit.
const LIMIT_FIRST: u32 = 4;

/// The most. A group of steps is no larger, and more connections would only wait at the other end.
const LIMIT_MAX: u32 = 64;

/// An answer by then is quick. Both services answer a single request in some tenths of a second; a
/// page or a batch may take longer, and then the number just stays as it is.
const QUICK_MAX: Duration = Duration::from_secs(1);

/// Refusals in a row that name no wait, before all wait and not only who was refused. Two may be a
/// coincidence of two requests; three say that the service takes nothing.
const UNTOLD_REFUSALS_MAX: u32 = 3;

/// How often the wait after those is doubled: half a minute with a first wait of one second, longer
/// than any documented window for one caller's share.
const DOUBLINGS_MAX: u32 = 5;

/// What an answer says about the limit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Told {
    /// It was one request too many, and not carried out.
    pub(crate) is_refused: bool,
    /// The service failed, which says nothing about its limit.
    pub(crate) has_failed: bool,
    /// It was carried out late on purpose.
    pub(crate) is_delayed: bool,
    /// How long the service wants to be left alone.
    pub(crate) pause: Option<Duration>,
    /// The share of the limit that is used up. Told only near the limit.
    pub(crate) used: Option<f64>,
}

/// Whether the next request may go. Times are since the budget began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It may.
    Now,
    /// The service wants to be left alone until then.
    NotBefore(Duration),
    /// Enough are under way: after the next answer.
    Full,
}

/// What one service is to get.
#[derive(Debug)]
pub(crate) struct Budget {
    backoff_first: Duration,
    limit: u32,
    /// Quick answers since the limit was raised last.
    credit: u32,
    in_flight: u32,
    /// When somebody was last turned away because enough were under way.
    turned_away: Option<Duration>,
    closed_until: Duration,
    /// When the limit was lowered last. Answers to requests of before tell what that has dealt with.
    lowered_at: Option<Duration>,
    used: f64,
    untold_refusals: u32,
}

impl Budget {
    /// A budget of which nothing is used. `backoff_first` is the shortest wait that is not told.
    pub(crate) const fn new(backoff_first: Duration) -> Self {
        Self {
            backoff_first,
            limit: LIMIT_FIRST,
            credit: 0,
            in_flight: 0,
            turned_away: None,
            closed_until: Duration::ZERO,
            lowered_at: None,
            used: 0.0,
            untold_refusals: 0,
        }
    }

    /// Whether a request may go now. If so it counts as under way.
    pub(crate) const fn ask(&mut self, now: Duration) -> Turn {
        if self.closed_until.as_nanos() > now.as_nanos() {
            Turn::NotBefore(self.closed_until)
        } else if self.in_flight < self.limit {
            self.in_flight += 1;
            Turn::Now
        } else {
            self.turned_away = Some(now);
            Turn::Full
        }
    }

    /// How long the service still wants to be left alone.
    pub(crate) const fn closed_for(&self, now: Duration) -> Duration {
        self.closed_until.saturating_sub(now)
    }

    /// A request that went out is over, and nothing is known of the service by it.
    pub(crate) const fn ended(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// A request that went out is answered.
    pub(crate) fn answered(&mut self, sent: Duration, now: Duration, told: Told) {
        self.ended();
        self.take_in(sent, now, told);
        let is_quick = now.saturating_sub(sent) <= QUICK_MAX;
        let is_plain = !told.is_refused && !told.has_failed && !told.is_delayed;
        // Where nobody had to wait for another, more at a time would be of no use.
        let is_wanted = self.turned_away.is_some_and(|then| then >= sent);
        if is_plain && told.used.is_none() && is_quick && is_wanted {
            self.raise();
        }
    }

    /// Takes in what was told, with an answer or inside of one.
    pub(crate) fn take_in(&mut self, sent: Duration, now: Duration, told: Told) {
        let is_news = self.lowered_at.is_none_or(|lowered| sent >= lowered);
        let is_rising = told.is_delayed || told.used.is_some_and(|used| used > self.used);
        self.used = told.used.unwrap_or_default();
        if let Some(pause) = told.pause {
            self.close(now + pause);
        }
        if !told.is_refused && !told.has_failed {
            self.untold_refusals = 0;
        }
        if !is_news || !(told.is_refused || is_rising) {
            return;
        }
        self.limit = (self.limit / 2).max(1);
        self.credit = 0;
        self.lowered_at = Some(now);
        if told.is_refused && told.pause.is_none() {
            self.untold_refusals += 1;
            let doublings = self.untold_refusals.checked_sub(UNTOLD_REFUSALS_MAX);
            if let Some(doublings) = doublings {
                let times = 2_u32.saturating_pow(doublings.min(DOUBLINGS_MAX));
                self.close(now + self.backoff_first.saturating_mul(times));
            }
        }
    }

    /// One more at a time for each round of quick answers.
    const fn raise(&mut self) {
        self.credit += 1;
        if self.credit >= self.limit && self.limit < LIMIT_MAX {
            self.limit += 1;
            self.credit = 0;
        }
    }

    fn close(&mut self, until: Duration) {
        self.closed_until = self.closed_until.max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn budget() -> Budget {
        Budget::new(ms(1000))
    }

    /// As many requests as may go at a time.
    fn fill(budget: &mut Budget, now: Duration) -> u32 {
        let mut gone = 0;
        while budget.ask(now) == Turn::Now {
            gone += 1;
        }
        gone
    }

    /// A round: all that may go, each answered after 20 ms.
    fn round(budget: &mut Budget, now: Duration, told: Told) -> u32 {
        let gone = fill(budget, now);
        for _ in 0..gone {
            budget.answered(now, now + ms(20), told);
        }
        gone
    }

    const REFUSED: Told = Told {
        is_refused: true,
        has_failed: false,
        is_delayed: false,
        pause: None,
        used: None,
    };

    fn used(share: f64) -> Told {
        Told {
            used: Some(share),
            ..Told::default()
        }
    }

    fn paused(seconds: u64) -> Told {
        Told {
            pause: Some(Duration::from_secs(seconds)),
            ..REFUSED
        }
    }

    #[test]
    fn begins_low_and_grows_by_one_a_round_up_to_a_most() {
        let mut budget = budget();
        let rounds: Vec<u32> = (0..100)
            .map(|n| round(&mut budget, ms(n * 20), Told::default()))
            .collect();
        let expected: Vec<u32> = (LIMIT_FIRST..LIMIT_MAX).chain([LIMIT_MAX; 40]).collect();
        assert_eq!(rounds, expected);
    }

    #[test]
    fn grows_only_while_it_is_made_use_of_and_answers_are_quick() {
        let mut budget = budget();
        for n in 0..100 {
            assert_eq!(budget.ask(ms(n)), Turn::Now);
            budget.answered(ms(n), ms(n + 20), Told::default());
        }
        assert_eq!(budget.limit, LIMIT_FIRST, "one at a time needs no more");
        for n in 0..100 {
            let now = ms(1000 + n * 2000);
            for _ in 0..fill(&mut budget, now) {
                budget.answered(now, now + ms(1500), Told::default());
            }
        }
        assert_eq!(budget.limit, LIMIT_FIRST, "slow answers");
        let failed = Told {
            has_failed: true,
            ..Told::default()
        };
        for n in 0..100 {
            round(&mut budget, ms(200_000 + n), failed);
        }
        assert_eq!(budget.limit, LIMIT_FIRST, "failures");
    }

    #[test]
    fn a_burst_of_refusals_counts_once() {
        let mut budget = budget();
        budget.limit = 32;
        assert_eq!(round(&mut budget, ms(0), REFUSED), 32);
        assert_eq!(budget.limit, 16);
        assert_eq!(round(&mut budget, ms(30), REFUSED), 16);
        assert_eq!(budget.limit, 8);
    }

    #[test]
    fn a_share_that_rises_lowers_and_one_that_does_not_holds() {
        let mut budget = budget();
        budget.limit = 32;
        round(&mut budget, ms(0), used(0.81));
        assert_eq!(budget.limit, 16);
        round(&mut budget, ms(30), used(0.81));
        assert_eq!(budget.limit, 16, "neither lower nor higher");
        round(&mut budget, ms(60), used(0.9));
        assert_eq!(budget.limit, 8);
        for n in 0..10 {
            round(&mut budget, ms(90 + n * 30), Told::default());
        }
        assert!(budget.limit > 8, "told no more, so there is room");
    }

    #[test]
    fn an_answer_that_was_delayed_lowers() {
        let mut budget = budget();
        let delayed = Told {
            is_delayed: true,
            ..Told::default()
        };
        for _ in 0..10 {
            let now = budget.lowered_at.unwrap_or_default() + ms(1);
            round(&mut budget, now, delayed);
        }
        assert_eq!(budget.limit, 1, "and never to nothing");
    }

    #[test]
    fn a_wait_that_is_told_is_everybodys_and_is_never_shortened() {
        let mut budget = budget();
        fill(&mut budget, ms(0));
        budget.answered(ms(0), ms(100), paused(1800));
        for _ in 1..LIMIT_FIRST {
            budget.answered(ms(0), ms(200), paused(2));
        }
        let until = ms(1_800_100);
        assert_eq!(budget.ask(ms(201)), Turn::NotBefore(until));
        assert_eq!(budget.closed_for(ms(100)), Duration::from_secs(1800));
        assert_eq!(budget.ask(until), Turn::Now);
        assert_eq!(budget.closed_for(until), Duration::ZERO);
    }

    #[test]
    fn refusals_without_a_wait_close_once_there_are_three_in_a_row() {
        let mut budget = budget();
        let mut now = ms(0);
        let mut closed = Vec::new();
        for _ in 0..10 {
            assert_eq!(budget.ask(now), Turn::Now);
            budget.answered(now, now + ms(20), REFUSED);
            now += ms(20);
            closed.push(budget.closed_for(now).as_secs());
            now += budget.closed_for(now);
        }
        assert_eq!(closed, [0, 0, 1, 2, 4, 8, 16, 32, 32, 32]);
        budget.ask(now);
        budget.answered(now, now + ms(20), Told::default());
        now += ms(30);
        budget.ask(now);
        budget.answered(now, now + ms(20), REFUSED);
        assert_eq!(budget.closed_for(now + ms(20)), Duration::ZERO);
    }

    #[test]
    fn who_goes_away_leaves_the_place_to_others() {
        let mut budget = budget();
        assert_eq!(fill(&mut budget, ms(0)), LIMIT_FIRST);
        assert_eq!(budget.ask(ms(0)), Turn::Full);
        budget.ended();
        assert_eq!(budget.ask(ms(0)), Turn::Now);
        assert_eq!(budget.ask(ms(0)), Turn::Full);
    }
}
