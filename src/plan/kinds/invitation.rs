//! Invitations: guests of the tenant. What is managed is the guest, not the letter.

use std::collections::BTreeSet;

use super::Part;
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, InvitationAttributes};
use crate::model::ids::RemoteId;
use crate::model::person::Email;
use crate::plan::change::{RemoveFrom, Step};
use crate::plan::context::Context;
use crate::plan::diff::{self, Seen, Unwanted};
use crate::plan::finding::{Evidence, Finding, Severity};

pub(in crate::plan) fn part(context: &Context<'_>) -> Part {
    let mut part = Part::default();
    for (person, guest) in &context.desired.guests {
        let found = context.directory.find(person);
        if found.is_none() && is_own_domain(context, person) {
            part.findings.push(Finding {
                severity: own_domain_severity(context, person),
                evidence: Evidence::OwnDomainGuest {
                    guest: person.clone(),
                },
                place: Some(guest.place.clone()),
            });
            continue;
        }
        let seen = found.map_or(Seen::Absent, |found| {
            Seen::Equal(RemoteId::ObjectId(found.id))
        });
        let owned = context.entry(Kind::Invitation, person).is_some();
        let after = || {
            Attributes::Invitation(InvitationAttributes {
                display_name: guest.name.clone(),
                message: guest.message.clone(),
            })
        };
        let Some((change, reason)) = diff::wanted(seen, owned, after) else {
            continue;
        };
        let live_name = || {
            context
                .person(person, None)
                .map(|(_, user)| user.display_name.clone())
        };
        part.steps.push(Step {
            address: Address::of(Kind::Invitation, person),
            change,
            reason,
            needs: BTreeSet::new(),
            source: Some(guest.place.clone()),
            display_name: guest.name.clone().or_else(live_name),
        });
    }
    part
}

/// Whether the tenant owns the domain of an address: its people are members there, never guests.
pub(in crate::plan) fn is_own_domain(context: &Context<'_>, person: &Email) -> bool {
    context
        .live
        .directory
        .verified_domains
        .contains(person.domain())
}

/// A guest whom the organization has today and who cannot be invited would be locked out by the
/// connection, so it may not be made; for anybody else only their own steps fall away.
fn own_domain_severity(context: &Context<'_>, person: &Email) -> Severity {
    if !context.is_connected() && context.person(person, None).is_some() {
        Severity::Fatal
    } else {
        Severity::Blocked
    }
}

/// What is left of an invitation whose line is gone.
pub(in crate::plan) fn left_over(context: &Context<'_>, person: &Email) -> Unwanted {
    let Some(found) = context.directory.find(person) else {
        return Unwanted::Gone;
    };
    let organization = context
        .with_identity(found.id)
        .or_else(|| context.named(person).next())
        .map(|(key, _)| key);
    let from = RemoveFrom {
        organization,
        directory: context.guards.delete_guests,
    };
    let protected = context.guards.protected.contains(person);
    // Another line speaks of them now: it decides, and this one only lets go.
    let desired = context.desired;
    let spoken_of = desired.members.contains_key(person)
        || desired.removals.contains_key(person)
        || desired
            .owner
            .as_ref()
            .is_some_and(|owner| owner.email == *person);
    if protected || spoken_of || (organization.is_none() && !from.directory) {
        Unwanted::Final
    } else {
        Unwanted::Removable(RemoteId::ObjectId(found.id), from)
    }
}
