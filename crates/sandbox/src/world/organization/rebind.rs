//! Who becomes whom when an organization changes its tenant. The storage key stays, the descriptor
//! changes with the identity.

use std::collections::BTreeMap;

use orgctl_model::ids::{ObjectId, StorageKey, TenantId};
use orgctl_model::live::{InvitationStatus, Origin, UserType};
use orgctl_model::person::Email;

use super::descriptor;
use crate::world::World;
use crate::world::document::{DirectoryUser, Member};
use crate::world::index::folded;

impl World {
    /// Makes everybody a user of the tenant who can be told to be one.
    pub(in crate::world) fn bind_by_name(&mut self, tenant: TenantId) {
        let mut people = self.people(Origin::Personal);
        people.extend(self.people(Origin::Directory));
        let others = self.names_in_another(tenant);
        for (key, member) in people {
            let found = self.match_for(key, &member, tenant, &others);
            let member = match found {
                Some((id, user)) => bound(member, tenant, id, user),
                None => Member {
                    disconnected: true,
                    ..member
                },
            };
            self.put_member(key, member);
        }
    }

    /// The directory user that somebody is: the one they were in this tenant before, or else the
    /// member who signs in by the same name.
    fn match_for(
        &self,
        key: StorageKey,
        member: &Member,
        tenant: TenantId,
        others: &BTreeMap<Email, ObjectId>,
    ) -> Option<(ObjectId, &DirectoryUser)> {
        let before = member.object_id.filter(|_| member.tenant == Some(tenant));
        let before = before.and_then(|id| Some((id, self.user_in(tenant, id)?)));
        let named = || {
            if tenant == self.directory().tenant {
                return self.user_called(&member.principal_name);
            }
            let id = *others.get(&folded(&member.principal_name))?;
            Some((id, self.user_in(tenant, id)?))
        };
        let by_name = || named().filter(|(_, user)| user.user_type == UserType::Member);
        before.or_else(by_name).filter(|(id, _)| {
            let taken = self
                .index
                .member_by_object(*id)
                .filter(|other| *other != key);
            let taken = taken.and_then(|other| self.member(other));
            // Nobody loses their place to somebody else of the same name.
            taken.is_none_or(|other| other.removed)
        })
    }

    /// A user of any tenant that the world knows.
    fn user_in(&self, tenant: TenantId, id: ObjectId) -> Option<&DirectoryUser> {
        if tenant == self.directory().tenant {
            return self.user(id);
        }
        self.document.other_tenants.get(&tenant)?.get(&id)
    }

    /// The users of a tenant other than the directory, by name. One look-up each would be slow.
    fn names_in_another(&self, tenant: TenantId) -> BTreeMap<Email, ObjectId> {
        let users = self.document.other_tenants.get(&tenant);
        let users = users.into_iter().flatten();
        users
            .map(|(id, user)| (folded(&user.user_principal_name), *id))
            .collect()
    }

    /// The account that somebody has in a tenant: of that name, or of that address when they came
    /// from outside.
    pub(in crate::world) fn account_in(
        &self,
        tenant: TenantId,
        name: &str,
    ) -> Option<(ObjectId, &DirectoryUser)> {
        if tenant != self.directory().tenant {
            let id = *self.names_in_another(tenant).get(&folded(name))?;
            return Some((id, self.user_in(tenant, id)?));
        }
        self.user_called(name).or_else(|| {
            let mut at = self.users_at(name).into_iter();
            at.find_map(|id| {
                let user = self.user(id)?;
                let external = user.user_principal_name.contains("#EXT#");
                external.then_some((id, user))
            })
        })
    }

    /// Whoever signs in with a personal account by the same name does so again; everybody else with
    /// an account of a tenant is left without a way in.
    pub(in crate::world) fn give_back_personal_accounts(&mut self) {
        for (key, mut member) in self.people(Origin::Directory) {
            let name = folded(&member.principal_name);
            let own = |account: &str| folded(account) == name;
            match &member.personal {
                Some(personal) if own(&personal.principal_name) => {
                    member.descriptor = descriptor::of_personal(&personal.principal_name);
                    member.principal_name.clone_from(&personal.principal_name);
                    member.origin = Origin::Personal;
                    member.tenant = None;
                    member.object_id = None;
                    member.user_type = None;
                    member.directory_alias = None;
                    member.disconnected = false;
                }
                Some(_) | None => member.disconnected = true,
            }
            self.put_member(key, member);
        }
        for (key, member) in self.people(Origin::Personal) {
            let disconnected = false;
            self.put_member(
                key,
                Member {
                    disconnected,
                    ..member
                },
            );
        }
    }

    /// Copies of the people of one origin who have not been removed.
    fn people(&self, origin: Origin) -> Vec<(StorageKey, Member)> {
        let person =
            |member: &Member| member.kind.is_person() && member.origin == origin && !member.removed;
        let members = self.members_after(None);
        let people = members.filter(|(_, member)| person(member));
        people.map(|(key, member)| (key, member.clone())).collect()
    }
}

/// The member once it is that directory user.
pub(in crate::world) fn bound(
    member: Member,
    tenant: TenantId,
    id: ObjectId,
    user: &DirectoryUser,
) -> Member {
    let invited = user.invitation.map(|invitation| invitation.status);
    let upn = &user.user_principal_name;
    // Who came from outside goes by the external address, also when made a member; the `#EXT#` name
    // shows in the alias only.
    let external = user.user_type == UserType::Guest || upn.contains("#EXT#");
    let outside = user.mail.as_ref().filter(|_| external);
    let principal_name = outside.unwrap_or(upn);
    Member {
        principal_name: principal_name.clone(),
        display_name: user.display_name.clone(),
        mail: user.mail.clone().or(member.mail),
        origin: Origin::Directory,
        tenant: Some(tenant),
        object_id: Some(id),
        user_type: (invited != Some(InvitationStatus::Pending)).then_some(user.user_type),
        directory_alias: upn.rsplit_once('@').map(|(alias, _)| alias.to_owned()),
        descriptor: descriptor::of_directory(tenant, id),
        disconnected: false,
        kind: member.kind,
        personal: member.personal,
        entitlement: member.entitlement,
        enabled: member.enabled,
        removed: member.removed,
    }
}
