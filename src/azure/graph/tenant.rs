//! The tenant: found by a domain without credentials, and described with them.

use std::collections::BTreeSet;

use url::Url;

use crate::apply::port::{ApiError, ApiErrorKind, Call, CallError};
use crate::azure::transport::client::Client;
use crate::azure::transport::encode::encode;
use crate::azure::transport::host::Host;
use crate::azure::transport::request::Request;
use crate::model::desired::TenantRef;
use crate::model::ids::TenantId;
use crate::model::preflight::TenantKind;

use super::wire::{OpenIdConfiguration, Organization, Page};

/// "Tenant not found", among the codes of the sign-in service.
const NO_SUCH_TENANT: &str = "AADSTS90002";

/// What is known of a tenant.
pub(crate) struct Tenant {
    /// Its name.
    pub(crate) display_name: String,
    /// The domains that it has proved to own, in lower case.
    pub(crate) verified_domains: BTreeSet<String>,
    /// What sort it is, where the service says.
    pub(crate) kind: Option<TenantKind>,
}

/// The id of a tenant. A domain is looked up in the discovery document that the sign-in service
/// publishes for it.
pub(crate) async fn resolve(client: &Client, tenant: &TenantRef) -> Result<TenantId, CallError> {
    match tenant {
        TenantRef::Id(id) => Ok(*id),
        TenantRef::Domain(domain) => discover(client, domain).await,
    }
}

/// The id of a tenant that an organization is to be connected to: an id is looked up too, and
/// refused when the sign-in service knows no such tenant or has it in another cloud. Whatever else
/// it says of an id is no reason to stop here.
pub(crate) async fn look_up(client: &Client, tenant: &TenantRef) -> Result<TenantId, CallError> {
    let TenantRef::Id(id) = tenant else {
        return resolve(client, tenant).await;
    };
    match discover(client, &id.to_string()).await {
        Err(error) if is_final(&error) => Err(error),
        Ok(_) | Err(_) => Ok(*id),
    }
}

fn is_final(error: &CallError) -> bool {
    let is_elsewhere = error.kind() == ApiErrorKind::Refused && error.status() == Some(200);
    error.code() == Some(NO_SUCH_TENANT) || is_elsewhere
}

/// Looks a tenant up by its id or by one of its domains.
async fn discover(client: &Client, name: &str) -> Result<TenantId, CallError> {
    let path = format!("/{}/v2.0/.well-known/openid-configuration", encode(name));
    let request = Request {
        signed_in: false,
        ..Request::get(Call::FindTenant, path)
    };
    let answer = client.read(&request).await.map_err(|error| match error {
        CallError::Api(error) if error.code.as_deref() == Some(NO_SUCH_TENANT) => ApiError {
            kind: ApiErrorKind::NotFound,
            ..error
        }
        .into(),
        CallError::Api(_) | CallError::SignIn { .. } | CallError::NoTurn { .. } => error,
    })?;
    let document: OpenIdConfiguration<'_> = answer.json()?;
    if let Some(graph) = document.msgraph_host.get()
        && !graph.eq_ignore_ascii_case(Host::Graph.name())
    {
        let message = format!(
            "the tenant {name} is in another cloud ({graph}), where there is no Azure DevOps"
        );
        return Err(answer.error(ApiErrorKind::Refused, None, message));
    }
    tenant_of(document.token_endpoint.as_str())
        .ok_or_else(|| answer.unexpected("the answer names no tenant id".to_owned()))
}

/// The tenant in `https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token`: what stands before
/// `oauth2`, whatever stands before that.
fn tenant_of(token_endpoint: &str) -> Option<TenantId> {
    let url = Url::parse(token_endpoint).ok()?;
    let mut before = "";
    for segment in url.path_segments()? {
        if segment.eq_ignore_ascii_case("oauth2") {
            return before.parse().ok().filter(|id: &TenantId| !id.is_nil());
        }
        before = segment;
    }
    None
}

/// Describes the tenant that the token is of, which must be the wanted one.
pub(crate) async fn describe(client: &Client, wanted: TenantId) -> Result<Tenant, CallError> {
    let path = "/v1.0/organization?$select=id,displayName,verifiedDomains,tenantType";
    let request = Request::get(Call::Tenant, path.to_owned());
    let answer = client.read(&request).await?;
    let page: Page<'_, Organization<'_>> = answer.json()?;
    let found = page.value.first();
    let found = found.ok_or_else(|| answer.unexpected("the answer names no tenant".to_owned()))?;
    if found.id.as_str().parse() != Ok(wanted) {
        let message = format!(
            "the signed-in identity is of tenant {:?}, not of {wanted}",
            found.id.as_str()
        );
        return Err(answer.error(ApiErrorKind::Refused, None, message));
    }
    let domains = found.verified_domains.iter();
    Ok(Tenant {
        display_name: found.display_name.as_str().to_owned(),
        verified_domains: domains
            .filter_map(|domain| domain.name.get().map(str::to_lowercase))
            .collect(),
        kind: kind(found.tenant_type.as_str()),
    })
}

fn kind(words: &str) -> Option<TenantKind> {
    let known = [
        ("AAD", TenantKind::Workforce),
        ("AAD B2C", TenantKind::B2c),
        ("CIAM", TenantKind::External),
    ];
    let found = |(known, _): &(&str, TenantKind)| words.eq_ignore_ascii_case(known);
    known.into_iter().find(found).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenant_stands_before_oauth2() {
        let id = "1f7c5b8e-5d0a-4f0e-9a43-0a6e2b7d9c11";
        let found = |url: &str| tenant_of(url).map(|id| id.to_string());
        for host in [
            "https://login.microsoftonline.com",
            "http://127.0.0.1:1/login.microsoftonline.com",
        ] {
            let url = format!("{host}/{id}/oauth2/v2.0/token");
            assert_eq!(found(&url).as_deref(), Some(id));
        }
        for url in [
            "",
            "https://login.microsoftonline.com/common/oauth2/v2.0/token",
            "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/oauth2/x",
            "https://login.microsoftonline.com/1f7c5b8e-5d0a-4f0e-9a43-0a6e2b7d9c11",
        ] {
            assert_eq!(found(url), None, "{url}");
        }
    }
}
