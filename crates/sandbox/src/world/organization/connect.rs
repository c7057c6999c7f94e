//! Connecting an organization to a tenant and taking it off again.
//!
//! The rules are those of "Connect your organization to Microsoft Entra ID" and "Disconnect your
//! organization" in the Azure DevOps documentation: users are matched by sign-in address, keep
//! their storage key, and get a new descriptor; everybody else is left disconnected.

use thiserror::Error;

use orgctl_model::ids::{ObjectId, StorageKey, TenantId};
use orgctl_model::live::UserType;

use crate::world::World;
use crate::world::document::{Member, UnseenChange};
use crate::world::settings::devops::TenantRefusal;
use crate::world::time::pending::Due;

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
    /// The table of identities is spoilt. Seen in public on disconnecting, with no remedy but a
    /// support case.
    #[error(
        "System.Data.SqlClient.SqlError: %error=\"400101\";%:prc_UpdateIdentityIdTranslations: new \
         translations have a record that may corrupt the existing translation data"
    )]
    Spoilt,
}

/// The tenant policy that restricts who may create organizations, which connecting one is too.
pub(crate) const CREATION_RESTRICTION: &str = "OrganizationCreationRestriction";

/// What is said to whoever may not, where the tenant has not chosen words of its own.
const RESTRICTED: &str = "Your tenant restricts who may create Azure DevOps organizations in it.";

impl World {
    /// Does what a person does in the organization settings: connects the organization to the
    /// directory of this world or, where another tenant backs it, switches to it.
    ///
    /// # Errors
    /// The portal's refusal, in its own words.
    pub fn press_connect(&mut self) -> Result<(), ConnectRefusal> {
        self.press(self.directory().tenant)
    }

    /// Does what a person does in the organization settings: disconnects the organization.
    ///
    /// # Errors
    /// The portal's refusal, in its own words.
    pub fn press_disconnect(&mut self) -> Result<(), ConnectRefusal> {
        self.press(TenantId::NONE)
    }

    /// The same for any tenant, or none when the id is the zero GUID. The portal has a button that
    /// switches from one to another.
    pub(crate) fn press(&mut self, tenant: TenantId) -> Result<(), ConnectRefusal> {
        self.change(tenant, true)
    }

    /// Connects the organization by request, or disconnects it when the id is the zero GUID.
    pub(crate) fn connect(&mut self, tenant: TenantId) -> Result<(), ConnectRefusal> {
        self.change(tenant, self.settings().devops.direct_change)
    }

    fn change(&mut self, tenant: TenantId, directly: bool) -> Result<(), ConnectRefusal> {
        let before = self.organization().tenant;
        match before {
            None if tenant.is_nil() => return Ok(()),
            Some(current) if current == tenant => return Ok(()),
            Some(_) if tenant.is_nil() => {
                self.check_owner()?;
                self.check_order(tenant)?;
                self.forget_directory_groups();
                self.give_back_personal_accounts();
            }
            Some(current) if !directly => {
                return Err(ConnectRefusal::ConnectedElsewhere(current));
            }
            Some(_) | None => {
                self.check_order(tenant)?;
                self.check_caller(tenant)?;
                self.check_names()?;
                self.forget_directory_groups();
                self.bind_by_name(tenant);
            }
        }
        self.tick();
        if !self.settings().devops.tokens_survive_connecting {
            self.contents_mut().token_ended = true;
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

    /// Refuses what was ordered to be refused: leaving a tenant with zeros, connecting else.
    fn check_order(&self, tenant: TenantId) -> Result<(), ConnectRefusal> {
        let caller = self.organization().caller;
        let refusal = match self.settings().devops.tenant_refusal {
            Some(TenantRefusal::Spoilt) if tenant.is_nil() => ConnectRefusal::Spoilt,
            None | Some(TenantRefusal::Spoilt) => return Ok(()),
            Some(_) if tenant.is_nil() => return Ok(()),
            Some(TenantRefusal::Guest) => self.not_a_member(caller),
            Some(TenantRefusal::NoAccount) => ConnectRefusal::NoAccount { caller, tenant },
            Some(TenantRefusal::SharedName) => {
                let name = self.member(caller).map(|one| one.principal_name.clone());
                ConnectRefusal::SharedName(name.unwrap_or_default())
            }
            Some(TenantRefusal::Restricted) => ConnectRefusal::Restricted(RESTRICTED.to_owned()),
        };
        Err(refusal)
    }

    fn not_a_member(&self, caller: StorageKey) -> ConnectRefusal {
        let caller = self.member(caller).map(|one| one.principal_name.clone());
        ConnectRefusal::CallerNotMember {
            caller: caller.unwrap_or_default(),
            organization: self.organization().name.to_string(),
            tenant: self.directory().default_domain().to_owned(),
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
        let owner = organization.contents.owner.unwrap_or(organization.caller);
        self.member(owner).map(|_| owner)
    }

    fn check_creation(&self, caller: ObjectId) -> Result<(), ConnectRefusal> {
        let policy = self.contents().tenant_policies.get(CREATION_RESTRICTION);
        match policy {
            Some(policy) if policy.on && !policy.allowed.contains(&caller) => {
                let message = policy.message.as_deref().unwrap_or(RESTRICTED);
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
        self.shown_tenant().unwrap_or(TenantId::NONE)
    }

    /// The tenant of a token that was asked for at a tenant.
    pub(crate) fn tenant_of_tokens(&self, asked: TenantId) -> TenantId {
        self.shown_tenant().map_or(TenantId::NONE, |_| asked)
    }

    /// The time is over: the header shows the tenant.
    pub(in crate::world) fn show_tenant(&mut self) {
        self.document.organization.unseen = None;
    }

    fn check_caller(&self, tenant: TenantId) -> Result<(), ConnectRefusal> {
        let key = self.organization().caller;
        let found = self
            .member(key)
            .and_then(|caller| self.account_in(tenant, &caller.principal_name));
        let Some((id, user)) = found else {
            return Err(ConnectRefusal::NoAccount {
                caller: key,
                tenant,
            });
        };
        if user.user_type == UserType::Member && user.enabled {
            // What other tenants prescribe is not known.
            return if tenant == self.directory().tenant {
                self.check_creation(id)
            } else {
                Ok(())
            };
        }
        Err(self.not_a_member(key))
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
}
