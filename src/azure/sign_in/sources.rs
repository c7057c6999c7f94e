//! Where tokens come from, in order, and one error that says why none came.
//!
//! A source that is set up and fails ends the search: falling through to the next would sign in
//! somebody else than was asked for.

use std::sync::Arc;
use std::time::Duration;

use azure_core::cloud::CloudConfiguration;
use azure_core::credentials::{AccessToken, Secret, TokenCredential};
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Transport};
use azure_core::time::OffsetDateTime;
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, ClientAssertionCredentialOptions,
    ClientSecretCredential, ClientSecretCredentialOptions, ManagedIdentityCredential,
    ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential,
    WorkloadIdentityCredentialOptions,
};
use secrecy::{ExposeSecret as _, SecretString};
use strum::{IntoStaticStr, VariantArray};

use crate::azure::settings::Settings;
use crate::azure::transport::channel::Channel;
use crate::azure::transport::host::Audience;
use crate::model::ids::TenantId;

use super::http::SignInHttp;

/// The library repeats by itself; three times is enough for a service that answers in milliseconds.
const REPEATS_MAX: u32 = 3;

/// A token and how long it is good for.
pub(crate) struct Found {
    /// The token.
    pub(crate) secret: SecretString,
    /// How long it is good for, from now.
    pub(crate) lifetime: Duration,
}

/// A source of tokens, in the order in which they are asked.
#[derive(Clone, Copy, IntoStaticStr, VariantArray)]
enum Source {
    #[strum(serialize = "client secret")]
    ClientSecret,
    #[strum(serialize = "workload identity")]
    WorkloadIdentity,
    #[strum(serialize = "managed identity")]
    ManagedIdentity,
    #[strum(serialize = "Azure CLI")]
    AzureCli,
}

type Credential = Arc<dyn TokenCredential>;

/// Where tokens come from.
pub(crate) struct Sources {
    settings: Settings,
    channel: Arc<Channel>,
}

impl Sources {
    /// Asks nobody yet.
    pub(crate) const fn new(settings: Settings, channel: Arc<Channel>) -> Self {
        Self { settings, channel }
    }

    /// A token from the first source that is set up, or one text that goes through them all.
    ///
    /// The credential is made anew each time: the library's own keep tokens that a service has
    /// refused.
    pub(crate) async fn token(
        &self,
        audience: Audience,
        tenant: Option<TenantId>,
    ) -> Result<Found, String> {
        let mut tried = given_sources(audience, self.settings.bearer_only);
        let mut is_over = false;
        for &source in Source::VARIANTS {
            let why_not = if is_over {
                "not asked, since the one before it is set up and failed".to_owned()
            } else {
                let http = Arc::new(SignInHttp::new(Arc::clone(&self.channel)));
                match self.credential(source, tenant, &http) {
                    Ok(credential) => match credential.get_token(&[audience.scope()], None).await {
                        Ok(token) => return Ok(found(&token)),
                        Err(error) => {
                            is_over = true;
                            http.refusal()
                                .unwrap_or_else(|| one_line(&error.to_string()))
                        }
                    },
                    Err(NotUsable::NotSetUp(why)) => why.to_owned(),
                    Err(NotUsable::Broken(why)) => {
                        is_over = true;
                        why
                    }
                }
            };
            tried.push((source.into(), why_not));
        }
        Err(summary(audience, &tried))
    }

    fn credential(
        &self,
        source: Source,
        tenant: Option<TenantId>,
        http: &Arc<SignInHttp>,
    ) -> Result<Credential, NotUsable> {
        match source {
            Source::ClientSecret => self.client_secret(tenant, http),
            Source::WorkloadIdentity => self.workload_identity(tenant, http),
            Source::ManagedIdentity => self.managed_identity(http),
            Source::AzureCli => self.azure_cli(tenant),
        }
    }

    fn client_secret(
        &self,
        tenant: Option<TenantId>,
        http: &Arc<SignInHttp>,
    ) -> Result<Credential, NotUsable> {
        let secret = self.settings.client_secret.as_ref();
        let secret = secret.ok_or(NotUsable::NotSetUp("AZURE_CLIENT_SECRET is not set"))?;
        let credential = ClientSecretCredential::new(
            &self.tenant(tenant)?,
            self.client()?,
            Secret::from(secret.expose_secret().to_owned()),
            Some(ClientSecretCredentialOptions {
                client_options: client_options(http),
            }),
        )?;
        Ok(credential)
    }

    fn workload_identity(
        &self,
        tenant: Option<TenantId>,
        http: &Arc<SignInHttp>,
    ) -> Result<Credential, NotUsable> {
        let file = self.settings.federated_token_file.clone();
        let file = file.ok_or(NotUsable::NotSetUp("AZURE_FEDERATED_TOKEN_FILE is not set"))?;
        let credential =
            WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
                credential_options: ClientAssertionCredentialOptions {
                    client_options: client_options(http),
                },
                client_id: Some(self.client()?),
                tenant_id: Some(self.tenant(tenant)?),
                token_file_path: Some(file),
            }))?;
        Ok(credential)
    }

    fn managed_identity(&self, http: &Arc<SignInHttp>) -> Result<Credential, NotUsable> {
        if !self.settings.managed_identity {
            let why = "not asked for, and IDENTITY_ENDPOINT is not set";
            return Err(NotUsable::NotSetUp(why));
        }
        // The library finds the platform's endpoint by itself; it takes no other.
        let id = self.settings.client_id.clone();
        let credential = ManagedIdentityCredential::new(Some(ManagedIdentityCredentialOptions {
            user_assigned_id: id.map(UserAssignedId::ClientId),
            client_options: client_options(http),
        }))?;
        Ok(credential)
    }

    fn azure_cli(&self, tenant: Option<TenantId>) -> Result<Credential, NotUsable> {
        if !self.settings.azure_cli {
            return Err(NotUsable::NotSetUp("switched off"));
        }
        if !self.settings.has_azure_cli() {
            let why = "not asked while ORGCTL_ENDPOINT is set";
            return Err(NotUsable::NotSetUp(why));
        }
        let configured = self.settings.tenant_id.clone();
        let credential = AzureCliCredential::new(Some(AzureCliCredentialOptions {
            tenant_id: tenant.map(|id| id.to_string()).or(configured),
            ..AzureCliCredentialOptions::default()
        }))?;
        Ok(credential)
    }

    /// The tenant that the token has to be of, where that is known: while an organization is moved
    /// from one to another, each service wants a token of its own. Else the one that is set up.
    fn tenant(&self, tenant: Option<TenantId>) -> Result<String, NotUsable> {
        let configured = self.settings.tenant_id.clone();
        let known = tenant.map(|id| id.to_string()).or(configured);
        known.ok_or_else(|| NotUsable::Broken("AZURE_TENANT_ID is not set".to_owned()))
    }

    fn client(&self) -> Result<String, NotUsable> {
        let configured = self.settings.client_id.clone();
        configured.ok_or_else(|| NotUsable::Broken("AZURE_CLIENT_ID is not set".to_owned()))
    }
}

enum NotUsable {
    /// Nobody asked for it.
    NotSetUp(&'static str),
    /// It is asked for, and half of what it needs is missing or wrong.
    Broken(String),
}

impl From<azure_core::Error> for NotUsable {
    fn from(error: azure_core::Error) -> Self {
        Self::Broken(one_line(&error.to_string()))
    }
}

fn client_options(http: &Arc<SignInHttp>) -> ClientOptions {
    let http: Arc<SignInHttp> = Arc::clone(http);
    ClientOptions {
        transport: Some(Transport::new(http)),
        // Said outright, so that the library does not read AZURE_AUTHORITY_HOST.
        cloud: Some(Arc::new(CloudConfiguration::AzurePublic)),
        retry: RetryOptions::exponential(ExponentialRetryOptions {
            max_retries: REPEATS_MAX,
            ..ExponentialRetryOptions::default()
        }),
        ..ClientOptions::default()
    }
}

fn found(token: &AccessToken) -> Found {
    // The library reckons the expiry from this clock, so the time that is left is reckoned from it
    // too; from here on only the monotonic clock counts.
    let left = token.expires_on - OffsetDateTime::now_utc();
    Found {
        secret: SecretString::from(token.token.secret().to_owned()),
        lifetime: Duration::try_from(left).unwrap_or_default(),
    }
}

/// The sources that need no request, which are not there when this is asked.
fn given_sources(audience: Audience, bearer_only: bool) -> Vec<(&'static str, String)> {
    let personal = if bearer_only {
        "not taken for this request"
    } else {
        "AZURE_DEVOPS_EXT_PAT is not set"
    };
    match audience {
        Audience::DevOps => vec![
            ("bearer token", "ORGCTL_DEVOPS_TOKEN is not set".to_owned()),
            ("personal access token", personal.to_owned()),
        ],
        Audience::Graph => vec![("bearer token", "ORGCTL_GRAPH_TOKEN is not set".to_owned())],
    }
}

fn summary(audience: Audience, tried: &[(&'static str, String)]) -> String {
    let tried: Vec<String> = tried
        .iter()
        .map(|(source, why)| format!("{source}: {why}"))
        .collect();
    format!(
        "nobody could be signed in to {}; tried {}",
        audience.as_str(),
        tried.join("; ")
    )
}

/// The library's text without its line breaks, its links and the name of its type.
fn one_line(text: &str) -> String {
    let end = text.find("\nTo troubleshoot").unwrap_or(text.len());
    let text = text.get(..end).unwrap_or(text);
    let text = text
        .split_once(" authentication failed. ")
        .map_or(text, |(_, why)| why);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_quoted_in_one_line() {
        let text = "X authentication failed. a\n  b\nTo troubleshoot, visit https://aka.ms/x#y";
        assert_eq!(one_line(text), "a b");
        assert_eq!(one_line("a"), "a");
    }

    #[test]
    fn the_summary_names_every_source() {
        let mut tried = given_sources(Audience::DevOps, false);
        tried.push(("Azure CLI", "no".to_owned()));
        let text = summary(Audience::DevOps, &tried);
        for part in [
            "Azure DevOps",
            "ORGCTL_DEVOPS_TOKEN",
            "AZURE_DEVOPS_EXT_PAT",
            "Azure CLI: no",
        ] {
            assert!(text.contains(part), "{text}");
        }
        let without = summary(Audience::DevOps, &given_sources(Audience::DevOps, true));
        assert!(!without.contains("AZURE_DEVOPS_EXT_PAT"), "{without}");
    }
}
