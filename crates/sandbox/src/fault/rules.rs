//! The rules in force, and which requests they strike. Told the time; reads no clock.

use std::time::Duration;

use super::{Effect, Fault};

/// The rules in force, and how often each has matched.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    fault: Fault,
    matched: u32,
    struck: u32,
    /// Until when every match is refused, in milliseconds of the sandbox's clock.
    closed_until_ms: u64,
}

/// What is to happen to one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Struck {
    pub(crate) delay: Duration,
    /// The first effect that is more than a delay.
    pub(crate) effect: Option<Effect>,
}

impl Faults {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        let rules = faults.into_iter().map(Rule::new).collect();
        Self { rules }
    }

    pub(crate) fn extend(&mut self, faults: Vec<Fault>) {
        self.rules.extend(faults.into_iter().map(Rule::new));
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// Whether answers have to be remembered, because a rule may give them once more.
    pub(crate) fn want_answers(&self) -> bool {
        let stale = |rule: &Rule| matches!(rule.fault.effect, Effect::Stale { .. });
        self.rules.iter().any(stale)
    }

    /// Counts a request, and says what is to happen to it.
    pub(crate) fn strike(&mut self, method: &str, target: &str, now_ms: u64) -> Struck {
        let mut struck = Struck::default();
        if self.rules.is_empty() {
            return struck;
        }
        let target = target.to_lowercase();
        for rule in &mut self.rules {
            if !rule.fault.matches(method, &target) || !rule.strikes(now_ms) {
                continue;
            }
            match &rule.fault.effect {
                Effect::Delay { ms } => struck.delay += Duration::from_millis(*ms),
                effect @ (Effect::Status { .. }
                | Effect::Throttle { .. }
                | Effect::SlowDown { .. }
                | Effect::DropBefore
                | Effect::DropAfter
                | Effect::CutOff
                | Effect::Page
                | Effect::Stale { .. }) => {
                    struck.effect.get_or_insert_with(|| effect.clone());
                }
            }
        }
        struck
    }
}

impl Rule {
    const fn new(fault: Fault) -> Self {
        Self {
            fault,
            matched: 0,
            struck: 0,
            closed_until_ms: 0,
        }
    }

    /// Counts a match, and says whether it is one of those that fail.
    fn strikes(&mut self, now_ms: u64) -> bool {
        self.matched = self.matched.saturating_add(1);
        let is_early = now_ms < self.closed_until_ms;
        let is_open = self.fault.times.is_none_or(|times| self.struck < times);
        let is_due = self.matched >= self.fault.from && is_open && self.is_chosen();
        if is_due {
            self.struck = self.struck.saturating_add(1);
        }
        if let (true, Effect::Throttle { wait_ms, .. }) = (is_due || is_early, &self.fault.effect) {
            self.closed_until_ms = now_ms.saturating_add(u64::from(*wait_ms));
        }
        is_due || is_early
    }

    fn is_chosen(&self) -> bool {
        chance(self.fault.seed, self.matched) < u64::from(self.fault.percent)
    }
}

impl Fault {
    fn matches(&self, method: &str, target: &str) -> bool {
        let method_fits = |wanted: &String| wanted.eq_ignore_ascii_case(method);
        if !self.method.as_ref().is_none_or(method_fits) {
            return false;
        }
        let path = self.path.to_lowercase();
        let mut rest = Some(target);
        for part in path.split('*') {
            rest = rest.and_then(|rest| rest.split_once(part).map(|(_, behind)| behind));
        }
        rest.is_some()
    }
}

/// A number in 0..100 that looks like chance: the mixing function of the generator `SplitMix64`,
/// of which neighbouring inputs give unrelated outputs.
fn chance(seed: u64, number: u32) -> u64 {
    let step = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut mixed = seed.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(step);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % 100
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(faults: &mut Faults, requests: usize) -> Vec<bool> {
        let mut strike = || faults.strike("GET", "dev.azure.com/contoso/_apis/X", 0);
        (0..requests).map(|_| strike().effect.is_some()).collect()
    }

    #[test]
    fn a_rule_strikes_from_its_nth_match_and_so_many_times() {
        let fault = Fault {
            from: 2,
            times: Some(2),
            ..Fault::once("_APIS/x", Effect::DropBefore)
        };
        let mut faults = Faults::new(vec![fault]);
        assert_eq!(struck(&mut faults, 5), [false, true, true, false, false]);
    }

    #[test]
    fn a_rule_without_an_end_strikes_for_ever_and_only_what_matches() {
        let fault = Fault {
            method: Some("patch".into()),
            times: None,
            ..Fault::once("", Effect::DropAfter)
        };
        let mut faults = Faults::new(vec![fault]);
        assert_eq!(struck(&mut faults, 2), [false, false]);
        for _ in 0..2 {
            let struck = faults.strike("PATCH", "x", 0);
            assert_eq!(struck.effect, Some(Effect::DropAfter));
        }
    }

    #[test]
    fn the_parts_of_a_pattern_are_looked_for_in_their_order() {
        let strikes = |path: &str| {
            let mut faults = Faults::new(vec![Fault::once(path, Effect::DropBefore)]);
            struck(&mut faults, 1) == [true]
        };
        assert!(strikes("azure*apis"));
        assert!(strikes("*x"));
        assert!(!strikes("apis*azure"));
        assert!(!strikes("azure*azure"));
    }

    #[test]
    fn a_share_is_about_as_large_as_said_and_the_same_every_time() {
        let run = |seed| {
            struck(
                &mut Faults::new(vec![Fault::share(20, seed, Effect::CutOff)]),
                2000,
            )
        };
        let share = run(7).iter().filter(|struck| **struck).count();
        assert!((340..460).contains(&share), "{share} of 2000");
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let never = Fault::share(0, 7, Effect::CutOff);
        assert!(!struck(&mut Faults::new(vec![never]), 500).contains(&true));
    }

    #[test]
    fn who_comes_back_early_waits_once_more() {
        let effect = Effect::Throttle {
            wait_ms: 1000,
            told: true,
        };
        let mut faults = Faults::new(vec![Fault::once("", effect)]);
        let mut at = |now_ms| faults.strike("GET", "x", now_ms).effect.is_some();
        let times = [0, 900, 1800, 2799, 3800];
        assert_eq!(times.map(&mut at), [true, true, true, true, false]);
    }
}
