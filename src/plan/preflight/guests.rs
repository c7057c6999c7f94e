//! Rules about people who are invited or made: whether the tenant lets them in, and whether it had
//! them before.

use std::collections::BTreeMap;

use super::{Draft, count, unread, whole};
use crate::model::address::Kind;
use crate::model::ids::ObjectId;
use crate::model::live::UserType;
use crate::model::person::Email;
use crate::model::preflight::{InvitesFrom, Readable};
use crate::plan::finding::{Evidence, Finding, NoInvitations, Severity, Unread};

/// While the organization is still to be connected, an invitation that fails locks out whoever is
/// in the organization today and would have become that guest.
pub(super) fn may_be_invited(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let invitations = draft.making(Kind::Invitation).count();
    if invitations == 0 {
        return Vec::new();
    }
    let policy = match &context.live.preflight.invitations {
        Readable::NotAsked => return Vec::new(),
        Readable::Unknown { why } => return vec![unread(Unread::InvitationPolicy, why)],
        Readable::Known(policy) => policy,
    };
    let caller = context.directory.find(&context.live.caller.principal_name);
    let is_guest = caller.is_some_and(|found| found.user.user_type == UserType::Guest);
    let why = match (policy.from, &policy.caller_may) {
        (InvitesFrom::Nobody, _) => NoInvitations::Nobody,
        (InvitesFrom::AdminsAndGuestInviters, Readable::Known(false)) => NoInvitations::NoInviter,
        (InvitesFrom::AdminsAndGuestInviters, Readable::Unknown { why }) => {
            return vec![unread(Unread::InviterRole, why)];
        }
        (InvitesFrom::AdminsGuestInvitersAndAllMembers, _) if is_guest => NoInvitations::Guest,
        (
            InvitesFrom::AdminsAndGuestInviters
            | InvitesFrom::AdminsGuestInvitersAndAllMembers
            | InvitesFrom::Everyone,
            _,
        ) => return Vec::new(),
    };
    let is_here = |key: &str| {
        let person = Email::from_service(key);
        context.member_of_line(&person).is_some()
    };
    let mut invited = draft.making(Kind::Invitation);
    let locks_out = draft.connecting().is_some() && invited.any(|step| is_here(step.address.key()));
    let severity = if locks_out {
        Severity::Fatal
    } else {
        Severity::Warning
    };
    let invitations = count(invitations);
    let evidence = Evidence::InvitationsRefused { invitations, why };
    vec![whole(severity, evidence)]
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

/// A deleted user can be restored for thirty days, and is then the same to every service.
pub(super) fn nobody_waits_to_be_restored(draft: &Draft<'_>) -> Vec<Finding> {
    let made = || {
        let made = draft.making(Kind::DirectoryUser);
        made.chain(draft.making(Kind::Invitation))
    };
    if made().next().is_none() {
        return Vec::new();
    }
    let deleted = match &draft.context.live.preflight.deleted_users {
        Readable::NotAsked => return Vec::new(),
        Readable::Unknown { why } => return vec![unread(Unread::DeletedUsers, why)],
        Readable::Known(deleted) => deleted,
    };
    let mut by_address: BTreeMap<&Email, ObjectId> = BTreeMap::new();
    for (id, user) in deleted {
        by_address.extend(user.addresses().map(|address| (address, *id)));
    }
    made()
        .filter_map(|step| {
            let person = Email::from_service(step.address.key());
            let user = *by_address.get(&person)?;
            Some(Finding {
                severity: Severity::Warning,
                evidence: Evidence::SoftDeleted { person, user },
                place: step.source.clone(),
            })
        })
        .collect()
}
