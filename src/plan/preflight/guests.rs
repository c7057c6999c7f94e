//! Rules about people who are invited or made: whether the tenant lets them in, and whether it had
//! them before.

use super::{Draft, unread};
use crate::model::address::Kind;
use crate::model::attributes::Attributes;
use crate::model::live::UserType;
use crate::model::person::Email;
use crate::model::preflight::{InvitesFrom, Readable};
use crate::plan::context::Context;
use crate::plan::finding::{Evidence, Finding, NoInvitations, Severity, Unread};

/// Why the tenant would refuse every invitation, as far as that is known.
pub(in crate::plan) fn no_invitations(context: &Context<'_>) -> Option<NoInvitations> {
    let live = context.live;
    let policy = live.preflight.invitations.known()?;
    let is_guest = || {
        let caller = context.directory.find(&live.caller.principal_name);
        caller.is_some_and(|found| found.user.user_type == UserType::Guest)
    };
    match policy.from {
        InvitesFrom::Nobody => Some(NoInvitations::Nobody),
        InvitesFrom::AdminsAndGuestInviters => {
            (policy.caller_may == Readable::Known(false)).then_some(NoInvitations::NoInviter)
        }
        InvitesFrom::AdminsGuestInvitersAndAllMembers => is_guest().then_some(NoInvitations::Guest),
        InvitesFrom::Everyone => None,
    }
}

/// What the policy refuses is found where the steps of each guest are made.
pub(super) fn policy_is_known(draft: &Draft<'_>) -> Vec<Finding> {
    if draft.making(Kind::Invitation).next().is_none() {
        return Vec::new();
    }
    match &draft.context.live.preflight.invitations {
        Readable::NotAsked => Vec::new(),
        Readable::Unknown { why } => vec![unread(Unread::InvitationPolicy, why)],
        Readable::Known(policy) => {
            let why = policy.caller_may.why_unknown();
            let finding = why.map(|why| unread(Unread::InviterRole, why));
            finding.into_iter().collect()
        }
    }
}

/// What the list says of single guests is found where their steps are made.
pub(super) fn domains_are_known(draft: &Draft<'_>) -> Vec<Finding> {
    let domains = &draft.context.live.preflight.guest_domains;
    match domains.why_unknown() {
        Some(why) if draft.making(Kind::Invitation).next().is_some() => {
            vec![unread(Unread::GuestDomains, why)]
        }
        Some(_) | None => Vec::new(),
    }
}

/// A deleted user can be restored for thirty days, and is then the same to every service. Whoever is
/// what the line makes is restored by a step; who is something else, such as a member at the address
/// of a guest, is for a person to look at.
pub(super) fn nobody_waits_to_be_restored(draft: &Draft<'_>) -> Vec<Finding> {
    let made = || {
        let made = draft.making(Kind::DirectoryUser);
        let made = made.chain(draft.making(Kind::Invitation));
        made.filter(|step| !step.change.after().is_some_and(Attributes::is_restored))
    };
    if made().next().is_none() {
        return Vec::new();
    }
    if let Some(why) = draft.context.live.directory.deleted.why_unknown() {
        return vec![unread(Unread::DeletedUsers, why)];
    }
    made()
        .filter_map(|step| {
            let person = Email::from_service(step.address.key());
            let (user, _) = draft.context.deleted(&person, |_| true)?;
            Some(Finding {
                severity: Severity::Warning,
                evidence: Evidence::SoftDeleted { person, user },
                place: step.source.clone(),
            })
        })
        .collect()
}
