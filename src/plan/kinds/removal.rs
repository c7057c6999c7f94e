//! Removals: unwanted users leave the organization.

use super::access::undo::{give_back, is_given_back};
use super::{Answers, Part, facts};
use crate::model::access::EffectiveLevel;
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, RemovalAttributes};
use crate::model::desired::{DesiredRemoval, Place};
use crate::model::ids::RemoteId;
use crate::model::live::Origin;
use crate::model::person::Email;
use crate::plan::context::{Context, MemberRef};
use crate::plan::decide::LeftOver;
use crate::plan::live_index::LiveIndex;
use crate::plan::rules::{
    Finding, GroupsKeepAccess, KeepsAccess, ProtectedRemoval, Remark as _, SharedPrincipalName,
    StillComesIn, count,
};
use crate::plan::undo::draft::UndoDraft;
use crate::plan::value::{Change, Fact, Facts, NoWayBack, Reason, Step};

pub(super) const ANSWERS: Answers = Answers {
    kind: Kind::Removal,
    rules: &[
        ProtectedRemoval::RULE,
        KeepsAccess::RULE,
        StillComesIn::RULE,
        GroupsKeepAccess::RULE,
    ],
    still_wanted: |context, address| context.desired.removals.contains_key(&address.person()),
    left_over: |_, _, _| LeftOver::Final,
    facts,
    carried_out: |index, _, wanted| {
        let member = wanted.member()?;
        let is_gone = !index.live.members.contains_key(&member);
        is_gone.then_some(RemoteId::StorageKey(member))
    },
    way_back: |_| Ok(take_back),
};

/// What this kind manages is the absence of a person: it is missing while they are there. Somebody
/// who is not there and whom we never removed leaves nothing to adopt.
pub(in crate::plan) fn part(context: &Context<'_>) -> Part {
    let mut part = Part::default();
    let mut from_directory = 0;
    // With a tenant its groups leave the organization too.
    let groups_go = context.leaves().is_some();
    for (person, removal) in &context.desired.removals {
        let place = Some(&removal.place);
        match judge(context, person, place) {
            Ok(Some(member)) => {
                if member.1.access_by_group && !groups_go {
                    let person = person.clone();
                    part.findings.push(KeepsAccess { person }.found(place));
                }
                from_directory += u32::from(member.1.origin == Origin::Directory);
                part.steps.push(step(context, person, removal, member));
            }
            Ok(None) => {}
            Err(finding) => part.findings.push(*finding),
        }
    }
    if from_directory > 0 && context.is_connected() && !groups_go {
        let removals = from_directory;
        part.findings
            .push(GroupsKeepAccess { removals }.found(None));
    }
    part
}

/// Whom a line takes out, or why it takes out nobody.
fn judge<'a>(
    context: &Context<'a>,
    person: &Email,
    place: Option<&Place>,
) -> Result<Option<MemberRef<'a>>, Box<Finding>> {
    let person = || person.clone();
    let users = context.named(&person()).count();
    if users > 1 {
        let shared = SharedPrincipalName {
            principal_name: person(),
            users: count(users),
        };
        return Err(Box::new(shared.found(place)));
    }
    let Some(member) = context.member_of_line(&person()) else {
        // Their own access is gone, and a group lets them in all the same.
        if context.live.group_only.contains_key(&person()) {
            return Err(Box::new(StillComesIn { person: person() }.found(place)));
        }
        return Ok(None);
    };
    if context.roster.is_protected(member.0) {
        return Err(Box::new(ProtectedRemoval { person: person() }.found(place)));
    }
    Ok(Some(member))
}

fn step(
    context: &Context<'_>,
    person: &Email,
    removal: &DesiredRemoval,
    (member, user): MemberRef<'_>,
) -> Step {
    let owned = context.entry(Kind::Removal, person).is_some();
    let after = Attributes::Removal(RemovalAttributes {
        member,
        reason: removal.reason.clone(),
    });
    Step {
        address: Address::of(Kind::Removal, person),
        change: Change::Create { after },
        reason: if owned {
            Reason::CameBack
        } else {
            Reason::Missing
        },
        needs: Vec::new(),
        source: Some(removal.place.clone()),
        display_name: Some(user.display_name.clone()),
    }
}

fn facts(index: &LiveIndex<'_>, step: &Step) -> Facts {
    let mut facts = Facts::default();
    if let Some(member) = step.change.attributes().member() {
        facts::put_person_with_access(&mut facts, index, member);
    }
    facts
}

/// Whoever was taken out and is known to the tenant gets the level of before again. What else they
/// had, the organization keeps with their name.
fn take_back(draft: &mut UndoDraft<'_>, step: &Step) -> Result<(), NoWayBack> {
    let context = draft.context;
    let removed = step.change.after().and_then(Attributes::member);
    if removed.is_none_or(|member| context.member(member).is_some()) {
        return Ok(());
    }
    let person = step.address.person();
    let found = context.directory.account(&person);
    let found = found.filter(|found| found.user.enabled && context.is_connected());
    let id = found.ok_or(NoWayBack::NotInDirectory)?.id;
    if context.with_identity(id).is_some() || is_given_back(draft, &person) {
        return Ok(());
    }
    let facts = draft.record.plan.facts.get(&step.address);
    let level = facts
        .and_then(|facts| facts.get(Fact::Access))
        .unwrap_or_default();
    let level: Option<EffectiveLevel> = serde_json::from_value(level.into()).ok();
    let level = level.and_then(EffectiveLevel::requestable);
    let level = level.ok_or_else(|| NoWayBack::NotRequestable {
        before: "a user of another level".to_owned(),
    })?;
    give_back(draft, (&person, id), level, step.display_name.clone());
    Ok(())
}
