//! What the rim tells this room: where the services are, and which credentials may be used.
//!
//! Plain values. The environment is read at the rim, never here.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::model::person::Email;

/// Keeps the first password of a directory user. Called before the request that sets it is sent, so
/// that no user exists whose password nobody has; an error keeps the request from being sent.
pub type OnPassword = Arc<dyn Fn(&Email, &SecretString) -> std::io::Result<()> + Send + Sync>;

/// Where the services are, and which credentials may be used.
#[derive(Clone)]
pub struct Settings {
    /// A loopback URL that stands in for every host (`ORGCTL_ENDPOINT`).
    pub endpoint: Option<String>,
    /// Whom to trust there, in PEM, where it speaks HTTPS (`SSL_CERT_FILE`); without it, whom the
    /// system trusts.
    pub certificates: Option<String>,
    /// A bearer token for Azure DevOps (`ORGCTL_DEVOPS_TOKEN`).
    pub devops_token: Option<SecretString>,
    /// A bearer token for Microsoft Graph (`ORGCTL_GRAPH_TOKEN`).
    pub graph_token: Option<SecretString>,
    /// A personal access token for Azure DevOps (`AZURE_DEVOPS_EXT_PAT`).
    pub personal_access_token: Option<SecretString>,
    /// Whether only tokens of Microsoft Entra ID are of use, and a personal access token is not.
    pub bearer_only: bool,
    /// The tenant to sign in to (`AZURE_TENANT_ID`).
    pub tenant_id: Option<String>,
    /// The application to sign in as (`AZURE_CLIENT_ID`).
    pub client_id: Option<String>,
    /// Its secret (`AZURE_CLIENT_SECRET`).
    pub client_secret: Option<SecretString>,
    /// A file with a token of another issuer that the tenant trusts (`AZURE_FEDERATED_TOKEN_FILE`).
    pub federated_token_file: Option<PathBuf>,
    /// Whether to ask the platform for a managed identity: because somebody said so, or because
    /// `IDENTITY_ENDPOINT` is set.
    pub managed_identity: bool,
    /// Whether to ask the Azure CLI for the account that is signed in there.
    pub azure_cli: bool,
    /// The wait before the first repetition of a failed request; it doubles from there.
    pub backoff_first: Duration,
    /// Where first passwords of directory users go. Without it no directory user is made.
    pub on_password: Option<OnPassword>,
}

impl Settings {
    /// One second is what Microsoft's guides for both services start with.
    pub const BACKOFF_FIRST: Duration = Duration::from_secs(1);

    /// Whether something is set up that gives tokens of Microsoft Entra ID for Azure DevOps. The
    /// Azure CLI is not: nobody knows before asking whether anybody is signed in there.
    pub(crate) const fn has_bearer(&self) -> bool {
        self.devops_token.is_some()
            || self.client_secret.is_some()
            || self.federated_token_file.is_some()
            || self.managed_identity
    }

    /// Whether the Azure CLI can be asked. It signs in at the real service, whatever the endpoint: a
    /// real token must not go to what stands in for the services.
    pub(crate) const fn has_azure_cli(&self) -> bool {
        self.azure_cli && self.endpoint.is_none()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            endpoint: None,
            certificates: None,
            devops_token: None,
            graph_token: None,
            personal_access_token: None,
            bearer_only: false,
            tenant_id: None,
            client_id: None,
            client_secret: None,
            federated_token_file: None,
            managed_identity: false,
            azure_cli: true,
            backoff_first: Self::BACKOFF_FIRST,
            on_password: None,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("endpoint", &self.endpoint)
            .field("certificates", &self.certificates.is_some())
            .field("devops_token", &self.devops_token)
            .field("graph_token", &self.graph_token)
            .field("personal_access_token", &self.personal_access_token)
            .field("bearer_only", &self.bearer_only)
            .field("tenant_id", &self.tenant_id)
            .field("client_id", &self.client_id)
            .field("client_secret", &self.client_secret)
            .field("federated_token_file", &self.federated_token_file)
            .field("managed_identity", &self.managed_identity)
            .field("azure_cli", &self.azure_cli)
            .field("backoff_first", &self.backoff_first)
            .field("on_password", &self.on_password.is_some())
            .finish()
    }
}

/// Settings with which nothing can be reached.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The stand-in for the services is refused.
    #[error("{text:?} cannot stand in for the services: {why}")]
    Endpoint {
        /// What was given.
        text: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// There is a personal access token only, and it is of no use.
    #[error("a personal access token does not open the list of a tenant's organizations")]
    PersonalTokenOnly,
    /// What stands in for the services has a certificate, and there is nothing to hold it against.
    #[error("no certificate of {endpoint} can be trusted: {why}")]
    Trust {
        /// What stands in.
        endpoint: String,
        /// What is missing.
        why: String,
    },
    /// The HTTP client cannot be made, for want of trusted certificates for instance.
    #[error("no HTTP client could be made: {0}")]
    Client(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_in_the_debug_form() {
        let secret = || Some(SecretString::from("hush-hush"));
        let settings = Settings {
            devops_token: secret(),
            graph_token: secret(),
            personal_access_token: secret(),
            client_secret: secret(),
            ..Settings::default()
        };
        let text = format!("{settings:?}");
        assert!(text.contains("REDACTED"), "{text}");
        assert!(!text.contains("hush"), "{text}");
    }
}
