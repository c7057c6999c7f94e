//! What is read only when a tenant is to be left: its groups, their rules, and the owner.

use orgctl::model::access::EffectiveLevel;
use orgctl::model::desired::{DesiredConnection, Scope};
use orgctl::model::live::{Live, Organization};
use serde_json::json;

use super::canned::{self, ANA_KEY, LEE_KEY};
use super::server::{Reply, Seen, Server};

const GROUPS: &str = "vssps.dev.azure.com/contoso/_apis/graph/groups";
const RULES: &str = "vsaex.dev.azure.com/contoso/_apis/groupentitlements";
const PROVIDERS: &str = "dev.azure.com/contoso/_apis/Contribution/HierarchyQuery";
const OVERVIEW: &str = "ms.vss-admin-web.organization-admin-overview-delay-load-data-provider";

fn group(name: &str, descriptor: &str) -> serde_json::Value {
    json!({
        "subjectKind": "group", "displayName": name, "origin": "aad",
        "descriptor": descriptor, "mailAddress": null,
    })
}

fn told(seen: &Seen) -> Reply {
    let owner = json!({ "name": "Ana", "id": "not a key", "email": "Ana@contoso.com" });
    match seen.path() {
        GROUPS if seen.nth == 0 => {
            let page = json!({ "count": 1, "value": [group("Developers", "aadgp.d")] });
            Reply::json(page.to_string()).with("X-MS-ContinuationToken", "a+b")
        }
        GROUPS => {
            let own = json!({ "displayName": "Own", "origin": "vsts", "descriptor": "vssgp.o" });
            let page = json!({ "count": 2, "value": [group("Operators", "aadgp.o"), own] });
            Reply::json(page.to_string())
        }
        RULES => {
            let level = json!({ "licensingSource": "account", "accountLicenseType": "express" });
            let rule = json!({ "group": group("Developers", "aadgp.d"), "licenseRule": level });
            Reply::json(json!({ "count": 1, "value": [rule] }).to_string())
        }
        PROVIDERS => {
            let providers = json!({ OVERVIEW: { "currentOwner": owner } });
            Reply::json(json!({ "dataProviders": providers }).to_string())
        }
        _ => canned::answer(seen),
    }
}

/// Reads for an org.toml that leaves the tenant.
async fn read_to_leave(server: &Server) -> Live {
    let (organization, tenant) = (canned::organization(), canned::tenant());
    let identities = std::collections::BTreeSet::new();
    let scope = Scope {
        organization: &organization,
        tenant: &tenant,
        connection: DesiredConnection::Disconnected,
        addresses: std::collections::BTreeSet::new(),
        identities: &identities,
        policies: false,
        credentials: false,
    };
    let services = canned::services(server);
    orgctl::azure::port::Reader::read(&services, &scope)
        .await
        .unwrap()
}

#[tokio::test]
async fn groups_rules_and_the_owner_are_read_and_joined() {
    let server = Server::start(told).await;
    let live = read_to_leave(&server).await;
    let Organization {
        owner,
        directory_groups,
        ..
    } = live.organization;
    assert_eq!(owner, Some(ANA_KEY.parse().unwrap()), "by address");
    let groups = directory_groups.unwrap();
    let groups: Vec<_> = groups
        .values()
        .map(|group| (group.display_name.as_str(), group.rule))
        .collect();
    let expected = [
        ("Developers", Some(EffectiveLevel::Basic)),
        ("Operators", None),
    ];
    assert_eq!(groups, expected);
    let asked = server.seen();
    let second = asked.iter().filter(|seen| seen.path() == GROUPS).nth(1);
    assert!(
        second.unwrap().target.contains("continuationToken=a%2Bb"),
        "{asked:?}"
    );
}

#[tokio::test]
async fn nothing_of_it_is_asked_for_while_the_tenant_stays() {
    let server = Server::start(told).await;
    let live = canned::read(&canned::services(&server), &[]).await.unwrap();
    assert_eq!(live.organization.owner, None);
    assert_eq!(live.organization.directory_groups, None);
    for (method, path) in [("GET", GROUPS), ("GET", RULES), ("POST", PROVIDERS)] {
        assert_eq!(server.count(method, path), 0, "{path}");
    }
}

#[tokio::test]
async fn what_the_service_does_not_tell_is_not_known() {
    let server = Server::start(|seen| match seen.path() {
        // A provider that fails says so inside a success.
        PROVIDERS => Reply::json(
            json!({ "dataProviders": { OVERVIEW: { "exceptionType": "AadGraphException" } } })
                .to_string(),
        ),
        GROUPS => Reply::new(403),
        RULES => Reply::new(404),
        _ => canned::answer(seen),
    })
    .await;
    let live = read_to_leave(&server).await;
    assert_eq!(live.organization.owner, None);
    assert_eq!(live.organization.directory_groups, None);
}

#[tokio::test]
async fn an_owner_is_a_member_by_key_or_nobody() {
    for (id, email, expected) in [
        (LEE_KEY, "somebody@else.example", Some(LEE_KEY)),
        (
            "22222222-1111-6111-8111-000000000099",
            "somebody@else.example",
            None,
        ),
    ] {
        let server = Server::start(move |seen| match seen.path() {
            PROVIDERS => {
                let owner = json!({ "id": id, "email": email });
                let providers = json!({ OVERVIEW: { "currentOwner": owner } });
                Reply::json(json!({ "dataProviders": providers }).to_string())
            }
            _ => told(seen),
        })
        .await;
        let live = read_to_leave(&server).await;
        let expected = expected.map(|key| key.parse().unwrap());
        assert_eq!(live.organization.owner, expected, "{id}");
    }
}
