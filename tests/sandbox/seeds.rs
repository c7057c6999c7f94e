//! A snapshot brings more than users: what rules look at is in the world that it fills, so that a
//! rehearsal meets what the services would say.

use std::collections::{BTreeMap, BTreeSet};

use orgctl::model::access::EffectiveLevel;
use orgctl::model::application::Application;
use orgctl::model::ids::{ApplicationId, OrganizationName};
use orgctl::model::live::{CallerKind, Connection, DeletedUser, DirectoryUser, Live, UserType};
use orgctl::model::person::Email;
use orgctl::model::preflight::{
    Administrators, CreationPolicy, GuestDomains, InvitationPolicy, InvitesFrom, Licences,
    Readable, TenantKind,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::support::{
    Playground, TENANT, contoso, directory_user, edited, email, key, object, tenant,
};

const GRAPH: &str = "vssps.dev.azure.com/contoso/_apis/graph";
const SUMMARY: &str = "vsaex.dev.azure.com/contoso/_apis/userentitlementsummary?select=Licenses";
const LISTS: &str = "graph.microsoft.com/beta/policies/b2bManagementPolicies";

/// Contoso with a tenant, in which Ana is its Ana already.
fn connected() -> Live {
    let mut live = contoso();
    live.organization.connection = Connection::Tenant(tenant());
    live
}

async fn groups(play: &Playground) -> Vec<Value> {
    let list = play.devops_get(&format!("{GRAPH}/groups")).await.ok();
    list["value"].as_array().unwrap().clone()
}

fn named<'a>(groups: &'a [Value], name: &str) -> &'a Value {
    let found = groups.iter().find(|group| group["displayName"] == name);
    found.unwrap_or_else(|| panic!("no {name}: {groups:#?}"))
}

async fn members_of(play: &Playground, group: &Value) -> BTreeSet<String> {
    let name = group["descriptor"].as_str().unwrap();
    let url = format!("{GRAPH}/Memberships/{name}?direction=down");
    let list = play.devops_get(&url).await.ok();
    let edges = list["value"].as_array().unwrap();
    let member = |edge: &Value| edge["memberDescriptor"].as_str().unwrap().to_owned();
    edges.iter().map(member).collect()
}

async fn licence(play: &Playground, account: &str) -> Value {
    let summary = play.devops_get(SUMMARY).await.ok();
    let licences = summary["licenses"].as_array().unwrap();
    let found = licences
        .iter()
        .find(|one| one["accountLicenseType"] == account);
    found.unwrap().clone()
}

async fn lists_of_domains(play: &Playground) -> Value {
    let request = play.request("GET", LISTS).bearer_auth("sandbox-graph");
    play.send(request).await.ok()
}

#[tokio::test]
async fn owner_administrators_and_the_directorys_groups_are_those_of_the_snapshot() {
    let mut live = connected();
    let platform = BTreeMap::from([(object(77), "Platform".to_owned())]);
    live.preflight.owner = Readable::Known(key(2));
    live.preflight.directory_groups = Readable::Known(platform.clone());
    live.preflight.group_rules =
        Readable::Known(BTreeMap::from([(object(77), EffectiveLevel::Basic)]));
    live.preflight.administrators = Readable::Known(Administrators {
        users: BTreeSet::from([key(1), key(999)]),
        directory_groups: platform,
    });
    let play = Playground::of(&live).await;
    let groups = groups(&play).await;
    let platform = named(&groups, "Platform");
    assert_eq!(platform["origin"], "aad");
    assert_eq!(platform["originId"], object(77).to_string());
    assert_eq!(platform["principalName"], "[TEAM FOUNDATION]\\Platform");
    // Ana and the group; the owner is no member, and who is not in the snapshot is nobody.
    let administrators = named(&groups, "Project Collection Administrators");
    let ana = play.graph_user("ana@contoso.com").await;
    let expected = [&ana, platform].map(|one| one["descriptor"].as_str().unwrap().to_owned());
    assert_eq!(members_of(&play, administrators).await, expected.into());
    let rules = "vsaex.dev.azure.com/contoso/_apis/groupentitlements";
    let rules = play.devops_get(rules).await.ok();
    assert_eq!(
        rules["value"][0]["group"]["descriptor"],
        platform["descriptor"]
    );
    assert_eq!(
        rules["value"][0]["licenseRule"]["accountLicenseType"],
        "express"
    );
    let id = "ms.vss-admin-web.organization-admin-overview-delay-load-data-provider";
    let query = json!({ "contributionIds": [id], "dataProviderContext": { "properties": {} } });
    let url = "dev.azure.com/contoso/_apis/Contribution/HierarchyQuery";
    let provided = play.devops_json("POST", url, &query).await.ok();
    let owner = &provided["dataProviders"][id]["currentOwner"];
    assert_eq!(owner["id"], key(2).to_string());
}

#[tokio::test]
async fn licences_are_counted_level_by_level_and_without_a_limit_there_are_many() {
    let mut live = connected();
    let play = Playground::of(&live).await;
    let many = licence(&play, "express").await;
    assert!(many["available"].as_u64().unwrap() > 100_000, "{many}");
    let licences = |total| Licences {
        total,
        available: 0,
    };
    live.preflight.licences = Readable::Known(BTreeMap::from([
        (EffectiveLevel::Basic, licences(3)),
        (EffectiveLevel::BasicTestPlans, licences(0)),
    ]));
    let play = Playground::of(&live).await;
    let basic = licence(&play, "express").await;
    assert_eq!(
        (&basic["total"], &basic["available"]),
        (&json!(3), &json!(1))
    );
    let plans = licence(&play, "advanced").await;
    assert_eq!(
        (&plans["total"], &plans["available"]),
        (&json!(0), &json!(0))
    );
    let body = json!([{ "op": "replace", "path": "/accessLevel",
        "value": { "licensingSource": "account", "accountLicenseType": "advanced" } }]);
    let url = format!(
        "vsaex.dev.azure.com/contoso/_apis/userentitlements/{}",
        key(1)
    );
    let done = play.devops_patch(&url, &body).await.ok();
    assert_eq!(done["operationResults"][0]["errors"][0]["key"], 5005);
}

#[tokio::test]
async fn the_tenants_policies_and_its_deleted_users_are_those_of_the_snapshot() {
    let mut live = contoso();
    live.preflight.tenant_kind = Some(TenantKind::B2c);
    live.preflight.invitations = Readable::Known(InvitationPolicy {
        from: InvitesFrom::Nobody,
        caller_may: Readable::NotAsked,
    });
    let user = DirectoryUser {
        user_principal_name: email("noor_fabrikam.com#ext#@contoso.onmicrosoft.com"),
        user_type: UserType::Guest,
        ..directory_user("noor@fabrikam.com")
    };
    let deleted = "2026-11-01T00:00:00Z".to_owned();
    live.directory.deleted =
        Readable::Known(BTreeMap::from([(object(9), DeletedUser { deleted, user })]));
    let play = Playground::of(&live).await;
    let tenants = play.graph_get("organization").await.ok();
    assert_eq!(tenants["value"][0]["tenantType"], "AAD B2C");
    let policy = play.graph_get("policies/authorizationPolicy").await.ok();
    assert_eq!(policy["allowInvitesFrom"], "none");
    let deleted = play
        .graph_get("directory/deletedItems/microsoft.graph.user?$select=mail,userPrincipalName")
        .await
        .ok();
    assert_eq!(deleted["value"][0]["mail"], "noor@fabrikam.com");
    let name = deleted["value"][0]["userPrincipalName"].as_str().unwrap();
    assert!(name.contains("#EXT#"), "{name}");
}

#[tokio::test]
async fn the_lists_of_domains_are_in_the_beta_as_json_in_a_text() {
    let mut live = contoso();
    let play = Playground::of(&live).await;
    assert_eq!(lists_of_domains(&play).await["value"], json!([]));
    live.preflight.guest_domains = Readable::Known(GuestDomains {
        allowed: BTreeSet::new(),
        blocked: BTreeSet::from(["fabrikam.com".to_owned()]),
    });
    let play = Playground::of(&live).await;
    let found = lists_of_domains(&play).await;
    let context = found["@odata.context"].as_str().unwrap();
    assert!(
        context.contains("graph.microsoft.com/beta/$metadata"),
        "{context}"
    );
    let text = found["value"][0]["definition"][0].as_str().unwrap();
    let definition: Value = serde_json::from_str(text).unwrap();
    let lists = &definition["B2BManagementPolicy"]["InvitationsAllowedAndBlockedDomainsPolicy"];
    assert_eq!(*lists, json!({ "BlockedDomains": ["fabrikam.com"] }));
    let body = json!({ "invitedUserEmailAddress": "noor@fabrikam.com",
        "inviteRedirectUrl": "https://dev.azure.com/contoso" });
    let invited = play.graph_json("POST", "invitations", &body).await;
    assert!(invited.status.is_client_error(), "{}", invited.text);
    // It has not come out of the beta, and little else is in it here.
    let released = play.graph_get("policies/b2bManagementPolicies").await;
    assert_eq!(released.status, 404);
    let users = play.request("GET", "graph.microsoft.com/beta/users");
    let users = play.send(users.bearer_auth("sandbox-graph")).await;
    assert_eq!(users.status, 404);
}

#[tokio::test]
async fn another_organization_shows_what_the_tenant_prescribes_and_nothing_else() {
    let mut live = contoso();
    live.preflight.creation = Readable::Known(CreationPolicy {
        through: OrganizationName::new("fabrikam-inc"),
        restricted: true,
        allowed: BTreeSet::from([object(1)]),
    });
    let url = "vssps.dev.azure.com/Fabrikam-Inc/_apis/TenantPolicy/Policies/\
               TenantPolicy.OrganizationCreationRestriction";
    let play = Playground::of(&live).await;
    let policy = play.devops_get(url).await.ok();
    assert_eq!(policy["value"], true);
    let allowed = &policy["properties"]["AllowedUsersAndGroupObjectIds"];
    assert_eq!(*allowed, json!([object(1)]));
    let catalog =
        format!("vsaex.dev.azure.com/_apis/EnterpriseCatalog/Organizations?tenantId={TENANT}");
    let catalog = play.devops_get(&catalog).await;
    assert!(
        catalog.text.contains(", fabrikam-inc, "),
        "{}",
        catalog.text
    );
    for elsewhere in [
        "dev.azure.com/fabrikam-inc/_apis/connectionData",
        "vssps.dev.azure.com/fabrikam-inc/_apis/graph/users",
    ] {
        assert_eq!(play.devops_get(elsewhere).await.status, 404, "{elsewhere}");
    }
    let anybody = play.send(play.request("GET", url)).await;
    assert!(!anybody.text.contains("TenantPolicy"), "{}", anybody.text);
    let options = edited(&live, |file| {
        file["organization"]["holdings"]["no_tenant_role"] = json!(true);
    });
    let play = Playground::start(options).await;
    assert_eq!(play.devops_get(url).await.status, 403);
}

#[tokio::test]
async fn an_application_that_asked_for_the_snapshot_asks_again() {
    let mut live = connected();
    live.caller.storage_key = key(900);
    live.caller.principal_name = email("44444444-3333-4333-8333-000000000001");
    live.caller.kind = CallerKind::Application;
    live.preflight.administrators = Readable::Known(Administrators {
        users: BTreeSet::from([key(900)]),
        directory_groups: BTreeMap::new(),
    });
    let play = Playground::of(&live).await;
    let data = play
        .devops_get("dev.azure.com/contoso/_apis/connectionData")
        .await
        .ok();
    let user = &data["authenticatedUser"];
    assert_eq!(user["id"], key(900).to_string());
    let name = user["subjectDescriptor"].as_str().unwrap();
    assert!(name.starts_with("aadsp."), "{name}");
    // It administers the organization.
    let url = "dev.azure.com/contoso/_apis/OrganizationSettings/DisconnectedUser";
    assert_eq!(play.devops_get(url).await.status, 200);
}

fn robot(number: u128) -> Application {
    Application {
        display_name: format!("robot {number}"),
        application_id: Some(ApplicationId::new(Uuid::from_u128(7_000 + number))),
        managed_identity: false,
        tenant: Some(tenant()),
        descriptor: None,
        storage_key: None,
        access: None,
    }
}

#[tokio::test]
async fn applications_of_the_snapshot_are_users_again() {
    let mut live = connected();
    let identity = Application {
        managed_identity: true,
        storage_key: Some(key(70)),
        access: Some(EffectiveLevel::Basic),
        ..robot(70)
    };
    let without_an_id = Application {
        application_id: None,
        ..robot(71)
    };
    live.applications = Readable::Known(BTreeMap::from([
        (object(70), identity),
        (object(71), without_an_id),
    ]));
    let play = Playground::of(&live).await;
    let list = play
        .devops_get(&format!("{GRAPH}/serviceprincipals"))
        .await
        .ok();
    let find = |id| {
        let mut rows = list["value"].as_array().unwrap().iter();
        let id = object(id).to_string();
        rows.find(|row| row["originId"] == *id).unwrap()
    };
    let (identity, other) = (find(70), find(71));
    for row in [identity, other] {
        assert_eq!(row["subjectKind"], "servicePrincipal");
        assert_eq!(row["domain"], TENANT);
        assert_eq!(row["directoryAlias"], row["originId"]);
        assert!(row["descriptor"].as_str().unwrap().starts_with("aadsp."));
    }
    assert_eq!(identity["metaType"], "managedIdentity");
    assert_eq!(identity["applicationId"], identity["principalName"]);
    assert_eq!(other["metaType"], "application");
    assert_eq!(other["principalName"], other["originId"]);
    assert!(other.get("applicationId").is_none(), "{other}");
    // One has a level, so it takes a licence and stands among people.
    let levels = play
        .devops_get("vsaex.dev.azure.com/contoso/_apis/userentitlements")
        .await
        .ok();
    let levels = levels["items"].as_array().unwrap();
    assert_eq!(levels.len(), live.members.len() + 1);
    let row = levels.iter().find(|row| row["id"] == key(70).to_string());
    let row = row.unwrap();
    assert_eq!(row["user"]["descriptor"], identity["descriptor"]);
    assert_eq!(row["accessLevel"]["accountLicenseType"], "express");
}

#[tokio::test]
async fn an_application_that_asked_is_the_one_in_the_list() {
    let mut live = connected();
    live.applications = Readable::Known(BTreeMap::from([(object(70), robot(70))]));
    live.caller.storage_key = key(900);
    live.caller.principal_name = Email::from_service(&Uuid::from_u128(7_070).to_string());
    live.caller.kind = CallerKind::Application;
    let play = Playground::of(&live).await;
    let list = play
        .devops_get(&format!("{GRAPH}/serviceprincipals"))
        .await
        .ok();
    assert_eq!(list["count"], 1, "{list}");
    let url = format!("{GRAPH}/descriptors/{}", key(900));
    let own = play.devops_get(&url).await.ok();
    assert_eq!(own["value"], list["value"][0]["descriptor"]);
}
