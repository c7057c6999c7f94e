//! Policies, the pages of the portal, people and organizations, and the audit log.

use serde_json::{Value, json};

use super::support::{Playground, TENANT, ZERO, contoso, edited, key, object, without_rights};

const CORE: &str = "dev.azure.com/contoso/_apis";
const POLICIES: &str = "dev.azure.com/contoso/_apis/OrganizationPolicy/Policies";

async fn turn_on_audit(play: &Playground) {
    let patch = json!([{ "from": "", "op": 2, "path": "/Value", "value": "true" }]);
    let url = format!("{POLICIES}/Policy.LogAuditEvents");
    assert_eq!(play.devops_patch(&url, &patch).await.status, 204);
}

async fn audit(play: &Playground, query: &str) -> Value {
    let url = format!("auditservice.dev.azure.com/contoso/_apis/audit/auditlog?{query}");
    play.devops_get(&url).await.ok()
}

#[tokio::test]
async fn a_policy_is_read_and_written_by_its_name() {
    let play = Playground::of(&contoso()).await;
    let url = format!("{POLICIES}/Policy.DisallowAadGuestUserAccess");
    let policy = play.devops_get(&url).await.ok();
    assert_eq!(policy["name"], "Policy.DisallowAadGuestUserAccess");
    assert_eq!(policy["effectiveValue"], true);
    assert_eq!(policy["isValueUndefined"], true);
    let patch = json!([{ "from": "", "op": 2, "path": "/Value", "value": "false" }]);
    let done = play.devops_patch(&url, &patch).await;
    assert_eq!((done.status.as_u16(), done.bytes.len()), (204, 0));
    let policy = play.devops_get(&url).await.ok();
    assert_eq!(policy["value"], false);
    assert_eq!(policy["isValueUndefined"], false);
    let patch = json!([{ "op": "replace", "path": "/Name", "value": true }]);
    play.devops_patch(&url, &patch).await.refused(400, "/Value");
    let unknown = format!("{POLICIES}/Policy.Unknown");
    assert_eq!(play.devops_get(&unknown).await.status, 404);
}

#[tokio::test]
async fn a_list_of_policies_has_one_of_two_shapes() {
    for nested in [false, true] {
        let options = edited(&contoso(), |file| {
            file["settings"]["devops"]["nested_policies"] = json!(nested);
        });
        let play = Playground::start(options).await;
        let list = play.devops_get(POLICIES).await.ok();
        let first = &list["value"][0];
        let policy = if nested { &first["policy"] } else { first };
        assert!(policy["name"].as_str().unwrap().starts_with("Policy."));
        assert_eq!(first.get("policy").is_some(), nested);
    }
}

#[tokio::test]
async fn without_rights_the_list_of_policies_is_empty() {
    let play = Playground::start(without_rights(&contoso(), |_| {})).await;
    let list = play.devops_get(POLICIES).await.ok();
    assert_eq!(list, json!({ "count": 0, "value": [] }));
    let url = format!("{POLICIES}/Policy.LogAuditEvents");
    assert_eq!(play.devops_get(&url).await.status, 403);
}

#[tokio::test]
async fn the_tenants_policies_are_for_its_azure_devops_administrators() {
    let url = "vssps.dev.azure.com/contoso/_apis/TenantPolicy/Policies/\
               TenantPolicy.OrganizationCreationRestriction";
    for (lacks_role, status) in [(false, 200), (true, 403)] {
        let options = edited(&contoso(), |file| {
            let holdings = &mut file["organization"]["holdings"];
            holdings["no_tenant_role"] = json!(lacks_role);
            holdings["tenant_policies"] = json!({ "OrganizationCreationRestriction":
                { "on": true, "allowed": [object(1)], "message": "Ask IT." } });
        });
        let play = Playground::start(options).await;
        assert_eq!(play.devops_get(url).await.status, 403, "not connected yet");
        play.connect().await;
        let got = play.devops_get(url).await;
        assert_eq!(got.status, status);
        if status == 200 {
            assert_eq!(got.json()["value"], true);
            assert_eq!(got.json()["properties"]["ErrorMessage"], "Ask IT.");
        }
    }
}

#[tokio::test]
async fn a_tenant_that_restricts_organizations_takes_none_from_others() {
    for (allowed, status) in [(json!([]), 403), (json!([object(1)]), 200)] {
        let options = edited(&contoso(), |file| {
            file["organization"]["holdings"]["tenant_policies"] = json!({
                "OrganizationCreationRestriction":
                    { "on": true, "allowed": allowed, "message": "Ask IT." } });
        });
        let play = Playground::start(options).await;
        let url = "vssps.dev.azure.com/contoso/_apis/Organization/Organizations/Me";
        let patch = json!([{ "op": 2, "path": "/TenantId", "value": TENANT }]);
        let got = play.devops_patch(url, &patch).await;
        assert_eq!(got.status, status);
        assert_eq!(got.text.contains("Ask IT."), status == 403);
    }
}

async fn provided(play: &Playground, id: &str) -> Value {
    let body = json!({ "contributionIds": [id], "dataProviderContext": { "properties": {} } });
    let url = format!("{CORE}/Contribution/HierarchyQuery?api-version=5.0-preview.1");
    let got = play.devops_json("POST", &url, &body).await.ok();
    got["dataProviders"][id].clone()
}

const OWNER: &str = "ms.vss-admin-web.organization-admin-overview-delay-load-data-provider";
const AAD: &str = "ms.vss-admin-web.organization-admin-aad-data-provider";

#[tokio::test]
async fn the_portal_knows_the_owner() {
    let play = Playground::of(&contoso()).await;
    let owner = provided(&play, OWNER).await;
    assert_eq!(owner["currentOwner"]["email"], "ana@contoso.com");
    assert_eq!(owner["currentUserId"], key(1).to_string());
    assert_eq!(owner["hasModifyPermissions"], true);
}

#[tokio::test]
async fn the_portal_knows_the_tenant_under_a_misspelled_name() {
    let play = Playground::of(&contoso()).await;
    let page = "dev.azure.com/contoso/_settings/organizationAad?__rt=fps&__ver=2";
    let tenant = provided(&play, AAD).await["orgnizationTenantData"].clone();
    assert_eq!(
        (&tenant["id"], &tenant["domain"]),
        (&json!(ZERO), &json!(""))
    );
    play.connect().await;
    let tenant = provided(&play, AAD).await["orgnizationTenantData"].clone();
    assert_eq!(tenant["id"], TENANT);
    assert_eq!(tenant["displayName"], "Contoso");
    let fps = play.devops_get(page).await.ok();
    let data = &fps["fps"]["dataProviders"]["data"][AAD];
    assert_eq!(data["orgnizationTenantData"], tenant);
}

#[tokio::test]
async fn the_portal_knows_the_tenants_that_could_be_connected_to_and_the_policies() {
    let play = Playground::of(&contoso()).await;
    let id = "ms.vss-admin-web.organization-admin-aad-user-tenants-data-provider";
    let tenants = provided(&play, id).await["userTenantData"]["userTenants"].clone();
    assert_eq!(tenants, json!([{ "id": TENANT, "displayName": "Contoso" }]));
    let id = "ms.vss-org-web.collection-admin-policy-data-provider";
    let policies = provided(&play, id).await["policies"].clone();
    let name = &policies["user"][0]["policy"]["name"];
    assert_eq!(name, "Policy.DisallowAadGuestUserAccess");
}

#[tokio::test]
async fn a_provider_that_fails_says_so_inside_a_success() {
    let options = edited(&contoso(), |file| {
        file["settings"]["devops"]["providers_fail"] = json!(true);
    });
    let play = Playground::start(options).await;
    let owner = provided(&play, OWNER).await;
    assert_eq!(owner, json!({ "exceptionType": "AadGraphException" }));
}

#[tokio::test]
async fn the_profile_leads_to_the_organizations() {
    let play = Playground::of(&contoso()).await;
    let host = "app.vssps.visualstudio.com/_apis";
    let url = format!("{host}/profile/profiles/me?api-version=7.1");
    let me = play.devops_get(&url).await.ok();
    assert_eq!(me["emailAddress"], "ana@contoso.com");
    let alias = me["publicAlias"].as_str().unwrap();
    for query in ["memberId", "ownerId"] {
        let url = format!("{host}/accounts?{query}={alias}");
        let accounts = play.devops_get(&url).await.ok();
        assert_eq!(accounts["count"], 1);
        assert_eq!(accounts["value"][0]["accountName"], "Contoso");
    }
    let other = format!("{host}/accounts?memberId={ZERO}");
    assert_eq!(play.devops_get(&other).await.ok()["count"], 0);
    let none = format!("{host}/accounts");
    play.devops_get(&none).await.refused(400, "memberId");
}

#[tokio::test]
async fn the_organizations_of_a_tenant_are_csv_with_a_mark_and_spaces() {
    let options = edited(&contoso(), |file| {
        file["organization"]["holdings"]["other_organizations"] =
            json!([{ "id": ZERO, "name": "fabrikam", "owner": "a, b@contoso.com" }]);
    });
    let play = Playground::start(options).await;
    play.connect().await;
    for host in ["vsaex.dev.azure.com", "aexprodweu1.vsaex.visualstudio.com"] {
        let url = format!("{host}/_apis/EnterpriseCatalog/Organizations?tenantId={TENANT}");
        let got = play.devops_get(&url).await;
        assert_eq!(got.status, 200);
        assert!(got.header("content-type").starts_with("text/csv"));
        assert!(
            got.bytes
                .starts_with(b"\xEF\xBB\xBFOrganization Id, Organization Name, Url,")
        );
        assert!(
            got.text
                .contains(", Contoso, https://dev.azure.com/Contoso/, ana@contoso.com")
        );
        assert!(got.text.contains("\"a, b@contoso.com\""), "{}", got.text);
        let by_token = play
            .request("GET", &url)
            .basic_auth("", Some("sandbox-pat"));
        let got = play.send(by_token).await;
        assert_eq!(got.status, 203);
    }
}

#[tokio::test]
async fn an_organization_that_cannot_be_read_says_why_in_its_line() {
    let options = edited(&contoso(), |file| {
        file["organization"]["holdings"]["other_organizations"] = json!([{ "id": ZERO,
            "name": "tailspin", "trouble": { "exception": "HostShutdownException",
            "message": "TF24668: stopped, for \"now\"" } }]);
    });
    let play = Playground::start(options).await;
    let url = "vsaex.dev.azure.com/_apis/EnterpriseCatalog/Organizations";
    let got = play.devops_get(&format!("{url}?tenantId={TENANT}")).await;
    let line = format!(
        "{ZERO}, tailspin, https://dev.azure.com/tailspin/, , HostShutdownException, \
         \"TF24668: stopped, for \"\"now\"\"\"\r\n"
    );
    assert!(got.text.ends_with(&line), "{}", got.text);
    assert_eq!(got.text.lines().count(), 2, "not connected: {}", got.text);
}

#[tokio::test]
async fn the_audit_log_is_there_for_connected_organizations_that_turned_it_on() {
    let url = "auditservice.dev.azure.com/contoso/_apis/audit/auditlog";
    let play = Playground::of(&contoso()).await;
    turn_on_audit(&play).await;
    assert_eq!(play.devops_get(url).await.status, 403);
    play.connect().await;
    play.devops_get(url).await.ok();
    let play = Playground::of(&contoso()).await;
    play.connect().await;
    assert_eq!(play.devops_get(url).await.status, 403);
}

#[tokio::test]
async fn every_write_leaves_an_entry_and_a_refused_one_leaves_none() {
    let play = Playground::of(&contoso()).await;
    turn_on_audit(&play).await;
    play.connect().await;
    let lee = play.graph_user("lee@outlook.com").await;
    let user = format!(
        "vssps.dev.azure.com/contoso/_apis/graph/users/{}",
        lee["descriptor"].as_str().unwrap()
    );
    let body = json!({ "originId": object(1) });
    assert_eq!(play.devops_json("PATCH", &user, &body).await.status, 400);
    let body = json!({ "originId": object(2) });
    play.devops_json("PATCH", &user, &body).await.ok();
    let url = format!(
        "vsaex.dev.azure.com/contoso/_apis/userentitlements/{}",
        key(2)
    );
    assert_eq!(play.send(play.devops("DELETE", &url)).await.status, 204);
    let log = audit(&play, "").await;
    let entries = log["decoratedAuditLogEntries"].as_array().unwrap();
    let actions: Vec<&str> = entries
        .iter()
        .map(|e| e["actionId"].as_str().unwrap())
        .collect();
    let expected = [
        "Licensing.Removed",
        "Sandbox.UserMapped",
        "Organization.LinkToAAD",
        "OrganizationPolicy.PolicyValueUpdated",
    ];
    assert_eq!(actions, expected);
    assert_eq!(entries[0]["actorUPN"], "ana@contoso.com");
    assert_eq!(entries[2]["data"]["AADTenant"], TENANT);
    assert_eq!(log["hasMore"], false);
}

#[tokio::test]
async fn the_audit_log_comes_in_batches() {
    let play = Playground::of(&contoso()).await;
    turn_on_audit(&play).await;
    turn_on_audit(&play).await;
    play.connect().await;
    let first = audit(&play, "batchSize=2").await;
    assert_eq!(first["hasMore"], true);
    let token = first["continuationToken"].as_str().unwrap();
    let last = audit(&play, &format!("batchSize=2&continuationToken={token}")).await;
    assert_eq!(
        last["decoratedAuditLogEntries"].as_array().unwrap().len(),
        1
    );
    assert_eq!(last["continuationToken"], Value::Null);
    let none = audit(&play, "startTime=2030-01-01T00:00:00Z").await;
    assert_eq!(none["decoratedAuditLogEntries"], json!([]));
}
