//! Inviting guests, by the rules of the invitation resource of Microsoft Graph v1.0. An invitation
//! is an order, not a thing: what remains of it is a user.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use orgctl_model::ids::ObjectId;
use orgctl_model::live::{InvitationStatus, UserType};

use super::invite_rules::InviteRule;
use super::policies::{Inbound, InvitesFrom};
use crate::world::World;
use crate::world::document::{DirectoryUser, Invitation};
use crate::world::time::stamp::derived_guid;

/// Who is to be invited.
#[derive(Clone, Debug)]
pub(crate) struct InvitationOrder<'a> {
    pub(crate) address: &'a str,
    pub(crate) display_name: Option<&'a str>,
    pub(crate) user_type: UserType,
    /// The user that the invitation is for, where there is one already.
    pub(crate) user: Option<ObjectId>,
    /// Begin anew with an accepted guest.
    pub(crate) reset: bool,
    /// Whether an application asks, and no person stands behind it.
    pub(crate) without_person: bool,
    /// Who answers for the guest.
    pub(crate) sponsors: BTreeSet<ObjectId>,
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Invited {
    /// The user.
    pub(crate) user: ObjectId,
    /// Whether the user has accepted before.
    pub(crate) status: InvitationStatus,
    /// What the redeem URL proves itself with.
    pub(crate) ticket: uuid::Uuid,
}

/// Why nobody is invited. The words are the service's.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum InviteRefusal {
    /// Not an address, or one with a character that the service does not take.
    #[error("The invited user's email address is invalid.")]
    BadAddress,
    /// One of the tenant's own.
    #[error(
        "This user cannot be invited because the domain of the user's email address is a verified \
         domain of this directory."
    )]
    OwnDomain,
    /// The account is blocked.
    #[error(
        "The invited user already exists in the directory as object ID: {0}, but the account is \
         blocked from signing in. If the account is unblocked, the user can use it to sign in."
    )]
    Blocked(ObjectId),
    /// Somebody of the tenant's own has that address.
    #[error(
        "The invited user already exists in the directory as object ID: {0}. They can use that \
         account to sign in to shared apps and resources."
    )]
    Internal(ObjectId),
    /// The address is not one of the user's.
    #[error(
        "The email you're using to invite this user doesn't match any emails on the user object. \
         Please add this email to the user object and try again."
    )]
    OtherAddress,
    /// Another object has the address.
    #[error(
        "The invitation could not be created: another object has the same invited email address \
         as one of its proxyAddresses."
    )]
    ProxyConflict,
    /// The address of a group.
    #[error("Group email address is not supported.")]
    GroupAddress,
    /// The tenant's list of domains.
    #[error(
        "The invitation could not be created: the domain of the user's email address is blocked \
         by your organization."
    )]
    BlockedDomain,
    /// Cross-tenant access settings.
    #[error(
        "This invitation is blocked by cross-tenant access settings. Admins in both your \
         organization and the invited user's organization must configure cross-tenant access \
         settings to allow the invitation."
    )]
    CrossTenant,
    /// Guests are not allowed, or not by this caller.
    #[error(
        "Guest invitations not allowed for your company. Contact your company administrator for \
         more details."
    )]
    NotAllowed,
    /// No right to begin a guest anew.
    #[error("Generic authorization exception.")]
    Generic,
    /// The application lacks the permission.
    #[error("Insufficient privileges to perform requested operation by the application.")]
    Unauthorized,
    /// A guest of that address waits to be restored.
    #[error("The invited user's address belongs to a user that was deleted and can be restored.")]
    Deleted(ObjectId),
}

/// Characters that the service refuses in an address, besides the one `@`.
const REFUSED: &str = "~!#$%^&*()+={}[]\\/|;:\"<>?,` ";

impl World {
    /// Invites somebody; who is there already keeps their id.
    pub(crate) fn invite(&mut self, order: &InvitationOrder<'_>) -> Result<Invited, InviteRefusal> {
        let rule = self.invite_rule(order.address);
        if let Some(refusal) = rule.and_then(|rule| self.ruled_out(rule, order.address)) {
            return Err(refusal);
        }
        self.check_invitation(order)?;
        let known = self.users_at(order.address);
        let id = match (order.user, known.first()) {
            (Some(id), _) if !known.contains(&id) => return Err(InviteRefusal::OtherAddress),
            (Some(id), _) => Some(id),
            (None, known) => known.copied(),
        };
        let guarded = |id: ObjectId| order.reset && !self.roles_of(id).is_empty();
        if order.without_person && id.is_some_and(guarded) {
            return Err(InviteRefusal::Generic);
        }
        if rule == Some(InviteRule::Vanishes) {
            self.tick();
            return Ok(self.invited(self.new_object_id(order.address), InvitationStatus::Pending));
        }
        let changed = self.tick();
        let pending = Invitation {
            status: InvitationStatus::Pending,
            changed,
        };
        let known = id.and_then(|id| self.user(id).map(|user| (id, user.clone())));
        let (user, status) = match known {
            Some((id, user)) => (id, self.invite_again(order, id, user, pending)?),
            None => (self.invite_anew(order, pending), InvitationStatus::Pending),
        };
        if !order.sponsors.is_empty() {
            let sponsors = &mut self.document.directory.sponsors;
            sponsors.insert(user, order.sponsors.clone());
        }
        Ok(self.invited(user, status))
    }

    fn invited(&self, user: ObjectId, status: InvitationStatus) -> Invited {
        let serial = self.document.serial.to_string();
        let ticket = derived_guid(&["ticket", &serial, &user.to_string()]);
        Invited {
            user,
            status,
            ticket,
        }
    }

    /// What the world's author decided, for the address before its domain.
    fn invite_rule(&self, address: &str) -> Option<InviteRule> {
        let rules = &self.directory().invite_rules;
        let address = address.to_lowercase();
        let by_domain = || rules.get(domain_of(&address));
        rules.get(&address).or_else(by_domain).copied()
    }

    fn ruled_out(&self, rule: InviteRule, address: &str) -> Option<InviteRefusal> {
        let somebody = || {
            let derived = || ObjectId::new(derived_guid(&["directory user", address]));
            self.users_at(address)
                .first()
                .copied()
                .unwrap_or_else(derived)
        };
        Some(match rule {
            InviteRule::OwnDomain => InviteRefusal::OwnDomain,
            InviteRule::BlockedAccount => InviteRefusal::Blocked(somebody()),
            InviteRule::ExistingAccount => InviteRefusal::Internal(somebody()),
            InviteRule::ProxyConflict => InviteRefusal::ProxyConflict,
            InviteRule::InvalidAddress => InviteRefusal::BadAddress,
            InviteRule::GroupAddress => InviteRefusal::GroupAddress,
            InviteRule::BlockedDomain => InviteRefusal::BlockedDomain,
            InviteRule::CrossTenant => InviteRefusal::CrossTenant,
            InviteRule::NotAllowed => InviteRefusal::NotAllowed,
            InviteRule::Generic => InviteRefusal::Generic,
            InviteRule::Unauthorized => InviteRefusal::Unauthorized,
            InviteRule::Vanishes => return None,
        })
    }

    /// What follows from the tenant itself.
    fn check_invitation(&self, order: &InvitationOrder<'_>) -> Result<(), InviteRefusal> {
        check_address(order.address)?;
        let domain = domain_of(order.address).to_lowercase();
        if self.directory().owns(&domain) {
            return Err(InviteRefusal::OwnDomain);
        }
        let policies = self.policies();
        let shut = match policies.invites_from {
            InvitesFrom::None => true,
            InvitesFrom::AdminsAndGuestInviters => order.without_person,
            InvitesFrom::AdminsGuestInvitersAndAllMembers | InvitesFrom::Everyone => false,
        };
        if shut {
            return Err(InviteRefusal::NotAllowed);
        }
        if !policies.lists_allow(&domain) {
            return Err(InviteRefusal::BlockedDomain);
        }
        if policies.inbound_of(&domain) == Inbound::Blocked {
            return Err(InviteRefusal::CrossTenant);
        }
        if self.is_group_address(order.address) {
            return Err(InviteRefusal::GroupAddress);
        }
        let deleted = self.directory().deleted.iter();
        let mut same = deleted.filter(|(_, row)| {
            let mail = row.user.mail.as_ref();
            mail.is_some_and(|mail| mail.eq_ignore_ascii_case(order.address))
        });
        match same.next() {
            Some((id, _)) if self.settings().directory.deleted_block_invites => {
                Err(InviteRefusal::Deleted(*id))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn invite_again(
        &mut self,
        order: &InvitationOrder<'_>,
        id: ObjectId,
        user: DirectoryUser,
        pending: Invitation,
    ) -> Result<InvitationStatus, InviteRefusal> {
        if !user.enabled {
            return Err(InviteRefusal::Blocked(id));
        }
        let Some(earlier) = user.invitation else {
            if order.user.is_none() {
                return Err(InviteRefusal::Internal(id));
            }
            let invitation = Some(pending);
            self.put_user(id, DirectoryUser { invitation, ..user });
            return Ok(InvitationStatus::Pending);
        };
        if order.reset {
            let invitation = Some(pending);
            self.put_user(id, DirectoryUser { invitation, ..user });
            return Ok(InvitationStatus::Pending);
        }
        let told = self.settings().directory.accepted_are_completed;
        Ok(if told {
            earlier.status
        } else {
            InvitationStatus::Pending
        })
    }

    fn invite_anew(&mut self, order: &InvitationOrder<'_>, pending: Invitation) -> ObjectId {
        let address = order.address;
        let (local, _) = address.rsplit_once('@').unwrap_or((address, ""));
        let user = DirectoryUser {
            user_principal_name: self.guest_name(address),
            display_name: order.display_name.unwrap_or(local).to_owned(),
            mail: Some(address.to_owned()),
            other_mails: vec![address.to_owned()],
            user_type: order.user_type,
            enabled: true,
            invitation: Some(pending),
            synced: false,
            created: pending.changed,
            details: BTreeMap::new(),
        };
        let id = self.new_object_id(address);
        self.put_user(id, user);
        id
    }

    /// The user principal name of a guest: not reversible, since `_` is legal in addresses.
    fn guest_name(&self, address: &str) -> String {
        let flat = address.replace('@', "_");
        let initial_domain = &self.directory().initial_domain;
        let name = format!("{flat}#EXT#@{initial_domain}");
        if self.user_called(&name).is_none() {
            return name;
        }
        let serial = self.document.serial.to_string();
        let mark = derived_guid(&["guest name", &serial]).simple().to_string();
        let mark: String = mark.chars().take(6).collect();
        format!("{flat}{mark}#EXT#@{initial_domain}")
    }

    /// What a guest does who follows the redeem URL.
    pub(crate) fn redeem(&mut self, id: ObjectId) -> bool {
        let Some(user) = self.user(id).cloned() else {
            return false;
        };
        let invitation = Invitation {
            status: InvitationStatus::Accepted,
            changed: self.tick(),
        };
        let invitation = Some(invitation);
        self.put_user(id, DirectoryUser { invitation, ..user });
        true
    }
}

/// What follows the `@`.
fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

fn check_address(address: &str) -> Result<(), InviteRefusal> {
    let (local, domain) = address.split_once('@').ok_or(InviteRefusal::BadAddress)?;
    let edge = |c: char| c == '.' || c == '-';
    let refused = |c: char| REFUSED.contains(c) || c.is_control();
    let bad = local.is_empty()
        || !domain.contains('.')
        || domain.contains('@')
        || address.contains(refused)
        || local.starts_with(edge)
        || local.ends_with(edge);
    if bad {
        return Err(InviteRefusal::BadAddress);
    }
    Ok(())
}
