//! Tokens and SSH keys of others, and the caller's own tokens.

use serde_json::{Value, json};

use super::support::{Got, Playground, contoso, edited, key, without_rights};
use orgctl::sandbox::Options;

const HOST: &str = "vssps.dev.azure.com/contoso/_apis";

fn id(number: u32) -> String {
    format!("99999999-0000-4000-8000-0000000000{number:02}")
}

/// Lee has five personal access tokens and two SSH keys.
fn add_tokens(file: &mut Value) {
    let mut tokens = serde_json::Map::new();
    for number in 1..=7 {
        let public_key = (number > 5).then_some("ssh-rsa AAAA");
        let token = json!({
            "user": key(2),
            "display_name": format!("token {number}"),
            "scope": "vso.code",
            "valid_from": 1_767_225_600,
            "valid_to": 1_798_761_600,
            "public_key": public_key,
        });
        tokens.insert(id(number), token);
    }
    file["organization"]["holdings"]["tokens"] = Value::Object(tokens);
}

fn world() -> Options {
    edited(&contoso(), add_tokens)
}

async fn tokens(play: &Playground, query: &str) -> Value {
    let lee = play.graph_user("lee@outlook.com").await;
    let name = lee["descriptor"].as_str().unwrap();
    let url = format!("{HOST}/tokenadmin/personalaccesstokens/{name}?{query}");
    play.devops_get(&url).await.ok()
}

async fn revoke(play: &Playground, query: &str, ids: &[String]) -> Got {
    let ids = ids.iter().map(|id| json!({ "authorizationId": id }));
    let body = Value::Array(ids.collect());
    let url = format!("{HOST}/TokenAdmin/Revocations?{query}");
    play.devops_json("POST", &url, &body).await
}

#[tokio::test]
async fn tokens_of_a_user_come_in_pages_with_a_guid_for_the_next() {
    let play = Playground::start(world()).await;
    let first = tokens(&play, "pageSize=3").await;
    assert_eq!(first["value"].as_array().unwrap().len(), 3);
    let next = first["continuationToken"].as_str().unwrap();
    assert_eq!(next, id(3));
    let last = tokens(&play, &format!("pageSize=3&continuationToken={next}")).await;
    assert_eq!(last["value"].as_array().unwrap().len(), 2);
    assert_eq!(last["continuationToken"], Value::Null);
    let token = &last["value"][0];
    assert_eq!(token["authorizationId"], id(4));
    assert_eq!(token["userId"], key(2).to_string());
    assert_eq!(token["token"], Value::Null);
    assert_eq!(token["validFrom"], "2026-01-01T00:00:00");
}

#[tokio::test]
async fn public_tokens_are_the_ssh_keys() {
    let play = Playground::start(world()).await;
    let keys = tokens(&play, "isPublic=true").await;
    assert_eq!(keys["value"].as_array().unwrap().len(), 2);
    assert_eq!(keys["value"][0]["isPublic"], true);
    assert_eq!(keys["value"][0]["publicData"], "ssh-rsa AAAA");
}

#[tokio::test]
async fn revoking_names_the_right_kind() {
    let play = Playground::start(world()).await;
    revoke(&play, "", &[id(6)]).await.refused(404, "not found");
    let done = revoke(&play, "isPublic=true", &[id(6), id(7)]).await;
    assert_eq!((done.status.as_u16(), done.bytes.len()), (204, 0));
    let keys = tokens(&play, "isPublic=true").await;
    for key in keys["value"].as_array().unwrap() {
        assert_eq!(key["isValid"], false);
    }
    assert_eq!(tokens(&play, "").await["value"][0]["isValid"], true);
}

#[tokio::test]
async fn a_revocation_rule_needs_scopes() {
    let play = Playground::start(world()).await;
    let url = format!("{HOST}/tokenadmin/revocationrules");
    let rule = json!({ "scopes": "vso.code vso.packaging" });
    assert_eq!(play.devops_json("POST", &url, &rule).await.status, 201);
    let got = play.devops_json("POST", &url, &json!({})).await;
    got.refused(400, "scopes");
}

#[tokio::test]
async fn token_administration_without_rights_is_401_or_404_and_never_403() {
    for (denial, status) in [
        ("forbidden", 401),
        ("unauthorized", 401),
        ("not_found", 404),
    ] {
        let options = without_rights(&contoso(), |file| {
            add_tokens(file);
            file["settings"]["devops"]["denial"] = json!(denial);
        });
        let play = Playground::start(options).await;
        let lee = play.graph_user("lee@outlook.com").await;
        let name = lee["descriptor"].as_str().unwrap();
        let url = format!("{HOST}/tokenadmin/personalaccesstokens/{name}");
        assert_eq!(play.devops_get(&url).await.status, status);
        assert_eq!(revoke(&play, "", &[id(1)]).await.status, status);
    }
}

#[tokio::test]
async fn own_tokens_are_for_people_signed_in_with_the_directory() {
    let play = Playground::of(&contoso()).await;
    let url = format!("{HOST}/tokens/pats?api-version=7.1-preview.1");
    play.devops_get(&url).await.ok();
    let by_token = play
        .request("GET", &url)
        .basic_auth("", Some("sandbox-pat"));
    assert_eq!(play.send(by_token).await.status, 203);
    let application = edited(&contoso(), |file| {
        let caller = &mut file["organization"]["members"][key(1).to_string()];
        caller["kind"] = json!("managed_identity");
    });
    let play = Playground::start(application).await;
    assert_eq!(play.devops_get(&url).await.status, 401);
}

#[tokio::test]
async fn an_own_token_is_made_changed_read_and_revoked() {
    let play = Playground::of(&contoso()).await;
    let url = format!("{HOST}/tokens/pats");
    let body = json!({ "displayName": "one", "scope": "vso.graph",
        "validTo": "2026-02-01T00:00:00Z", "allOrgs": false });
    let made = play.devops_json("POST", &url, &body).await.ok();
    assert_eq!(made["patTokenError"], "none");
    assert!(made["patToken"]["token"].is_string(), "{made}");
    let id = made["patToken"]["authorizationId"].as_str().unwrap();
    let one = format!("{url}?authorizationId={id}");
    let body = json!({ "authorizationId": id, "displayName": "two" });
    let changed = play.devops_json("PUT", &url, &body).await.ok();
    assert_eq!(changed["patToken"]["displayName"], "two");
    let read = play.devops_get(&one).await.ok();
    assert_eq!(read["patToken"]["scope"], "vso.graph");
    assert_eq!(read["patToken"]["token"], Value::Null);
    assert_eq!(play.send(play.devops("DELETE", &one)).await.status, 204);
    let left = play.devops_get(&url).await.ok();
    assert_eq!(left, json!({ "continuationToken": "", "patTokens": [] }));
    let url = format!("{url}?displayFilterOption=revoked");
    let revoked = play.devops_get(&url).await.ok();
    assert_eq!(revoked["patTokens"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_own_token_that_a_policy_forbids_is_an_error_inside_a_success() {
    let options = edited(&contoso(), |file| {
        file["organization"]["holdings"]["tenant_policies"] = json!({
            "RestrictGlobalPersonalAccessToken": { "on": true },
            "RestrictFullScopePersonalAccessToken": { "on": true },
            "RestrictPersonalAccessTokenLifespan": { "on": true, "max_lifespan_days": 7 },
        });
    });
    let play = Playground::start(options).await;
    let url = format!("{HOST}/tokens/pats");
    let soon = "2026-01-05T00:00:00Z";
    for (scope, everywhere, until, error) in [
        ("", false, soon, "invalidScope"),
        ("vso.code", true, soon, "globalPatPolicyViolation"),
        ("app_token", false, soon, "fullScopePatPolicyViolation"),
        (
            "vso.code",
            false,
            "2027-01-01T00:00:00Z",
            "patLifespanPolicyViolation",
        ),
        ("vso.code", false, soon, "none"),
    ] {
        let body = json!({ "displayName": "t", "scope": scope, "allOrgs": everywhere,
            "validTo": until });
        let got = play.devops_json("POST", &url, &body).await;
        assert_eq!(got.status, 200);
        assert_eq!(got.json()["patTokenError"], error);
    }
}

#[tokio::test]
async fn a_change_of_tenant_ends_tokens_where_the_world_says_so() {
    for survives in [true, false] {
        let options = edited(&contoso(), |file| {
            file["settings"]["devops"]["tokens_survive_connecting"] = json!(survives);
        });
        let play = Playground::start(options).await;
        let url = "dev.azure.com/contoso/_apis/connectionData?api-version=7.1-preview.1";
        let by_token = || play.request("GET", url).basic_auth("", Some("sandbox-pat"));
        assert_eq!(play.send(by_token()).await.status, 200);
        play.connect().await;
        let status = if survives { 200 } else { 203 };
        assert_eq!(play.send(by_token()).await.status, status);
    }
}
