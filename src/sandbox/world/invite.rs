//! Inviting guests, by the rules of the invitation resource of Microsoft Graph v1.0. An invitation
//! is an order, not a thing: what remains of it is a user.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::model::ids::ObjectId;
use crate::model::live::{InvitationStatus, UserType};

use super::World;
use super::document::{DirectoryUser, Invitation};
use super::stamp::derived_guid;

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
}

/// Characters that the service refuses in an address, besides the one `@`.
const REFUSED: &str = "~!#$%^&*()+={}[]\\/|;:\"<>?,` ";

impl World {
    /// Invites somebody; who is there already keeps their id.
    pub(crate) fn invite(&mut self, order: &InvitationOrder<'_>) -> Result<Invited, InviteRefusal> {
        check_address(order.address)?;
        let domain = order
            .address
            .rsplit_once('@')
            .map_or("", |(_, domain)| domain);
        if self.directory().owns(domain) {
            return Err(InviteRefusal::OwnDomain);
        }
        let known = self.users_at(order.address);
        let id = match (order.user, known.first()) {
            (Some(id), _) if !known.contains(&id) => return Err(InviteRefusal::OtherAddress),
            (Some(id), _) => Some(id),
            (None, known) => known.copied(),
        };
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
        let serial = self.document.serial.to_string();
        let ticket = derived_guid(&["ticket", &serial, &user.to_string()]);
        Ok(Invited {
            user,
            status,
            ticket,
        })
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
        Ok(earlier.status)
    }

    fn invite_anew(&mut self, order: &InvitationOrder<'_>, pending: Invitation) -> ObjectId {
        let address = order.address;
        let (local, _) = address.rsplit_once('@').unwrap_or((address, ""));
        let user = DirectoryUser {
            user_principal_name: guest_name(address, &self.directory().initial_domain),
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

/// The user principal name of a guest: not reversible, since `_` is legal in addresses.
fn guest_name(address: &str, initial_domain: &str) -> String {
    let flat = address.replace('@', "_");
    format!("{flat}#EXT#@{initial_domain}")
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
