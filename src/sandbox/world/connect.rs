//! Connecting an organization to a tenant and taking it off again.
//!
//! The rules are those of "Connect your organization to Microsoft Entra ID" and "Disconnect your
//! organization" in the Azure DevOps documentation: users are matched by sign-in address, keep
//! their storage key, and get a new descriptor; everybody else is left disconnected.

use thiserror::Error;
use uuid::Uuid;

use crate::model::ids::{ObjectId, StorageKey, TenantId};
use crate::model::live::{InvitationStatus, Origin, UserType};

use super::World;
use super::agenda::Due;
use super::descriptor;
use super::document::{DirectoryUser, Member, MemberKind, UnseenChange};
use super::index::folded;

/// Why an organization keeps the tenant it has. The words are the service's.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum ConnectRefusal {
    /// The caller has no account in the tenant.
    #[error(
        "The requesting identity (CUID {caller}) does not have permission to access the tenant \
         ({tenant})."
    )]
    NoAccount {
        /// Who asked.
        caller: StorageKey,
        /// The tenant.
        tenant: TenantId,
    },
    /// The caller is a guest of the tenant, or not in it.
    #[error(
        "User: {caller} is not allowed to link organization: {organization} to AAD tenant: \
         {tenant}. Only active members of the AAD tenant are allowed to perform the link."
    )]
    CallerNotMember {
        /// Who asked.
        caller: String,
        /// The organization.
        organization: String,
        /// The tenant's default domain.
        tenant: String,
    },
    /// Two users could not be told apart afterwards.
    #[error("The organization has multiple active identities with the same UPN: {0}.")]
    SharedName(String),
    /// It has to be disconnected first.
    #[error("The organization is already connected to the tenant {0}. Disconnect it first.")]
    ConnectedElsewhere(TenantId),
    /// The tenant decides who may bring organizations into it.
    #[error("{0}")]
    Restricted(String),
    /// Who owns it could not sign in any more.
    #[error("The owner of the organization must be a Microsoft account before it is disconnected.")]
    OwnerNotPersonal,
}

/// The tenant policy that restricts who may create organizations, which connecting one is too.
pub(crate) const CREATION_RESTRICTION: &str = "OrganizationCreationRestriction";

impl World {
    /// Does what a person does in the organization settings: connects the organization to the
    /// directory of this world.
    ///
    /// # Errors
    /// The portal's refusal, in its own words.
    pub fn press_connect(&mut self) -> Result<(), ConnectRefusal> {
        self.connect(self.directory().tenant)
    }

    /// Connects the organization, or disconnects it when the id is the zero GUID.
    pub(crate) fn connect(&mut self, tenant: TenantId) -> Result<(), ConnectRefusal> {
        let before = self.organization().tenant;
        match before {
            None if tenant.is_nil() => return Ok(()),
            Some(current) if current == tenant => return Ok(()),
            Some(_) if tenant.is_nil() => {
                self.check_owner()?;
                self.forget_directory_groups();
                self.give_back_personal_accounts();
            }
            Some(current) if !self.settings().devops.direct_change => {
                return Err(ConnectRefusal::ConnectedElsewhere(current));
            }
            Some(_) | None => {
                self.check_caller(tenant)?;
                self.check_names()?;
                self.forget_directory_groups();
                self.bind_by_name(tenant);
            }
        }
        self.tick();
        if !self.settings().devops.tokens_survive_connecting {
            self.holdings_mut().token_ended = true;
        }
        let shown = self.shown_tenant();
        let takes_ms = self.settings().connect_takes_ms;
        let organization = &mut self.document.organization;
        organization.tenant = (!tenant.is_nil()).then_some(tenant);
        organization.unseen = (takes_ms > 0).then_some(UnseenChange { shown });
        self.expect(Due::TenantShown, takes_ms);
        self.record_connection(tenant);
        Ok(())
    }

    fn record_connection(&mut self, tenant: TenantId) {
        let name = self.organization().name.to_string();
        let id = tenant.to_string();
        let data = [("OrganizationName", &*name), ("AADTenant", &*id)];
        if tenant.is_nil() {
            let details = format!("Organization {name} was unlinked from Microsoft Entra tenant");
            self.record("Organization.UnlinkFromAAD", details, &data);
        } else {
            let details = format!("Organization {name} was linked to Microsoft Entra tenant {id}");
            self.record("Organization.LinkToAAD", details, &data);
        }
    }

    fn check_owner(&self) -> Result<(), ConnectRefusal> {
        let owner = self.owner().and_then(|key| self.member(key));
        let personal = owner.is_some_and(|owner| owner.personal.is_some());
        if personal || !self.settings().devops.owner_must_be_personal {
            return Ok(());
        }
        Err(ConnectRefusal::OwnerNotPersonal)
    }

    /// Who owns the organization.
    pub(crate) fn owner(&self) -> Option<StorageKey> {
        let organization = self.organization();
        let owner = organization.holdings.owner.unwrap_or(organization.caller);
        self.member(owner).map(|_| owner)
    }

    fn check_creation(&self, caller: ObjectId) -> Result<(), ConnectRefusal> {
        let policy = self.holdings().tenant_policies.get(CREATION_RESTRICTION);
        match policy {
            Some(policy) if policy.on && !policy.allowed.contains(&caller) => {
                let usual = "Your tenant restricts who may create Azure DevOps \
                             organizations in it.";
                let message = policy.message.as_deref().unwrap_or(usual);
                Err(ConnectRefusal::Restricted(message.to_owned()))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The tenant that the header names: for a while after a change, the one from before.
    pub(crate) fn shown_tenant(&self) -> Option<TenantId> {
        let organization = self.organization();
        match &organization.unseen {
            Some(change) => change.shown,
            None => organization.tenant,
        }
    }

    /// The tenant of the tokens that open the organization; zeros where personal accounts do.
    pub(crate) fn token_tenant(&self) -> TenantId {
        let nobodys = TenantId::new(Uuid::nil());
        self.shown_tenant().unwrap_or(nobodys)
    }

    /// The time is over: the header shows the tenant.
    pub(super) fn show_tenant(&mut self) {
        self.document.organization.unseen = None;
    }

    fn check_caller(&self, tenant: TenantId) -> Result<(), ConnectRefusal> {
        let key = self.organization().caller;
        let no_account = ConnectRefusal::NoAccount {
            caller: key,
            tenant,
        };
        // The world holds one tenant; of any other the caller is no member.
        if tenant != self.directory().tenant {
            return Err(no_account);
        }
        let Some(caller) = self.member(key) else {
            return Err(no_account);
        };
        let account = self.user_called(&caller.principal_name);
        let member = account.filter(|(_, user)| user.user_type == UserType::Member && user.enabled);
        if let Some((id, _)) = member {
            return self.check_creation(id);
        }
        Err(ConnectRefusal::CallerNotMember {
            caller: caller.principal_name.clone(),
            organization: self.organization().name.to_string(),
            tenant: self.directory().default_domain().to_owned(),
        })
    }

    fn check_names(&self) -> Result<(), ConnectRefusal> {
        let mut previous = None;
        for (name, key) in self.index.names() {
            if !self.member(*key).is_some_and(Member::is_active) {
                continue;
            }
            if previous == Some(name) {
                return Err(ConnectRefusal::SharedName(name.to_string()));
            }
            previous = Some(name);
        }
        Ok(())
    }

    fn bind_by_name(&mut self, tenant: TenantId) {
        let mut people = self.people(Origin::Personal);
        people.extend(self.people(Origin::Directory));
        for (key, member) in people {
            let member = match self.match_for(key, &member, tenant) {
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
    ) -> Option<(ObjectId, &DirectoryUser)> {
        let before = member.object_id.filter(|_| member.tenant == Some(tenant));
        let before = before.and_then(|id| Some((id, self.user(id)?)));
        let named = || self.user_called(&member.principal_name);
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

    fn give_back_personal_accounts(&mut self) {
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
        let person = |member: &Member| {
            member.kind == MemberKind::Person && member.origin == origin && !member.removed
        };
        let members = self.members_after(None);
        let people = members.filter(|(_, member)| person(member));
        people.map(|(key, member)| (key, member.clone())).collect()
    }
}

/// The member once it is that directory user.
pub(super) fn bound(
    member: Member,
    tenant: TenantId,
    id: ObjectId,
    user: &DirectoryUser,
) -> Member {
    let invited = user.invitation.map(|invitation| invitation.status);
    let upn = &user.user_principal_name;
    // A guest goes by the external address; the `#EXT#` name shows in the alias only.
    let principal_name = match user.user_type {
        UserType::Guest => user.mail.as_ref().unwrap_or(upn),
        UserType::Member => upn,
    };
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
