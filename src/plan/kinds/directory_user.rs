//! Directory users: members whom org.toml wants made in the tenant.

use super::{Answers, Part, facts};
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, DirectoryUserAttributes};
use crate::model::desired::DesiredMember;
use crate::model::ids::{ObjectId, RemoteId};
use crate::model::live::DirectoryUser;
use crate::model::person::Email;
use crate::plan::context::Context;
use crate::plan::decide::{self, LeftOver, Presence};
use crate::plan::live_index::LiveIndex;
use crate::plan::resolver::Account;
use crate::plan::rules::{
    self, DomainNotVerified, Finding, Remark as _, RestoreInDoubt, RestoreRefused,
    SUGGESTED_FOR_MAX, SyncedUser,
};
use crate::plan::value::{Facts, NoWayBack, Reason, Step};

pub(super) const ANSWERS: Answers = Answers {
    kind: Kind::DirectoryUser,
    rules: &[
        SyncedUser::RULE,
        DomainNotVerified::RULE,
        RestoreInDoubt::RULE,
        RestoreRefused::RULE,
    ],
    still_wanted: |context, address| context.is_to_be_made(address),
    // The account stays, for others may have given it things by now.
    left_over: |context, _, entry| {
        let id = entry.remote_id.object_id();
        let found = id.and_then(|id| context.account_with_id(id));
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
/// Nobody is made for a line whose person is not in the organization and does not join it: the mapping
/// that would need the identity cannot happen. Nor in a domain that is not the tenant's: then the
/// mapping falls away.
pub(in crate::plan) fn part(context: &Context<'_>) -> Part {
    let mut part = Part::default();
    for (person, member) in context
        .desired
        .members
        .iter()
        .filter(|(_, member)| member.create)
    {
        let user = context.member_of_line(person).map(|(_, user)| user);
        if user.is_none() && !context.roster.joiners.contains(person) {
            continue;
        }
        let presence = match context.account_of_line(person) {
            Account::There(found) => Presence::Equal(RemoteId::ObjectId(found.id)),
            Account::Missing { .. } if may_be_made(context, person) => Presence::Absent,
            Account::Missing { .. } | Account::Renamed(_) | Account::SomebodyElse { .. } => {
                continue;
            }
        };
        if presence == Presence::Absent {
            let hinted = part.findings.len() < SUGGESTED_FOR_MAX;
            if let Some(found) = refusal(context, person, member, hinted) {
                part.findings.push(found);
                continue;
            }
        }
        let owned = context.entry(Kind::DirectoryUser, &member.to).is_some();
        let name = member
            .name
            .as_deref()
            .unwrap_or_else(|| member.to.local_part());
        let restored = match presence {
            Presence::Absent => deleted(context, person).map(|(id, _)| id),
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
            display_name: user.map_or_else(
                || member.name.clone(),
                |user| Some(user.display_name.clone()),
            ),
        });
    }
    part
}

/// Whether the account of a line that asks for one may be made, where it is not there. An id in the line
/// names one that exists: it is brought back if it was deleted, and nobody is made in its place.
pub(super) fn may_be_made(context: &Context<'_>, person: &Email) -> bool {
    let line = context.desired.members.get(person);
    line.is_some_and(|line| {
        line.create && (line.id.is_none() || deleted(context, person).is_some())
    })
}

/// Whether the account of a line cannot be made.
pub(super) fn is_refused(context: &Context<'_>, person: &Email) -> bool {
    let line = context.desired.members.get(person);
    line.is_some_and(|line| refusal(context, person, line, false).is_some())
}

/// Why the account of a line cannot be made. Looking for what was meant takes time, so that is done only
/// where it is to be `hinted` at.
fn refusal(
    context: &Context<'_>,
    person: &Email,
    line: &DesiredMember,
    hinted: bool,
) -> Option<Finding> {
    if let Some(found) = rules::restore_refused(context, person) {
        return Some(Finding {
            severity: rules::severity_for_member(context),
            evidence: found,
            place: Some(line.place.clone()),
        });
    }
    DomainNotVerified::refuses(context, &line.to)
        .then(|| DomainNotVerified::finding(context, person, line, hinted))
}

/// The deleted account that is brought back: the one that we knew, or the one of that name.
pub(super) fn deleted<'a>(
    context: &Context<'a>,
    person: &Email,
) -> Option<(ObjectId, &'a DirectoryUser)> {
    context.deleted_of_line(person)?.theirs()
}

fn facts(index: &LiveIndex<'_>, step: &Step) -> Facts {
    let mut facts = Facts::default();
    if let Some(member) = step.change.taken_out() {
        facts::put_person(&mut facts, index, member);
    }
    facts::put_account(&mut facts, index.user_at(&step.address.person()));
    facts
}
