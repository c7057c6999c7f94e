//! Removals: unwanted users leave the organization.

use super::Part;
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, RemovalAttributes};
use crate::model::desired::{DesiredRemoval, Place};
use crate::model::live::Origin;
use crate::model::person::Email;
use crate::plan::context::{Context, MemberRef};
use crate::plan::rules::{
    Finding, GroupsKeepAccess, KeepsAccess, NotInOrganization, ProtectedRemoval, Remark as _,
    SharedPrincipalName, StillComesIn, count,
};
use crate::plan::value::{Change, Reason, Step};

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
            Err(finding) => part.findings.push(finding),
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
) -> Result<Option<MemberRef<'a>>, Finding> {
    let person = || person.clone();
    let users = context.named(&person()).count();
    if users > 1 {
        let shared = SharedPrincipalName {
            principal_name: person(),
            users: count(users),
        };
        return Err(shared.found(place));
    }
    let Some(member) = context.member_of_line(&person()) else {
        // Their own access is gone, and a group lets them in all the same.
        if context.live.group_only.contains_key(&person()) {
            return Err(StillComesIn { person: person() }.found(place));
        }
        let settled = context.roster.doubles.contains_key(&person())
            || context.entry(Kind::Removal, &person()).is_some();
        if settled {
            return Ok(None);
        }
        return Err(NotInOrganization { person: person() }.found(place));
    };
    if context.roster.is_protected(member.0) {
        return Err(ProtectedRemoval { person: person() }.found(place));
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
