//! Removals: unwanted users leave the organization.

use std::collections::BTreeSet;

use super::Part;
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, RemovalAttributes};
use crate::model::desired::DesiredRemoval;
use crate::model::person::Email;
use crate::plan::change::Step;
use crate::plan::context::{Context, MemberRef};
use crate::plan::diff::{self, Seen};
use crate::plan::finding::{Evidence, Finding, Severity};

/// What this kind manages is the absence of a person: it is missing while they are there. Somebody
/// who is not there and whom we never removed leaves nothing to adopt.
pub(in crate::plan) fn part(context: &Context<'_>) -> Part {
    let mut part = Part::default();
    for (person, removal) in &context.desired.removals {
        if context.guards.protected.contains(person) {
            part.findings.push(Finding {
                severity: Severity::Fatal,
                evidence: Evidence::ProtectedRemoval {
                    person: person.clone(),
                },
                place: Some(removal.place.clone()),
            });
        } else if let Some(member) = context.named(person).next() {
            part.steps.extend(step(context, person, removal, member));
        }
    }
    part
}

fn step(
    context: &Context<'_>,
    person: &Email,
    removal: &DesiredRemoval,
    (member, user): MemberRef<'_>,
) -> Option<Step> {
    let owned = context.entry(Kind::Removal, person).is_some();
    let after = || {
        Attributes::Removal(RemovalAttributes {
            member,
            reason: removal.reason.clone(),
        })
    };
    let (change, reason) = diff::wanted(Seen::Absent, owned, after)?;
    Some(Step {
        address: Address::of(Kind::Removal, person),
        change,
        reason,
        needs: BTreeSet::new(),
        source: Some(removal.place.clone()),
        display_name: Some(user.display_name.clone()),
    })
}
