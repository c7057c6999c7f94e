//! Giving an existing user of the organization another identity: "Users - Update" of the Azure
//! DevOps graph, which the documentation describes as mapping an existing user to a different one.

use thiserror::Error;

use orgctl_model::ids::{Descriptor, ObjectId, StorageKey, TenantId};
use orgctl_model::live::UserType;

use super::rebind::bound;
use crate::world::World;
use crate::world::document::Member;

/// What the audit log calls a mapping. The service's own word for it is not public.
const MAPPED: &str = "Sandbox.UserMapped";

/// What the audit log calls disabling a user; not public either.
const DISABLED: &str = "Sandbox.UserDisabled";

/// The directory user that a member is to become.
#[derive(Clone, Copy, Debug)]
pub(crate) enum MapTarget<'a> {
    /// By object id.
    Object(ObjectId),
    /// By user principal name, or by a guest's address.
    Name(&'a str),
}

/// Why a member stays who it is.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum MapRefusal {
    /// No such member.
    #[error("The user {0} does not exist in the organization.")]
    NoSuchMember(Descriptor),
    /// There is no directory to map onto.
    #[error("The organization is not connected to a Microsoft Entra tenant.")]
    NotConnected,
    /// No such directory user.
    #[error("The identity {0} was not found in the tenant of the organization.")]
    NoSuchUser(String),
    /// Somebody else in the organization is that directory user.
    #[error(
        "The identity {0} is already an active member of the organization. Map to an identity \
         that is not yet active."
    )]
    TargetActive(String),
    /// Too many users.
    #[error(
        "The organization has {users} users. Users can be mapped in organizations of up to \
         {limit} users only."
    )]
    TooManyUsers { users: usize, limit: u32 },
}

impl World {
    /// Maps a member onto a directory user. The storage key stays, the descriptor changes.
    pub(crate) fn map(
        &mut self,
        source: &Descriptor,
        target: MapTarget<'_>,
    ) -> Result<StorageKey, MapRefusal> {
        let early = self.settings().devops.maps_while_connecting;
        let organization = self.organization();
        let there = organization.unseen.is_none() || early;
        let tenant = organization.tenant.filter(|_| there);
        let tenant = tenant.ok_or(MapRefusal::NotConnected)?;
        let Some((key, member)) = self.member_called(source) else {
            return Err(MapRefusal::NoSuchMember(source.clone()));
        };
        if let Some(limit) = self.settings().mapping_user_limit {
            let users = self.index.active;
            if u32::try_from(users).is_ok_and(|users| users > limit) {
                return Err(MapRefusal::TooManyUsers { users, limit });
            }
        }
        let id = self.map_target(tenant, target)?;
        let Some(user) = self.user(id) else {
            return Err(MapRefusal::NoSuchUser(id.to_string()));
        };
        let mapped = bound(member.clone(), tenant, id, user);
        let other = self
            .index
            .member_by_object(id)
            .filter(|other| *other != key);
        let other = other.and_then(|other| self.member(other));
        if other.is_some_and(|other| !other.removed) {
            return Err(MapRefusal::TargetActive(mapped.principal_name));
        }
        self.tick();
        let name = mapped.principal_name.clone();
        self.put_member(key, mapped);
        let id = key.to_string();
        let details = format!("{source} was mapped to {name}");
        let data = [("UserIdentifier", &*id), ("PrincipalName", &*name)];
        self.record(MAPPED, details, &data);
        Ok(key)
    }

    fn map_target(&self, tenant: TenantId, target: MapTarget<'_>) -> Result<ObjectId, MapRefusal> {
        let unknown = |name: &dyn ToString| MapRefusal::NoSuchUser(name.to_string());
        if tenant != self.directory().tenant {
            return Err(match target {
                MapTarget::Object(id) => unknown(&id),
                MapTarget::Name(name) => unknown(&name),
            });
        }
        match target {
            MapTarget::Object(id) => self.user(id).map(|_| id).ok_or_else(|| unknown(&id)),
            MapTarget::Name(name) => {
                let called = self.user_called(name).map(|(id, _)| id);
                let guest = || self.guest_at(name);
                called.or_else(guest).ok_or_else(|| unknown(&name))
            }
        }
    }

    fn guest_at(&self, address: &str) -> Option<ObjectId> {
        let is_guest = |id: &ObjectId| {
            let user = self.user(*id);
            user.is_some_and(|user| user.user_type == UserType::Guest)
        };
        self.users_at(address).into_iter().find(is_guest)
    }

    /// Deletes a graph user, which only disables it: it stays in the list.
    pub(crate) fn disable(&mut self, descriptor: &Descriptor) -> Option<StorageKey> {
        let (key, member) = self.member_called(descriptor)?;
        let enabled = false;
        let disabled = Member {
            enabled,
            ..member.clone()
        };
        self.tick();
        self.put_member(key, disabled);
        let id = key.to_string();
        let details = format!("{descriptor} was disabled");
        self.record(DISABLED, details, &[("UserIdentifier", &*id)]);
        Some(key)
    }
}
