//! Administration: whether the caller may do to the organization what the plan does.

use std::collections::BTreeMap;

use super::Draft;
use crate::model::attributes::Attributes;
use crate::model::desired::ConnectWith;
use crate::model::ids::ObjectId;
use crate::model::live::CallerKind;
use crate::model::preflight::Readable;
use crate::plan::value::{Change, Step};

/// What the caller may do, as far as it is known.
pub(super) enum Standing<'a> {
    /// Everything, or the plan needs no administrator.
    Enough,
    /// The service did not say who administers the organization.
    Unreadable(&'a str),
    /// The caller may be in one of these groups of the directory.
    ByGroup(&'a BTreeMap<ObjectId, String>),
    /// The caller is no administrator, and may be the owner if nobody knows who that is.
    None { owner_known: bool },
}

/// Project Collection Administrators do everything here, and the owner is one. An application can
/// administer an organization and owns none.
pub(super) fn standing<'a>(draft: &Draft<'a>) -> Standing<'a> {
    let live = draft.context.live;
    let key = live.caller.storage_key;
    let owns = match live.caller.kind {
        CallerKind::Application => Some(false),
        CallerKind::Person => live.preflight.owner.known().map(|owner| *owner == key),
    };
    let needs_one = || draft.steps.iter().any(takes_an_administrator);
    match &live.preflight.administrators {
        _ if owns == Some(true) => Standing::Enough,
        Readable::NotAsked => Standing::Enough,
        Readable::Known(administrators) if administrators.users.contains(&key) => Standing::Enough,
        Readable::Known(_) | Readable::Unknown { .. } if !needs_one() => Standing::Enough,
        Readable::Unknown { why } => Standing::Unreadable(why),
        Readable::Known(administrators) if !administrators.directory_groups.is_empty() => {
            Standing::ByGroup(&administrators.directory_groups)
        }
        Readable::Known(_) => Standing::None {
            owner_known: owns.is_some(),
        },
    }
}

/// Whether the organization lets only its administrators do a step with the caller's credentials.
/// What happens in the directory alone it has no say in, and at the gate a person acts.
fn takes_an_administrator(step: &Step) -> bool {
    if !step.change.writes() {
        return false;
    }
    let takes_out = matches!(
        &step.change,
        Change::Remove { from, .. } if from.organization.is_some()
    );
    let connection = step.change.after().and_then(Attributes::connection);
    let by_hand = connection.is_some_and(|after| after.connect_with == ConnectWith::Portal);
    (takes_out || step.address.kind().takes_an_administrator()) && !by_hand
}
