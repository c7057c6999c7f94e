//! Whom the guards mean, by ids: what apply records, so that a guard holds when a name changes.

use std::collections::BTreeMap;

use super::context::Context;
use crate::model::desired::{Desired, Guards};
use crate::model::ids::StorageKey;
use crate::model::live::Live;
use crate::model::person::Email;
use crate::state::value::{Guarded, State};

/// Who the names under `protected` and `owner` are, as far as they are somebody.
pub fn guarded(
    desired: &Desired,
    live: &Live,
    state: &State,
    guards: &Guards,
) -> BTreeMap<Email, Guarded> {
    let context = Context::new(desired, live, state, guards);
    let roster = &context.roster;
    let mut guarded: BTreeMap<Email, Guarded> = BTreeMap::new();
    let mut put = |name: &Email, key: StorageKey| {
        let member = context.member(key);
        let id = member.and_then(|(_, user)| user.object_id.filter(|_| context.signs_in(user)));
        let named = guarded.entry(name.clone()).or_default();
        named.members.insert(key);
        named.accounts.extend(id);
    };
    for (name, keys) in &roster.guarded {
        for key in keys {
            put(name, *key);
        }
    }
    if let Some(owner) = &desired.owner
        && let Some(key) = roster.owner
    {
        put(&owner.email, key);
    }
    guarded
}
