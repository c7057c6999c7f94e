//! The services as one tenant has them, whatever its organizations: puts the list of organizations
//! and the look-up of the tenant together.

use std::fmt;

use crate::apply::port::CallError;
use crate::azure::devops::catalog;
use crate::azure::graph::tenant;
use crate::azure::settings::{Settings, SetupError};
use crate::azure::transport::client::Client;
use crate::azure::transport::host::Audience;
use crate::model::catalog::Catalog;
use crate::model::desired::TenantRef;

/// Azure DevOps, for one tenant.
pub struct TenantServices {
    client: Client,
    tenant: TenantRef,
    // Whether a personal access token is at hand and nothing better, the Azure CLI perhaps apart.
    has_personal_only: bool,
}

impl fmt::Debug for TenantServices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantServices")
            .field("tenant", &self.tenant)
            .field("sign_in", self.client.sign_in())
            .finish_non_exhaustive()
    }
}

impl TenantServices {
    /// Prepares to reach a tenant. Sends nothing.
    ///
    /// # Errors
    /// [`SetupError`] when the endpoint is refused, no HTTP client can be made, or all there is to
    /// sign in with is a personal access token, which is of no use here.
    pub fn new(settings: Settings, tenant: TenantRef) -> Result<Self, SetupError> {
        let has_personal_only = settings.personal_access_token.is_some() && !settings.has_bearer();
        if has_personal_only && !settings.has_azure_cli() {
            return Err(SetupError::PersonalTokenOnly);
        }
        let settings = Settings {
            bearer_only: true,
            ..settings
        };
        Ok(Self {
            client: Client::new(settings)?,
            tenant,
            has_personal_only,
        })
    }

    /// Reads which organizations the tenant backs.
    ///
    /// # Errors
    /// [`CallError`] when nobody is signed in, or the list cannot be read.
    pub async fn catalog(&self) -> Result<Catalog, CallError> {
        let sign_in = self.client.sign_in();
        if self.has_personal_only {
            // Whoever has nothing better hears of it before anything is asked of a service.
            sign_in.token(Audience::DevOps).await?;
        }
        let tenant = tenant::resolve(&self.client, &self.tenant).await?;
        sign_in.aim(Audience::DevOps, Some(tenant)).await;
        catalog::organizations(&self.client, tenant).await
    }
}
