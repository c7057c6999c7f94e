//! From steps to orders: what is to be sent for each, or why nothing can be. Pure.

use crate::apply::port::{Bindings, StepError};
use crate::azure::devops::access_change::{AccessChange, ProjectChange, Whose};
use crate::azure::devops::mapping::Mapping;
use crate::azure::devops::tokens::{CredentialKind, Revocation};
use crate::azure::graph::invite::Asking;
use crate::azure::graph::members::NewMember;
use crate::model::attributes::{
    AccessAttributes, Attributes, ConnectionAttributes, GuestBy, Identity, InvitationAttributes,
    MappingAttributes, RevocationAttributes,
};
use crate::model::desired::ConnectWith;
use crate::model::ids::{ObjectId, ProjectId, RemoteId, StorageKey, TenantId};
use crate::model::person::Email;
use crate::model::policy::Policy;
use crate::plan::value::{Change, RemoveFrom, Step};

/// What is to be sent for a step, by the way it goes: together with others of its sort, or alone.
#[derive(Clone, Debug)]
pub(crate) enum Order<'a> {
    /// Creates a member of the directory.
    CreateUser(NewMember<'a>),
    /// Invites a guest, for the first time or once more.
    Invite(Guest<'a>),
    /// Maps a member.
    Map(Mapping<'a>),
    /// Sets an access level and membership of projects.
    SetAccess(AccessChange),
    /// A request of its own.
    Alone(Alone<'a>),
}

/// A guest and what they are asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guest<'a> {
    /// The address.
    pub(crate) address: &'a Email,
    /// What is asked.
    pub(crate) asking: Asking<'a>,
}

/// An order for which the services take no list.
#[derive(Clone, Debug)]
pub(crate) enum Alone<'a> {
    /// Removes a user from the organization.
    RemoveMember(StorageKey),
    /// Restores a deleted user.
    Restore {
        /// Who.
        user: ObjectId,
        /// What is asked of them then.
        guest: Option<Guest<'a>>,
    },
    /// Takes something away.
    TakeAway {
        /// Which one.
        id: RemoteId,
        /// From the organization: this user.
        member: Option<StorageKey>,
        /// From the directory: this user.
        user: Option<ObjectId>,
    },
    /// Connects to a tenant, or disconnects.
    Connect(Option<TenantId>),
    /// Switches a policy.
    SetPolicy(Policy, bool),
    /// Revokes personal access tokens or SSH keys.
    Revoke(Revocation<'a>),
}

/// The order for a step. `person` is whom the step's address names.
pub(crate) fn order<'a>(
    step: &'a Step,
    person: &'a Email,
    ids: &'a Bindings,
) -> Result<Order<'a>, StepError> {
    let (after, is_new) = match &step.change {
        Change::Create { after } => (after, true),
        Change::Update { after, .. } => (after, false),
        Change::Remove { id, from, .. } => return take_away(step, *id, *from),
        Change::Adopt { .. } | Change::Forget { .. } => {
            return Err(refused(step, "it only concerns the state"));
        }
    };
    match after {
        Attributes::Removal(removal) => Ok(Order::Alone(Alone::RemoveMember(removal.member))),
        Attributes::DirectoryUser(user) if is_new => Ok(match user.restored {
            Some(user) => Order::Alone(Alone::Restore { user, guest: None }),
            None => Order::CreateUser(NewMember {
                name: person,
                display_name: &user.display_name,
            }),
        }),
        Attributes::DirectoryUser(_) => Err(refused(step, "it cannot be changed once it is there")),
        Attributes::Invitation(invitation) => ask(step, person, invitation),
        Attributes::Connection(connection) => connect(step, connection),
        Attributes::Mapping(mapping) => map(step, mapping, ids),
        Attributes::Access(access) => set_access(step, access, ids),
        Attributes::Policy(policy) => Policy::named(step.address.key())
            .map(|which| Order::Alone(Alone::SetPolicy(which, policy.enabled)))
            .ok_or_else(|| refused(step, "there is no policy of this name")),
        Attributes::SshKey(revoked) => Ok(revoke(revoked, CredentialKind::SshKey)),
        Attributes::Token(revoked) => Ok(revoke(revoked, CredentialKind::Token)),
        Attributes::NoticeBefore(_) | Attributes::NoticeAfter(_) => {
            Err(refused(step, "a notice is not for a service"))
        }
    }
}

const fn revoke(revoked: &RevocationAttributes, kind: CredentialKind) -> Order<'_> {
    Order::Alone(Alone::Revoke(Revocation {
        member: revoked.member,
        credentials: revoked.credentials.as_slice(),
        kind,
    }))
}

fn ask<'a>(
    step: &Step,
    address: &'a Email,
    invitation: &'a InvitationAttributes,
) -> Result<Order<'a>, StepError> {
    let guest = |again, resets| Guest {
        address,
        asking: Asking {
            display_name: invitation.display_name.as_deref(),
            message: invitation.message.as_deref(),
            sender: invitation.sender.as_ref(),
            again,
            resets,
        },
    };
    let id = match &step.change {
        Change::Update { id, .. } => id.object_id(),
        Change::Create { .. }
        | Change::Adopt { .. }
        | Change::Remove { .. }
        | Change::Forget { .. } => None,
    };
    match (invitation.by, id) {
        (GuestBy::Invitation, None) => Ok(Order::Invite(guest(None, false))),
        (
            GuestBy::Restoring {
                user,
                with_invitation,
            },
            None,
        ) => Ok(Order::Alone(Alone::Restore {
            user,
            guest: with_invitation.then(|| guest(Some(user), false)),
        })),
        (GuestBy::Resending, Some(user)) => Ok(Order::Invite(guest(Some(user), false))),
        (GuestBy::Resetting, Some(user)) => Ok(Order::Invite(guest(Some(user), true))),
        (GuestBy::Invitation | GuestBy::Restoring { .. }, Some(_))
        | (GuestBy::Resending | GuestBy::Resetting, None) => {
            Err(refused(step, "it is not said what is asked of the guest"))
        }
    }
}

fn take_away(step: &Step, id: RemoteId, from: RemoveFrom) -> Result<Order<'_>, StepError> {
    if from.projects {
        return leave_projects(step, id);
    }
    let user = if from.directory {
        let user = id.object_id();
        Some(user.ok_or_else(|| refused(step, "its id is not that of a directory user"))?)
    } else {
        None
    };
    if from.organization.is_none() && user.is_none() {
        return Err(refused(step, "there is nothing to take it away from"));
    }
    Ok(Order::Alone(Alone::TakeAway {
        id,
        member: from.organization,
        user,
    }))
}

fn connect<'a>(step: &Step, connection: &ConnectionAttributes) -> Result<Order<'a>, StepError> {
    match connection.connect_with {
        ConnectWith::Api => Ok(Order::Alone(Alone::Connect(connection.tenant))),
        ConnectWith::Portal => Err(refused(
            step,
            "a person connects in the organization settings",
        )),
    }
}

fn map<'a>(
    step: &Step,
    mapping: &MappingAttributes,
    ids: &'a Bindings,
) -> Result<Order<'a>, StepError> {
    Ok(Order::Map(Mapping {
        member: mapping.member,
        descriptor: ids.descriptors.get(&mapping.member),
        identity: known(step, &mapping.identity, ids)?,
    }))
}

fn set_access<'a>(
    step: &Step,
    access: &AccessAttributes,
    ids: &Bindings,
) -> Result<Order<'a>, StepError> {
    let (member, before) = match &step.change {
        Change::Update {
            id,
            before: Attributes::Access(before),
            ..
        } => (id.storage_key(), Some(before)),
        Change::Update { id, .. } => (id.storage_key(), None),
        Change::Create { .. }
        | Change::Adopt { .. }
        | Change::Remove { .. }
        | Change::Forget { .. } => (None, None),
    };
    let whose = match (member, &access.identity) {
        (Some(key), _) => Whose::Existing(key),
        (None, Some(identity)) => Whose::New(known(step, identity, ids)?),
        (None, None) => return Err(refused(step, "neither a user nor an identity is known")),
    };
    let level = if before.is_some_and(|before| before.level == access.level) {
        None
    } else {
        let level = access.level.requestable();
        Some(level.ok_or_else(|| refused(step, "no request asks for this access level"))?)
    };
    let projects = project_changes(step, before, access)?;
    if level.is_none() && projects.is_empty() {
        return Err(refused(step, "there is nothing to change"));
    }
    Ok(Order::SetAccess(AccessChange {
        whose,
        level,
        projects,
    }))
}

/// What becomes of the membership of each project in which both sides differ.
fn project_changes(
    step: &Step,
    before: Option<&AccessAttributes>,
    after: &AccessAttributes,
) -> Result<Vec<(ProjectId, ProjectChange)>, StepError> {
    let was = before.map(AccessAttributes::roles).unwrap_or_default();
    let is = after.roles();
    let mut changes = Vec::new();
    for (id, role) in &is {
        if was.get(id) == Some(role) {
            continue;
        }
        let role = role.requestable();
        let role = role.ok_or_else(|| refused(step, "no request asks for this role"))?;
        let change = match was.get(id) {
            Some(_) => ProjectChange::Become(role),
            None => ProjectChange::Join(role),
        };
        changes.push((*id, change));
    }
    let gone = was.keys().filter(|id| !is.contains_key(*id));
    changes.extend(gone.map(|id| (*id, ProjectChange::Leave)));
    Ok(changes)
}

fn leave_projects(step: &Step, id: RemoteId) -> Result<Order<'_>, StepError> {
    let (Some(key), Some(Attributes::Access(before))) = (id.storage_key(), step.change.before())
    else {
        return Err(refused(step, "it does not say who leaves which projects"));
    };
    let projects = before.roles().into_keys();
    Ok(Order::SetAccess(AccessChange {
        whose: Whose::Existing(key),
        level: None,
        projects: projects.map(|id| (id, ProjectChange::Leave)).collect(),
    }))
}

fn known(step: &Step, identity: &Identity, ids: &Bindings) -> Result<ObjectId, StepError> {
    let made = || ids.object_ids.get(identity.awaited()?).copied();
    identity
        .object_id()
        .or_else(made)
        .ok_or_else(|| refused(step, "the identity it needs is not known yet"))
}

/// The error of a step for which there is no request. Nothing has been sent.
pub(crate) fn refused(step: &Step, why: &'static str) -> StepError {
    StepError::NoRequest {
        address: step.address.clone(),
        why,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::model::access::EffectiveLevel;
    use crate::model::address::{Address, Kind};
    use crate::plan::value::Reason;

    use super::*;

    const KEY: &str = "22222222-1111-6111-8111-000000000001";
    const OBJECT: &str = "66666666-5555-4555-8555-000000000005";

    fn address(kind: Kind) -> Address {
        Address::of(kind, &noor())
    }

    fn noor() -> Email {
        Email::from_service("noor@fabrikam.com")
    }

    fn step(kind: Kind, change: Change) -> Step {
        Step {
            address: address(kind),
            change,
            reason: Reason::Missing,
            needs: Vec::new(),
            source: None,
            display_name: None,
        }
    }

    fn access(level: EffectiveLevel, identity: Option<Identity>) -> Attributes {
        Attributes::Access(AccessAttributes {
            level,
            projects: BTreeMap::new(),
            identity,
            added: false,
            account: None,
        })
    }

    #[test]
    fn an_awaited_identity_comes_from_the_bindings() {
        let invitation = address(Kind::Invitation);
        let after = access(
            EffectiveLevel::Basic,
            Some(Identity::After(invitation.clone())),
        );
        let step = step(Kind::Access, Change::Create { after });
        let mut ids = Bindings::default();
        assert!(order(&step, &noor(), &ids).is_err(), "not made yet");
        ids.object_ids.insert(invitation, OBJECT.parse().unwrap());
        let noor = noor();
        let Ok(Order::SetAccess(change)) = order(&step, &noor, &ids) else {
            panic!("it is known now");
        };
        assert_eq!(change.whose, Whose::New(OBJECT.parse().unwrap()));
    }

    #[test]
    fn an_update_goes_to_the_member() {
        let change = Change::Update {
            id: RemoteId::StorageKey(KEY.parse().unwrap()),
            before: access(EffectiveLevel::Stakeholder, None),
            after: access(EffectiveLevel::Basic, None),
        };
        let step = step(Kind::Access, change);
        let ids = Bindings::default();
        let noor = noor();
        let Ok(Order::SetAccess(change)) = order(&step, &noor, &ids) else {
            panic!("a member's level can be set");
        };
        assert_eq!(change.whose, Whose::Existing(KEY.parse().unwrap()));
    }

    #[test]
    fn nothing_is_sent_for_a_gate_or_the_state() {
        let portal = Attributes::Connection(ConnectionAttributes {
            tenant: None,
            connect_with: ConnectWith::Portal,
        });
        let ids = Bindings::default();
        for change in [
            Change::Create {
                after: portal.clone(),
            },
            Change::Forget { before: portal },
            Change::Create {
                after: access(EffectiveLevel::EarlyAdopter, None),
            },
            Change::Create {
                after: access(EffectiveLevel::Basic, None),
            },
        ] {
            let step = step(Kind::Connection, change);
            assert!(order(&step, &noor(), &ids).is_err(), "{:?}", step.change);
        }
    }

    #[test]
    fn a_guest_leaves_the_directory_only_when_told() {
        let remove = |organization, directory| {
            let change = Change::Remove {
                id: RemoteId::ObjectId(OBJECT.parse().unwrap()),
                before: access(EffectiveLevel::Basic, None),
                from: RemoveFrom {
                    organization,
                    directory,
                    projects: false,
                },
            };
            let step = step(Kind::Invitation, change);
            let ids = Bindings::default();
            let noor = noor();
            match order(&step, &noor, &ids) {
                Ok(Order::Alone(Alone::TakeAway { member, user, .. })) => {
                    Some((member.is_some(), user.is_some()))
                }
                Ok(_) | Err(_) => None,
            }
        };
        let key = Some(KEY.parse().unwrap());
        assert_eq!(remove(key, false), Some((true, false)));
        assert_eq!(remove(key, true), Some((true, true)));
        assert_eq!(remove(None, true), Some((false, true)));
        assert_eq!(remove(None, false), None);
    }
}
