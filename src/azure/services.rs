//! The services, as one reader and one writer: puts `devops` and `graph` together.

mod standstill;

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::OnceCell;

pub use standstill::Standstill;

use crate::apply::port::{Bindings, CallError, Outcome, Reader, Writer, descriptors};
use crate::azure::devops::{probe, read};
use crate::azure::graph::guest_lookup::InitialDomain;
use crate::azure::graph::tenant;
use crate::azure::read::directory_groups;
use crate::azure::read::everything;
use crate::azure::settings::{OnPassword, Settings, SetupError};
use crate::azure::transport::client::Client;
use crate::azure::transport::host::Audience;
use crate::model::desired::{Scope, TenantRef};
use crate::model::ids::{Descriptor, ObjectId, OrganizationName, StorageKey, TenantId};
use crate::model::live::{Connection, Live};
use crate::model::saved_groups::SavedGroup;
use crate::plan::value::Step;

/// Azure DevOps and Microsoft Graph, for one organization and one tenant.
pub struct Services {
    pub(super) client: Client,
    pub(super) organization: OrganizationName,
    pub(super) tenant: TenantRef,
    pub(super) tenant_id: OnceCell<TenantId>,
    pub(super) initial_domain: InitialDomain,
    pub(super) on_password: Option<OnPassword>,
    // Whether it is known of which tenants the tokens must be.
    pub(super) is_aimed: AtomicBool,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services")
            .field("organization", &self.organization)
            .field("tenant", &self.tenant)
            .field("sign_in", self.client.sign_in())
            .finish_non_exhaustive()
    }
}

impl Services {
    /// Prepares to reach an organization and the tenant that is to back it: those of every scope
    /// that is read and every step that is sent. Sends nothing.
    ///
    /// # Errors
    /// [`SetupError`] when the endpoint is refused or no HTTP client can be made.
    pub fn new(
        settings: Settings,
        organization: OrganizationName,
        tenant: TenantRef,
    ) -> Result<Self, SetupError> {
        let on_password = settings.on_password.clone();
        Ok(Self {
            client: Client::new(settings)?,
            organization,
            tenant,
            tenant_id: OnceCell::new(),
            initial_domain: InitialDomain::new(),
            on_password,
            is_aimed: AtomicBool::new(false),
        })
    }

    async fn tenant_id(&self) -> Result<TenantId, CallError> {
        let look_up = || tenant::look_up(&self.client, &self.tenant);
        self.tenant_id.get_or_try_init(look_up).await.copied()
    }

    /// Finds out of which tenants the tokens must be.
    async fn aim(&self) -> Result<(Connection, TenantId), CallError> {
        let (connection, tenant) = tokio::try_join!(
            probe::connection(&self.client, &self.organization),
            self.tenant_id()
        )?;
        let sign_in = self.client.sign_in();
        sign_in.aim(Audience::DevOps, connection.tenant()).await;
        sign_in.aim(Audience::Graph, Some(tenant)).await;
        self.is_aimed.store(true, Ordering::Release);
        Ok((connection, tenant))
    }

    /// Sees to it that it is known of which tenants the tokens must be.
    pub(super) async fn aim_once(&self) -> Result<(), CallError> {
        if !self.is_aimed.load(Ordering::Acquire) {
            self.aim().await?;
        }
        Ok(())
    }

    async fn read_live(&self, scope: &Scope<'_>) -> Result<Live, CallError> {
        debug_assert_eq!(scope.organization, &self.organization, "made for another");
        let backing = self.aim().await?;
        // Many reads at once are a large future, and every command would carry it on its stack.
        Box::pin(everything::read(
            &self.client,
            &self.organization,
            backing,
            scope,
        ))
        .await
    }

    /// What the directory's groups have in the organization: what a change of directory ends. One
    /// request for each group, so it is asked only when that is about to happen.
    ///
    /// # Errors
    /// [`CallError`] when any of it cannot be read.
    pub async fn directory_groups(&self) -> Result<BTreeMap<ObjectId, SavedGroup>, CallError> {
        self.aim_once().await?;
        directory_groups::read(&self.client, &self.organization).await
    }
}

impl Reader for Services {
    fn read(&self, scope: &Scope<'_>) -> impl Future<Output = Result<Live, CallError>> + Send {
        self.read_live(scope)
    }

    async fn descriptors(
        &self,
        scope: &Scope<'_>,
    ) -> Result<BTreeMap<StorageKey, Descriptor>, CallError> {
        debug_assert_eq!(scope.organization, &self.organization, "made for another");
        self.aim().await?;
        let members = read::members(&self.client, &self.organization, read::With::Nothing);
        Ok(descriptors(members.await?.members))
    }

    fn connection(
        &self,
        scope: &Scope<'_>,
    ) -> impl Future<Output = Result<Connection, CallError>> + Send {
        debug_assert_eq!(scope.organization, &self.organization, "made for another");
        probe::connection(&self.client, &self.organization)
    }
}

impl Writer for Services {
    fn send(&self, steps: &[&Step], ids: &Bindings) -> impl Future<Output = Vec<Outcome>> + Send {
        self.send_all(steps, ids)
    }

    async fn forget_tokens(&self) {
        self.client.sign_in().forget().await;
        self.is_aimed.store(false, Ordering::Release);
    }
}
