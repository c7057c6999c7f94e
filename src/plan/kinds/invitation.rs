//! Invitations: guests of the tenant. What is managed is the guest, not the letter.

use std::collections::BTreeSet;

use super::Part;
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, InvitationAttributes};
use crate::model::ids::{RemoteId, StorageKey};
use crate::model::live::{DirectoryUser, UserType};
use crate::model::person::Email;
use crate::plan::change::{RemoveFrom, Step};
use crate::plan::context::Context;
use crate::plan::diff::{self, Seen, Unwanted};
use crate::plan::finding::{Evidence, Finding, Severity};
use crate::plan::preflight;

pub(in crate::plan) fn part(context: &Context<'_>) -> Part {
    let mut part = Part::default();
    for (person, guest) in &context.desired.guests {
        if let Some(evidence) = refusal(context, person) {
            part.findings.push(Finding {
                severity: refusal_severity(context, person),
                evidence,
                place: Some(guest.place.clone()),
            });
            continue;
        }
        let found = context.directory.find(person);
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
        let live_name = || Some(context.member_of_line(person)?.1.display_name.clone());
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

/// Why somebody cannot be a guest of this tenant: they are one of its own, or it takes no guests
/// from where they are. A guest who was made a member keeps the name of a guest, and is welcome
/// here.
pub(in crate::plan) fn refusal(context: &Context<'_>, person: &Email) -> Option<Evidence> {
    let guest = || person.clone();
    match context.directory.find(person).map(|found| found.user) {
        Some(user) if is_external(user) => None,
        Some(user) => {
            let member = user.user_principal_name.clone();
            Some(Evidence::GuestIsMember {
                guest: guest(),
                member,
            })
        }
        None => unwelcome(context, person),
    }
}

/// Why somebody whom the directory does not know cannot be invited.
fn unwelcome(context: &Context<'_>, person: &Email) -> Option<Evidence> {
    let live = context.live;
    let (guest, domain) = (|| person.clone(), person.domain());
    let domains = live.preflight.guest_domains.known();
    if live.directory.verified_domains.contains(domain) {
        Some(Evidence::OwnDomainGuest { guest: guest() })
    } else if domains.is_some_and(|domains| !domains.allow(domain)) {
        Some(Evidence::GuestDomainRefused { guest: guest() })
    } else {
        let why = preflight::no_invitations(context)?;
        let guest = guest();
        Some(Evidence::InvitationRefused { guest, why })
    }
}

fn is_external(user: &DirectoryUser) -> bool {
    user.user_type == UserType::Guest || user.is_external()
}

/// A guest whom the organization has today and who cannot be invited would be locked out by the
/// connection, so it may not be made; for anybody else only their own steps fall away.
fn refusal_severity(context: &Context<'_>, person: &Email) -> Severity {
    if !context.is_connected() && context.member_of_line(person).is_some() {
        Severity::Fatal
    } else {
        Severity::Blocked
    }
}

/// What is left of an invitation whose line is gone. Whoever another line speaks of, or who is
/// protected, stays: this line only lets go.
pub(in crate::plan) fn left_over(context: &Context<'_>, person: &Email) -> Unwanted {
    let Some(found) = context.directory.find(person) else {
        return Unwanted::Gone;
    };
    let member = context
        .with_identity(found.id)
        .or_else(|| context.named(person).next())
        .map(|(key, _)| key);
    let roster = &context.roster;
    let stays = |key: StorageKey| {
        roster.spoken_of.contains(&key) || roster.is_protected(key) || roster.owner == Some(key)
    };
    let written =
        context.desired.removals.contains_key(person) || context.guards.protected.contains(person);
    let directory = context.guards.delete_guests && found.user.user_type == UserType::Guest;
    let from = RemoveFrom {
        organization: member,
        directory,
    };
    if written || member.is_some_and(stays) || (member.is_none() && !directory) {
        Unwanted::Final
    } else {
        Unwanted::Removable(RemoteId::ObjectId(found.id), from)
    }
}
