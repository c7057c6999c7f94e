//! Removals: unwanted users leave the organization.

use std::collections::BTreeSet;

use super::Part;
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, RemovalAttributes};
use crate::model::desired::DesiredRemoval;
use crate::model::person::Email;
use crate::plan::change::{Change, Reason, Step};
use crate::plan::context::{Context, MemberRef};
use crate::plan::finding::{Evidence, Finding, Severity};

/// What this kind manages is the absence of a person: it is missing while they are there. Somebody
/// who is not there and whom we never removed leaves nothing to adopt.
pub(in crate::plan) fn part(context: &Context<'_>) -> Part {
    let mut part = Part::default();
    for (person, removal) in &context.desired.removals {
        let Some(member) = context.named(person).next() else {
            continue;
        };
        if context.is_protected(member.1) {
            part.findings.push(Finding {
                severity: Severity::Fatal,
                evidence: Evidence::ProtectedRemoval {
                    person: person.clone(),
                },
                place: Some(removal.place.clone()),
            });
        } else {
            part.steps.push(step(context, person, removal, member));
        }
    }
    part
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
        needs: BTreeSet::new(),
        source: Some(removal.place.clone()),
        display_name: Some(user.display_name.clone()),
    }
}
