//! What rules look at besides users: what the lists become, and that a refusal is unknown and not
//! absent.

use std::collections::{BTreeMap, BTreeSet};

use orgctl::apply::port::ApiErrorKind;
use orgctl::model::access::EffectiveLevel;
use orgctl::model::ids::{ObjectId, StorageKey};
use orgctl::model::live::{CallerKind, Live};
use orgctl::model::preflight::{InvitesFrom, Preflight, Readable, TenantKind};
use serde_json::json;

use super::canned::{self, email};
use super::server::{Reply, Seen, Server};

const GROUPS: &str = "vssps.dev.azure.com/contoso/_apis/graph/groups";
const MEMBERSHIPS: &str = "vssps.dev.azure.com/contoso/_apis/graph/Memberships/";
const OWNER: &str = "dev.azure.com/contoso/_apis/Contribution/HierarchyQuery";
const SUMMARY: &str = "vsaex.dev.azure.com/contoso/_apis/userentitlementsummary";
const RULES: &str = "vsaex.dev.azure.com/contoso/_apis/groupentitlements";
const CATALOG: &str = "vsaex.dev.azure.com/_apis/EnterpriseCatalog/Organizations";
const CREATION: &str = "vssps.dev.azure.com/fabrikam-inc/_apis/TenantPolicy/Policies/\
                        TenantPolicy.OrganizationCreationRestriction";
const INVITATIONS: &str = "graph.microsoft.com/v1.0/policies/authorizationPolicy";
const ROLES: &str = "graph.microsoft.com/v1.0/me/memberOf/microsoft.graph.directoryRole";
const DOMAINS: &str = "graph.microsoft.com/beta/policies/b2bManagementPolicies";
const DELETED: &str = "graph.microsoft.com/v1.0/directory/deletedItems/microsoft.graph.user";
const DISCOVERY: &str = "login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0/\
                         .well-known/openid-configuration";

const PLATFORM: &str = "66666666-5555-4555-8555-00000000aaaa";
const INVITER: &str = "95e79109-95c0-4d8e-aee3-d01accf2d47b";

fn group(descriptor: &str, name: &str, origin: &str, id: &str) -> serde_json::Value {
    let short = name.rsplit_once('\\').map_or(name, |(_, short)| short);
    json!({ "subjectKind": "group", "descriptor": descriptor, "principalName": name,
        "displayName": short, "origin": origin, "originId": id, "mailAddress": null })
}

fn edges(group: &str, members: &[&str]) -> Reply {
    let edge = |member: &&str| json!({ "memberDescriptor": member, "containerDescriptor": group });
    let value: Vec<_> = members.iter().map(edge).collect();
    Reply::json(json!({ "count": value.len(), "value": value }).to_string())
}

/// Lee administers through a group in a group, which is in itself; a group of the directory does
/// too, and Ana owns the organization.
fn answer(seen: &Seen) -> Reply {
    let path = seen.path();
    if let Some(subject) = path.strip_prefix(MEMBERSHIPS) {
        let lee = format!("msa.{}", canned::LEE_KEY);
        return match subject {
            "vssgp.pca" => edges("vssgp.pca", &["vssgp.ops", "aadgp.platform", "aadsp.robot"]),
            "vssgp.ops" => edges("vssgp.ops", &["vssgp.pca", &lee]),
            _ => Reply::new(404),
        };
    }
    let text = |value: serde_json::Value| Reply::json(value.to_string());
    match path {
        GROUPS => text(json!({ "value": [
            group("vssgp.pca", "[Contoso]\\Project Collection Administrators", "vsts", "x"),
            group("vssgp.ops", "[contoso]\\Ops", "vsts", "y"),
            group("aadgp.platform", "[TEAM FOUNDATION]\\Platform", "aad", PLATFORM),
        ] })),
        OWNER => text(json!({ "dataProviders": {
            "ms.vss-admin-web.organization-admin-overview-delay-load-data-provider": {
                "currentOwner": { "id": canned::ANA_KEY, "name": "Ana", "email": "ana@contoso.com" }
            },
        } })),
        SUMMARY => text(json!({ "licenses": [{ "source": "account",
            "accountLicenseType": "express", "total": 10, "assigned": 7, "available": 3 }] })),
        RULES => text(json!({ "count": 1, "value": [{
            "group": group("aadgp.platform", "[TEAM FOUNDATION]\\Platform", "aad", PLATFORM),
            "id": "x", "licenseRule": { "licensingSource": "account",
            "accountLicenseType": "advanced" }, "projectEntitlements": [] }] })),
        INVITATIONS => text(json!({ "allowInvitesFrom": "adminsAndGuestInviters" })),
        ROLES => text(json!({ "value": [{ "roleTemplateId": INVITER }] })),
        DOMAINS => text(
            json!({ "value": [{ "definition": [json!({ "B2BManagementPolicy": {
            "InvitationsAllowedAndBlockedDomainsPolicy": { "AllowedDomains": ["Fabrikam.com"] },
        } }).to_string()] }] }),
        ),
        DELETED => text(json!({ "value": [
            { "id": canned::NOOR_OBJECT, "displayName": "Lee",
              "userPrincipalName": format!(
                  "{}lee@outlook.com", canned::NOOR_OBJECT.replace('-', "")) },
            { "id": PLATFORM, "displayName": "Zoe", "userPrincipalName": "zoe@contoso.com" },
        ] })),
        canned::TENANT_INFO => text(json!({ "value": [{ "id": canned::TENANT,
            "displayName": "Contoso", "verifiedDomains": [], "tenantType": "AAD B2C" }] })),
        _ => canned::answer(seen),
    }
}

async fn read(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (Server, Live) {
    let server = Server::start(script).await;
    let services = canned::services(&server);
    let newcomers = [email("lee@outlook.com")];
    let live = canned::read_with(&services, &newcomers, |scope| {
        scope.newcomers.clone_from(&scope.addresses);
    });
    let live = live.await.unwrap();
    (server, live)
}

#[tokio::test]
async fn everything_that_rules_look_at_is_read() {
    let (server, live) = read(answer).await;
    let Preflight {
        owner,
        administrators,
        licences,
        directory_groups,
        group_rules,
        creation,
        tenant_kind,
        invitations,
        guest_domains,
    } = live.preflight;
    let platform: ObjectId = PLATFORM.parse().unwrap();
    let lee: StorageKey = canned::LEE_KEY.parse().unwrap();
    assert_eq!(owner, Readable::Known(canned::ANA_KEY.parse().unwrap()));
    let administrators = administrators.known().unwrap();
    assert_eq!(administrators.users, BTreeSet::from([lee]));
    let named = BTreeMap::from([(platform, "Platform".to_owned())]);
    assert_eq!(administrators.directory_groups, named);
    assert_eq!(directory_groups, Readable::Known(named));
    let basic = licences.known().unwrap()[&EffectiveLevel::Basic];
    assert_eq!((basic.total, basic.available), (10, 3));
    let rules = BTreeMap::from([(platform, EffectiveLevel::BasicTestPlans)]);
    assert_eq!(group_rules, Readable::Known(rules));
    assert_eq!(
        creation,
        Readable::NotAsked,
        "the organization is in the tenant"
    );
    assert_eq!(tenant_kind, Some(TenantKind::B2c));
    let invitations = invitations.known().unwrap().clone();
    assert_eq!(invitations.from, InvitesFrom::AdminsAndGuestInviters);
    assert_eq!(invitations.caller_may, Readable::Known(true));
    let allowed = &guest_domains.known().unwrap().allowed;
    assert!(allowed.contains("fabrikam.com") && allowed.len() == 1);
    let deleted = live.directory.deleted.known().unwrap();
    let who: Vec<_> = deleted
        .values()
        .map(|deleted| &deleted.user.user_principal_name)
        .collect();
    assert_eq!(who, [&email("lee@outlook.com")], "Zoe concerns nobody");
    let memberships = |seen: &&Seen| seen.path().starts_with(MEMBERSHIPS);
    let asked = server.seen();
    assert_eq!(asked.iter().filter(memberships).count(), 2, "a circle ends");
}

#[tokio::test]
async fn what_is_refused_is_unknown_and_the_rest_is_read() {
    for reply in [
        Reply::new(403).content("application/json", r#"{"error":{"code":"Nope"}}"#),
        Reply::new(401),
        Reply::new(203).content("text/html", "<title>Sign In</title>"),
        Reply::new(404).content("text/plain", "no"),
        Reply::json("[]"),
        Reply::json(r#"{"value":null}"#),
    ] {
        let (_, live) = read(move |seen| match seen.path() {
            GROUPS | OWNER | SUMMARY | RULES | INVITATIONS | DOMAINS | DELETED => reply.clone(),
            _ => answer(seen),
        })
        .await;
        let found = &live.preflight;
        for why in [
            found.owner.why_unknown(),
            found.administrators.why_unknown(),
            found.directory_groups.why_unknown(),
            found.licences.why_unknown(),
            found.group_rules.why_unknown(),
            found.invitations.why_unknown(),
            found.guest_domains.why_unknown(),
            live.directory.deleted.why_unknown(),
        ] {
            assert!(
                why.is_some_and(|why| why.starts_with("answered")),
                "{why:?}"
            );
        }
        assert_eq!(live.members.len(), 2);
    }
}

#[tokio::test]
async fn an_administrators_list_that_is_refused_leaves_the_groups_known() {
    let (_, live) = read(|seen| {
        if seen.path().starts_with(MEMBERSHIPS) {
            let text = "TF400049: The request was aborted because it contained too many requested \
                        items 612, maximum allowed is 500.";
            let body = json!({ "message": text, "typeKey": "VssServiceException" });
            return Reply::json(body.to_string()).status(400);
        }
        answer(seen)
    })
    .await;
    let why = live.preflight.administrators.why_unknown();
    assert_eq!(why, Some("answered 400 VssServiceException"));
    assert!(live.preflight.directory_groups.known().is_some());
}

#[tokio::test]
async fn a_provider_that_fails_inside_a_success_tells_no_owner() {
    let (_, live) = read(|seen| match seen.path() {
        OWNER => Reply::json(
            r#"{"dataProviders":{"ms.vss-admin-web.organization-admin-overview-delay-load-data-provider":
            {"exceptionType":"AadGraphException"}}}"#,
        ),
        _ => answer(seen),
    })
    .await;
    assert!(live.preflight.owner.why_unknown().is_some());
}

#[tokio::test]
async fn a_service_that_is_busy_is_waited_for_and_not_unknown() {
    let (server, live) = read(|seen| match (seen.path(), seen.nth) {
        (SUMMARY, 0) => Reply::new(429).with("Retry-After", "0"),
        _ => answer(seen),
    })
    .await;
    assert!(live.preflight.licences.known().is_some());
    assert_eq!(server.count("GET", SUMMARY), 2);
}

#[tokio::test]
async fn an_application_is_told_from_a_person() {
    let (_, live) = read(|seen| match seen.path() {
        canned::CONNECTION_DATA => Reply::json(
            r#"{"authenticatedUser":{"id":"22222222-1111-6111-8111-0000000000aa",
            "subjectDescriptor":"aadsp.robot","properties":{"Account":{"$value":"a-guid"}}},
            "instanceId":"33333333-2222-4222-8222-000000000002"}"#,
        ),
        _ => answer(seen),
    })
    .await;
    assert_eq!(live.caller.kind, CallerKind::Application);
    // It is none of the people, and administers the organization all the same.
    let administrators = live.preflight.administrators.known().unwrap();
    assert!(administrators.users.contains(&live.caller.storage_key));
}

/// Reads with a tenant that does not back the organization.
async fn read_unconnected(catalog: Reply, policy: &'static str) -> Preflight {
    let (server, live) = read(move |seen| match seen.path() {
        canned::PROBE => Reply::new(401).with(
            "X-VSS-ResourceTenant",
            "00000000-0000-0000-0000-000000000000",
        ),
        CATALOG => catalog.clone(),
        CREATION => Reply::json(policy),
        _ => answer(seen),
    })
    .await;
    assert_eq!(
        server.count("GET", RULES),
        0,
        "there is no group to have a rule"
    );
    live.preflight
}

fn csv(rows: &str) -> Reply {
    let head = "Organization Id, Organization Name, Url, Owner, Exception Type, Error Message";
    let text = format!("\u{feff}{head}\r\n{rows}");
    Reply::new(200).content("text/csv", text)
}

#[tokio::test]
async fn the_creation_policy_is_read_through_another_organization_of_the_tenant() {
    let one = csv("11111111-1111-4111-8111-111111111111, fabrikam-inc, https://x, ana, , \r\n");
    let policy = r#"{"name":"TenantPolicy.OrganizationCreationRestriction","value":true,
        "effectiveValue":true,"properties":{"AllowedUsersAndGroupObjectIds":
        ["66666666-5555-4555-8555-00000000aaaa"],"ErrorMessage":null}}"#;
    let found = read_unconnected(one.clone(), policy).await.creation;
    let found = found.known().unwrap();
    assert!(found.restricted);
    assert_eq!(found.through.as_str(), "fabrikam-inc");
    assert_eq!(found.allowed, BTreeSet::from([PLATFORM.parse().unwrap()]));
    let off = read_unconnected(one.clone(), r#"{"value":"false"}"#)
        .await
        .creation;
    assert!(!off.known().unwrap().restricted);
    let strange = read_unconnected(one, "{}").await.creation;
    assert!(strange.why_unknown().is_some());
    let nobody = read_unconnected(csv(""), "{}").await.creation;
    assert!(nobody.is_not_asked(), "no organization to ask through");
    let page = Reply::new(203).content("text/html", "<title>Sign In</title>");
    let refused = read_unconnected(page, "{}").await.creation;
    assert_eq!(
        refused.why_unknown(),
        Some("answered with a page to sign in")
    );
}

#[tokio::test]
async fn an_id_of_no_tenant_and_one_in_another_cloud_are_told_at_once() {
    let unknown = Reply::json(
        r#"{"error":"invalid_tenant","error_description":"AADSTS90002: Tenant not found.",
        "error_codes":[90002]}"#,
    )
    .status(400);
    let elsewhere = Reply::json(
        r#"{"token_endpoint":"https://login.microsoftonline.com/x/oauth2/v2.0/token",
        "msgraph_host":"graph.microsoft.us"}"#,
    );
    for (document, kind) in [
        (unknown, ApiErrorKind::NotFound),
        (elsewhere, ApiErrorKind::Refused),
    ] {
        let server = Server::start(move |seen| match seen.path() {
            DISCOVERY => document.clone(),
            _ => answer(seen),
        })
        .await;
        let services = canned::services(&server);
        let error = canned::read(&services, &[]).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(server.count("GET", canned::ENTITLEMENTS), 0);
    }
}

#[tokio::test]
async fn what_the_directory_s_groups_have_is_saved_whole_or_not_at_all() {
    let script = |seen: &Seen| match seen.path().strip_prefix(MEMBERSHIPS) {
        Some("aadgp.platform") => Reply::json(
            json!({ "value": [
                { "memberDescriptor": "aadgp.platform", "containerDescriptor": "vssgp.pca" },
                { "memberDescriptor": "aadgp.platform", "containerDescriptor": "vssgp.unlisted" },
            ] })
            .to_string(),
        ),
        Some(_) | None => answer(seen),
    };
    let server = Server::start(script).await;
    let saved = canned::services(&server).directory_groups().await.unwrap();
    let platform = &saved[&PLATFORM.parse().unwrap()];
    assert_eq!(platform.name, "Platform");
    let names = [
        "[Contoso]\\Project Collection Administrators",
        "vssgp.unlisted",
    ];
    assert_eq!(platform.member_of, names.map(str::to_owned).into());
    assert_eq!(platform.level, Some(EffectiveLevel::BasicTestPlans));
    let server = Server::start(move |seen| match seen.path() {
        RULES => Reply::new(403),
        _ => script(seen),
    })
    .await;
    let error = canned::services(&server).directory_groups().await;
    assert_eq!(error.unwrap_err().kind(), ApiErrorKind::Forbidden);
}
