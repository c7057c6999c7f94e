//! Replication: what was made a moment ago is not seen by everybody at once.
//!
//! Each object has a time of its own from which a look at it by name succeeds, and a later one from
//! which lists have it. Told the time; reads no clock.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::model::ids::{ObjectId, StorageKey};

use super::world::{Lag, Made, Veil};

/// When one object is seen, in milliseconds of the sandbox's clock.
#[derive(Clone, Copy, Debug)]
struct Seen {
    by_name_ms: u64,
    in_lists_ms: u64,
}

/// How somebody looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// At one object.
    ByName,
    /// At all of them, page by page, or those that meet a condition.
    List,
}

/// What is not seen by everybody yet.
#[derive(Debug, Default)]
pub(crate) struct Late {
    users: BTreeMap<ObjectId, Seen>,
    members: BTreeMap<StorageKey, Seen>,
    /// How many have come while something was late.
    requests: u64,
}

impl Late {
    /// Takes note of what has just been made.
    pub(crate) fn note(&mut self, made: Made, lag: Lag, now_ms: u64) {
        if lag == Lag::default() {
            return;
        }
        let users = made.users.into_iter();
        self.users
            .extend(users.map(|id| (id, Seen::of(&id.to_string(), lag, now_ms))));
        let members = made.members.into_iter();
        self.members
            .extend(members.map(|key| (key, Seen::of(&key.to_string(), lag, now_ms))));
    }

    /// What one request does not see, for each of its ways to look; `None` for everything.
    pub(crate) fn veils<const N: usize>(
        &mut self,
        looks: [Option<Look>; N],
        lag: Lag,
        now_ms: u64,
    ) -> [Option<Veil>; N] {
        self.users.retain(|_, seen| now_ms < seen.in_lists_ms);
        self.members.retain(|_, seen| now_ms < seen.in_lists_ms);
        if self.users.is_empty() && self.members.is_empty() {
            return [const { None }; N];
        }
        self.requests += 1;
        // Replicas take turns: the first look goes to one that knows, the second to one that lags.
        if lag.flip_flop && self.requests % 2 == 1 {
            return [const { None }; N];
        }
        looks.map(|look| look.and_then(|look| self.veil(look, now_ms)))
    }

    fn veil(&self, look: Look, now_ms: u64) -> Option<Veil> {
        let hidden = |seen: &Seen| match look {
            Look::ByName => now_ms < seen.by_name_ms,
            Look::List => now_ms < seen.in_lists_ms,
        };
        let users = self.users.iter().filter(|(_, seen)| hidden(seen));
        let members = self.members.iter().filter(|(_, seen)| hidden(seen));
        let veil = Veil {
            users: users.map(|(id, _)| *id).collect(),
            members: members.map(|(key, _)| *key).collect(),
        };
        (!veil.is_empty()).then_some(veil)
    }
}

impl Seen {
    fn of(object: &str, lag: Lag, now_ms: u64) -> Self {
        // The standard hasher with its fixed keys: the same object always lags equally long.
        let mut hasher = DefaultHasher::new();
        object.hash(&mut hasher);
        let spread = u64::from(lag.max_ms.saturating_sub(lag.min_ms)) + 1;
        let wait_ms = u64::from(lag.min_ms) + hasher.finish() % spread;
        let by_name_ms = now_ms.saturating_add(wait_ms);
        Self {
            by_name_ms,
            in_lists_ms: by_name_ms.saturating_add(u64::from(lag.lists_ms)),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const LAG: Lag = Lag {
        min_ms: 100,
        max_ms: 100,
        lists_ms: 50,
        flip_flop: false,
    };

    fn late(lag: Lag) -> Late {
        let mut late = Late::default();
        let made = Made {
            users: vec![ObjectId::new(Uuid::from_u128(1))],
            members: Vec::new(),
        };
        late.note(made, lag, 1000);
        late
    }

    #[test]
    fn a_get_finds_what_a_list_still_misses() {
        let mut late = late(LAG);
        let mut hides = |look, now_ms| late.veils([Some(look)], LAG, now_ms) != [None];
        assert!(hides(Look::ByName, 1099));
        assert!(!hides(Look::ByName, 1100));
        assert!(hides(Look::List, 1149));
        assert!(!hides(Look::List, 1150));
    }

    #[test]
    fn replicas_take_turns() {
        let lag = Lag {
            flip_flop: true,
            ..LAG
        };
        let mut late = late(lag);
        let mut hides = || late.veils([Some(Look::ByName)], lag, 1000) != [None];
        assert_eq!([hides(), hides(), hides()], [false, true, false]);
    }

    #[test]
    fn without_lag_everything_is_seen_at_once() {
        let mut late = late(Lag::default());
        let looks = [Some(Look::List)];
        assert_eq!(late.veils(looks, Lag::default(), 1000), [None]);
    }
}
