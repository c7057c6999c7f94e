//! Access: the level that members and guests have in the organization.

use std::collections::BTreeSet;

use super::{Part, invitation};
use crate::model::access::{AccessLevel, EffectiveLevel};
use crate::model::address::{Address, Kind};
use crate::model::attributes::{AccessAttributes, Attributes, Identity};
use crate::model::desired::Place;
use crate::model::ids::{RemoteId, StorageKey};
use crate::model::person::Email;
use crate::plan::change::Step;
use crate::plan::context::{Context, MemberRef};
use crate::plan::diff::{self, Seen};

/// Somebody new without a level in org.toml gets the one that costs nothing.
const LEVEL_OF_NEW_GUESTS: AccessLevel = AccessLevel::Stakeholder;

/// `reachable` are those who can sign in afterwards: the steps of anybody else fall away.
pub(in crate::plan) fn part(context: &Context<'_>, reachable: &BTreeSet<StorageKey>) -> Part {
    let mut part = Part::default();
    let stays = |member: &MemberRef<'_>| reachable.contains(&member.0);
    for (person, line) in &context.desired.members {
        let Some(level) = line.access else { continue };
        if let Some(member) = context.member_of_line(person).filter(stays) {
            part.steps
                .extend(of_member(context, person, member, Some(level), &line.place));
        }
    }
    for (person, line) in &context.desired.guests {
        let double = context.roster.doubles.contains_key(person);
        if double || invitation::refusal(context, person).is_some() {
            continue;
        }
        let found = context.directory.find(person).map(|found| found.id);
        let identity = found.map_or_else(
            || Identity::After(Address::of(Kind::Invitation, person)),
            Identity::ObjectId,
        );
        part.steps.extend(match context.member_of_line(person) {
            Some(member) if stays(&member) => {
                of_member(context, person, member, line.access, &line.place)
            }
            Some(_) => None,
            None => of_new_guest(context, person, identity, line.access, &line.place),
        });
    }
    part
}

fn of_member(
    context: &Context<'_>,
    person: &Email,
    (key, user): MemberRef<'_>,
    level: Option<AccessLevel>,
    place: &Place,
) -> Option<Step> {
    let id = RemoteId::StorageKey(key);
    let at = |level| {
        Attributes::Access(AccessAttributes {
            level,
            identity: None,
        })
    };
    let seen = if level.is_none_or(|level| level.is_met_by(user.access)) {
        Seen::Equal(id)
    } else {
        Seen::Differs(id, at(user.access))
    };
    let owned = context.entry(Kind::Access, person).is_some();
    let wanted = level.map_or(user.access, EffectiveLevel::from);
    let (change, reason) = diff::wanted(seen, owned, || at(wanted))?;
    Some(Step {
        address: Address::of(Kind::Access, person),
        change,
        reason,
        needs: BTreeSet::from([
            context.connection_address(),
            Address::of(Kind::Mapping, person),
        ]),
        source: Some(place.clone()),
        display_name: Some(user.display_name.clone()),
    })
}

fn of_new_guest(
    context: &Context<'_>,
    person: &Email,
    identity: Identity,
    level: Option<AccessLevel>,
    place: &Place,
) -> Option<Step> {
    let mut needs = BTreeSet::from([context.connection_address()]);
    needs.extend(identity.awaited().cloned());
    let owned = context.entry(Kind::Access, person).is_some();
    let level = EffectiveLevel::from(level.unwrap_or(LEVEL_OF_NEW_GUESTS));
    let after = || {
        Attributes::Access(AccessAttributes {
            level,
            identity: Some(identity),
        })
    };
    let (change, reason) = diff::wanted(Seen::Absent, owned, after)?;
    let line = context.desired.guests.get(person);
    Some(Step {
        address: Address::of(Kind::Access, person),
        change,
        reason,
        needs,
        source: Some(place.clone()),
        display_name: line.and_then(|line| line.name.clone()),
    })
}
