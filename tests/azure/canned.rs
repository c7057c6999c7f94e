//! A small organization and its tenant, as canned answers, and a client that reaches them.

use std::collections::BTreeSet;
use std::time::Duration;

use orgctl::azure::services::Services;
use orgctl::azure::settings::Settings;
use orgctl::model::desired::{DesiredConnection, Scope, TenantRef};
use orgctl::model::ids::OrganizationName;
use orgctl::model::person::Email;
use secrecy::SecretString;

use super::server::{Reply, Seen, Server};

pub(crate) const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
pub(crate) const ANA_KEY: &str = "22222222-1111-6111-8111-000000000001";
pub(crate) const LEE_KEY: &str = "22222222-1111-6111-8111-000000000002";
pub(crate) const ANA_OBJECT: &str = "66666666-5555-4555-8555-000000000005";
pub(crate) const NOOR_OBJECT: &str = "66666666-5555-4555-8555-000000000006";

pub(crate) const PROBE: &str = "dev.azure.com/contoso";
pub(crate) const CONNECTION_DATA: &str = "dev.azure.com/contoso/_apis/connectionData";
pub(crate) const DISCONNECTED: &str =
    "dev.azure.com/contoso/_apis/OrganizationSettings/DisconnectedUser";
pub(crate) const GRAPH_USERS: &str = "vssps.dev.azure.com/contoso/_apis/graph/users";
pub(crate) const ENTITLEMENTS: &str = "vsaex.dev.azure.com/contoso/_apis/userentitlements";
pub(crate) const TENANT_INFO: &str = "graph.microsoft.com/v1.0/organization";
pub(crate) const COUNT: &str = "graph.microsoft.com/v1.0/users/$count";
pub(crate) const USERS: &str = "graph.microsoft.com/v1.0/users";
pub(crate) const BATCH: &str = "graph.microsoft.com/v1.0/$batch";
pub(crate) const PROJECTS: &str = "dev.azure.com/contoso/_apis/projects";
pub(crate) const DELETED: &str =
    "graph.microsoft.com/v1.0/directory/deletedItems/microsoft.graph.user";
pub(crate) const ME: &str = "graph.microsoft.com/v1.0/me";
pub(crate) const INVITATIONS: &str = "graph.microsoft.com/v1.0/invitations";

/// Ana is of the tenant, Lee signs in with a personal account.
pub(crate) fn entitlement(key: &str, name: &str, origin: &str) -> String {
    let (domain, id) = match origin {
        "aad" => (TENANT, ANA_OBJECT),
        _ => ("Windows Live ID", "0001ABCD123456A1"),
    };
    format!(
        r#"{{"id":"{key}","user":{{"subjectKind":"user","domain":"{domain}",
        "principalName":"{name}","mailAddress":"{name}","origin":"{origin}",
        "originId":"{id}","displayName":"{name}",
        "descriptor":"{origin}.{key}"}},"accessLevel":{{"licensingSource":"account",
        "accountLicenseType":"express","status":"active"}},
        "lastAccessedDate":"0001-01-01T00:00:00"}}"#
    )
}

pub(crate) fn entitlements(items: &[String], token: &str, total: usize) -> Reply {
    let items = items.join(",");
    Reply::json(format!(
        r#"{{"members":[],"items":[{items}],"continuationToken":"{token}","totalCount":{total}}}"#
    ))
}

/// What everything answers that a test says nothing about.
pub(crate) fn answer(seen: &Seen) -> Reply {
    let people = [
        entitlement(ANA_KEY, "Ana@Contoso.com", "aad"),
        entitlement(LEE_KEY, "lee@outlook.com", "msa"),
    ];
    match seen.path() {
        PROBE => Reply::new(302).with("X-VSS-ResourceTenant", TENANT),
        CONNECTION_DATA => Reply::json(format!(
            r#"{{"authenticatedUser":{{"id":"{ANA_KEY}","providerDisplayName":"Ana","properties":
            {{"Account":{{"$type":"System.String","$value":"ana@contoso.com"}}}}}},
            "instanceId":"33333333-2222-4222-8222-000000000002"}}"#
        )),
        GRAPH_USERS => Reply::json(format!(
            r#"{{"count":2,"value":[{{"subjectKind":"user","principalName":"ana@contoso.com",
            "origin":"aad","descriptor":"aad.{ANA_KEY}"}},{{"subjectKind":"user","displayName":"Bo",
            "principalName":"bo@contoso.com","origin":"aad","descriptor":"aad.bo"}}]}}"#
        )),
        ENTITLEMENTS => entitlements(&people, "", 2),
        DISCONNECTED => Reply::json(format!(
            r#"{{"users":[{{"descriptor":"msa.{LEE_KEY}","displayName":"Lee"}}]}}"#
        )),
        TENANT_INFO => Reply::json(format!(
            r#"{{"value":[{{"id":"{TENANT}","displayName":"Contoso","verifiedDomains":
            [{{"name":"Contoso.com","isDefault":true}},
            {{"name":"Contoso.onmicrosoft.com","isInitial":true}}]}}]}}"#
        )),
        COUNT => Reply::new(200).content("text/plain", "\u{feff}3"),
        USERS => Reply::json(format!(
            r#"{{"value":[{},{{"id":"66666666-5555-4555-8555-000000000099",
            "userPrincipalName":"zoe@contoso.com","displayName":"Zoe"}}]}}"#,
            user(ANA_OBJECT, "ana@contoso.com", "")
        )),
        _ => Reply::new(404).content("text/plain", "The controller was not found"),
    }
}

pub(crate) fn user(id: &str, name: &str, mail: &str) -> String {
    format!(
        r#"{{"id":"{id}","userPrincipalName":"{name}","displayName":"x","mail":"{mail}",
        "otherMails":[],"userType":"Member","accountEnabled":true,"externalUserState":null}}"#
    )
}

/// Tokens that are good at the server only, and waits that a test can bear.
pub(crate) fn settings(server: &Server) -> Settings {
    Settings {
        endpoint: Some(server.url.clone()),
        devops_token: Some(SecretString::from("devops-bearer")),
        graph_token: Some(SecretString::from("graph-bearer")),
        backoff_first: Duration::from_millis(10),
        on_password: Some(std::sync::Arc::new(|_, _| Ok(()))),
        ..Settings::default()
    }
}

pub(crate) fn services_with(settings: Settings) -> Services {
    Services::new(settings, organization(), tenant()).unwrap()
}

pub(crate) fn services(server: &Server) -> Services {
    services_with(settings(server))
}

pub(crate) fn organization() -> OrganizationName {
    OrganizationName::new("contoso")
}

pub(crate) fn tenant() -> TenantRef {
    TenantRef::Id(TENANT.parse().unwrap())
}

pub(crate) fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

/// Runs something with the scope of these addresses.
pub(crate) async fn read(
    services: &Services,
    addresses: &[Email],
) -> Result<orgctl::model::live::Live, orgctl::apply::port::CallError> {
    read_with(services, addresses, |_| {}).await
}

/// The same with more in the scope.
pub(crate) async fn read_with(
    services: &Services,
    addresses: &[Email],
    more: impl FnOnce(&mut Scope<'_>),
) -> Result<orgctl::model::live::Live, orgctl::apply::port::CallError> {
    let (organization, tenant) = (organization(), tenant());
    let identities = BTreeSet::new();
    let mut scope = Scope {
        organization: &organization,
        tenant: &tenant,
        connection: DesiredConnection::Connected,
        addresses: addresses.iter().collect(),
        identities,
        newcomers: BTreeSet::new(),
        projects: false,
        who_invites: false,
        policies: false,
        credentials: false,
        revocations: false,
    };
    more(&mut scope);
    orgctl::apply::port::Reader::read(services, &scope).await
}
