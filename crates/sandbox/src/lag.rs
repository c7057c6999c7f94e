//! Replication: what was done a moment ago is not seen by everybody at once.
//!
//! Each object has a time of its own after which a look at it by name shows what became of it, and a
//! later one after which lists do. Told the time; reads no clock.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use orgctl_model::ids::{ObjectId, StorageKey};

use super::world::{Changed, Changes, DirectoryUser, Lag, Member, ReplicaView};

/// One change of an object, and until when it is not seen, in milliseconds of the sandbox's clock.
#[derive(Debug)]
struct Unseen<T> {
    by_name_ms: u64,
    in_lists_ms: u64,
    /// What is seen until then; nothing where the object is new.
    before: Option<Arc<T>>,
    event: u64,
}

/// How somebody looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// At one object.
    ByName,
    /// At all of them, page by page, or those that meet a condition.
    List,
}

/// What of other objects a write can miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misses {
    /// Nothing: a creation sees whom it would double.
    Nothing,
    /// Objects that are new, of the service itself.
    New,
    /// What became of the users of the directory, of which another service has a copy.
    Users,
}

/// What is not seen by everybody yet, with the changes of each object in their order.
#[derive(Debug, Default)]
pub(crate) struct Late {
    users: BTreeMap<ObjectId, Vec<Unseen<DirectoryUser>>>,
    members: BTreeMap<StorageKey, Vec<Unseen<Member>>>,
    /// When the last of them is seen by everybody.
    until_ms: u64,
    /// How many requests have come while something was late.
    requests: u64,
}

impl Late {
    /// Takes note of what has just been done.
    pub(crate) fn note(&mut self, changes: Changes, lag: Lag, now_ms: u64) {
        let Changes { users, members } = changes;
        if lag == Lag::default() || users.is_empty() && members.is_empty() {
            return;
        }
        forget(&mut self.users, now_ms);
        forget(&mut self.members, now_ms);
        let of_users = note(&mut self.users, users, lag, now_ms);
        let of_members = note(&mut self.members, members, lag, now_ms);
        self.until_ms = self.until_ms.max(of_users).max(of_members);
    }

    /// What one request sees otherwise than it is, for each of its ways to look; `None` for nothing.
    pub(crate) fn views<const N: usize>(
        &mut self,
        looks: [Look; N],
        lag: Lag,
        now_ms: u64,
    ) -> [Option<ReplicaView>; N] {
        if self.until_ms <= now_ms {
            self.users.clear();
            self.members.clear();
            return [const { None }; N];
        }
        self.requests += 1;
        // Replicas take turns: the first look goes to one that knows, the second to one that lags.
        if lag.flip_flop && self.requests % 2 == 1 {
            return [const { None }; N];
        }
        looks.map(|look| self.view(look, now_ms))
    }

    fn view(&self, look: Look, now_ms: u64) -> Option<ReplicaView> {
        let users = self.users.iter();
        let users = users.filter_map(|(id, row)| Some((*id, first_unseen(row, look, now_ms)?)));
        let mut view = ReplicaView::default();
        for (id, unseen) in users {
            let first = view.first_event.unwrap_or(unseen.event);
            view.first_event = Some(first.min(unseen.event));
            view.users.insert(id, unseen.before.clone());
        }
        let members = self.members.iter();
        let members = members.filter_map(|(key, row)| {
            let unseen = first_unseen(row, look, now_ms)?;
            Some((*key, unseen.before.clone()))
        });
        view.members.extend(members);
        (!view.is_empty()).then_some(view)
    }
}

/// The first change that is not seen yet: what was there before it is what is seen.
fn first_unseen<T>(row: &[Unseen<T>], look: Look, now_ms: u64) -> Option<&Unseen<T>> {
    row.iter().find(|unseen| {
        let from_ms = match look {
            Look::ByName => unseen.by_name_ms,
            Look::List => unseen.in_lists_ms,
        };
        now_ms < from_ms
    })
}

fn forget<K: Ord, T>(rows: &mut BTreeMap<K, Vec<Unseen<T>>>, now_ms: u64) {
    rows.retain(|_, row| {
        row.retain(|unseen| now_ms < unseen.in_lists_ms);
        !row.is_empty()
    });
}

/// Adds changes, and says when the last of them is seen by everybody.
fn note<K: Copy + Ord + ToString, T>(
    rows: &mut BTreeMap<K, Vec<Unseen<T>>>,
    changes: Vec<Changed<K, T>>,
    lag: Lag,
    now_ms: u64,
) -> u64 {
    let mut until_ms = 0;
    for Changed { key, before, event } in changes {
        let by_name_ms = now_ms.saturating_add(wait_ms(&key.to_string(), lag));
        let in_lists_ms = by_name_ms.saturating_add(u64::from(lag.lists_ms));
        until_ms = until_ms.max(in_lists_ms);
        rows.entry(key).or_default().push(Unseen {
            by_name_ms,
            in_lists_ms,
            before,
            event,
        });
    }
    until_ms
}

fn wait_ms(object: &str, lag: Lag) -> u64 {
    // The standard hasher with its fixed keys: the same object always lags equally long.
    let mut hasher = DefaultHasher::new();
    object.hash(&mut hasher);
    let spread = u64::from(lag.max_ms.saturating_sub(lag.min_ms)) + 1;
    u64::from(lag.min_ms) + hasher.finish() % spread
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
        changes: true,
    };

    const ID: ObjectId = ObjectId::new(Uuid::from_u128(1));

    fn change(before: Option<&str>, event: u64) -> Changes {
        let before = before.map(|name| {
            let user = serde_json::json!({
                "user_principal_name": name, "display_name": name, "created": 0,
            });
            Arc::new(serde_json::from_value(user).unwrap())
        });
        Changes {
            users: vec![Changed {
                key: ID,
                before,
                event,
            }],
            members: Vec::new(),
        }
    }

    fn late(lag: Lag) -> Late {
        let mut late = Late::default();
        late.note(change(None, 7), lag, 1000);
        late
    }

    #[test]
    fn a_get_finds_what_a_list_still_misses() {
        let mut late = late(LAG);
        let mut hides = |look, now_ms| late.views([look], LAG, now_ms) != [None];
        assert!(hides(Look::ByName, 1099));
        assert!(!hides(Look::ByName, 1100));
        assert!(hides(Look::List, 1149));
        assert!(!hides(Look::List, 1150));
    }

    #[test]
    fn each_change_comes_in_its_turn() {
        let mut late = late(LAG);
        late.note(change(Some("first"), 8), LAG, 1050);
        late.note(change(Some("second"), 9), LAG, 1060);
        let mut seen = |now_ms| {
            let [view] = late.views([Look::ByName], LAG, now_ms);
            view.map(|mut view| {
                let user = view.users.remove(&ID).unwrap();
                let name = user.map(|user| user.user_principal_name.clone());
                (name, view.first_event.unwrap())
            })
        };
        assert_eq!(seen(1099), Some((None, 7)));
        assert_eq!(seen(1100), Some((Some("first".to_owned()), 8)));
        assert_eq!(seen(1150), Some((Some("second".to_owned()), 9)));
        assert_eq!(seen(1160), None);
    }

    #[test]
    fn replicas_take_turns() {
        let lag = Lag {
            flip_flop: true,
            ..LAG
        };
        let mut late = late(lag);
        let mut hides = || late.views([Look::ByName], lag, 1000) != [None];
        assert_eq!([hides(), hides(), hides()], [false, true, false]);
    }

    #[test]
    fn without_lag_everything_is_seen_at_once() {
        let mut late = late(Lag::default());
        assert_eq!(late.views([Look::List], Lag::default(), 1000), [None]);
    }
}
