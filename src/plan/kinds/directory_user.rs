//! Directory users: members whom org.toml wants made in the tenant.

use super::{Answers, Part, facts};
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, DirectoryUserAttributes};
use crate::model::ids::RemoteId;
use crate::model::live::DirectoryUser;
use crate::plan::context::Context;
use crate::plan::decide::{self, LeftOver, Presence};
use crate::plan::live_index::LiveIndex;
use crate::plan::rules::{Remark as _, SyncedUser};
use crate::plan::value::{Facts, NoWayBack, Reason, Step};

pub(super) const ANSWERS: Answers = Answers {
    kind: Kind::DirectoryUser,
    rules: &[SyncedUser::RULE],
    still_wanted: |context, address| context.is_to_be_made(address),
    // The account stays, for others may have given it things by now.
    left_over: |context, address, _| {
        let found = context.directory.find(&address.person());
        found.map_or(LeftOver::Gone, |_| LeftOver::Final)
    },
    facts,
    carried_out: |index, address, _| {
        let (id, _) = index.user_at(&address.person())?;
        Some(RemoteId::ObjectId(id))
    },
    way_back: |step| {
        let is_restored = step.change.after().is_some_and(Attributes::is_restored);
        Err(if is_restored {
            NoWayBack::Restored
        } else {
            NoWayBack::AccountKept
        })
    },
};

/// Whoever was deleted under the name that is wanted is brought back, with everything that was
/// theirs, and is not made a second time.
///
/// Nobody is made for a line whose person is not in the organization: the mapping that would need
/// the identity cannot happen, and the mapping's part says so.
pub(in crate::plan) fn part(context: &Context<'_>) -> Part {
    let mut part = Part::default();
    for (person, member) in context
        .desired
        .members
        .iter()
        .filter(|(_, member)| member.create)
    {
        let found = context.directory.find(&member.to);
        let identity = found.map(|found| found.id);
        let Some((_, user)) = context.member_of_line(person) else {
            continue;
        };
        let presence = identity.map_or(Presence::Absent, |id| {
            Presence::Equal(RemoteId::ObjectId(id))
        });
        let owned = context.entry(Kind::DirectoryUser, &member.to).is_some();
        let name = member
            .name
            .as_deref()
            .unwrap_or_else(|| member.to.local_part());
        let is_own =
            |user: &DirectoryUser| user.user_principal_name == member.to && !user.is_external();
        let restored = match presence {
            Presence::Absent => context.deleted(&member.to, is_own).map(|(id, _)| id),
            Presence::Equal(_) | Presence::Unrecorded(_) | Presence::Differs(_, _) => None,
        };
        let after = || {
            Attributes::DirectoryUser(DirectoryUserAttributes {
                display_name: name.to_owned(),
                restored,
            })
        };
        let Some((change, reason)) = decide::wanted(presence, owned, after) else {
            continue;
        };
        let reason = restored.map_or(reason, |_| Reason::DeletedBefore);
        part.steps.push(Step {
            address: Address::of(Kind::DirectoryUser, &member.to),
            change,
            reason,
            needs: Vec::new(),
            source: Some(member.place.clone()),
            display_name: Some(user.display_name.clone()),
        });
    }
    part
}

fn facts(index: &LiveIndex<'_>, step: &Step) -> Facts {
    let mut facts = Facts::default();
    if let Some(member) = step.change.taken_out() {
        facts::put_person(&mut facts, index, member);
    }
    facts::put_account(&mut facts, index.user_at(&step.address.person()));
    facts
}
