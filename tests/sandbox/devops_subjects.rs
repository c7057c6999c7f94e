//! Look-ups and searches of Azure DevOps, and who is made known to it.

use serde_json::{Value, json};

use super::support::{Got, Playground, contoso, key, object, personal};
use orgctl::sandbox::{DevOps, Settings};

const GRAPH: &str = "vssps.dev.azure.com/contoso/_apis/graph";

async fn post(play: &Playground, path: &str, body: Value) -> Got {
    play.devops_json("POST", &format!("{GRAPH}/{path}"), &body)
        .await
}

#[tokio::test]
async fn a_search_finds_the_beginnings_of_names_only() {
    let mut live = contoso();
    live.members.get_mut(&key(2)).unwrap().display_name = "Lee Gu".to_owned();
    let play = Playground::of(&live).await;
    let found = async |text: &str, kinds: Value| {
        let body = json!({ "query": text, "subjectKind": kinds });
        let list = post(&play, "SubjectQuery", body).await.ok();
        let rows = list["value"].as_array().unwrap().clone();
        let named = |row: &Value| row["displayName"].as_str().unwrap().to_owned();
        rows.iter().map(named).collect::<Vec<_>>()
    };
    assert_eq!(found("LEE", json!(["User"])).await, ["Lee Gu"]);
    assert!(found("gu", json!(["User"])).await.is_empty());
    assert!(found("lee", json!(["Group"])).await.is_empty());
    let groups = found("project collection", json!(["Group"])).await;
    assert_eq!(groups.len(), 2, "{groups:?}");
    let body = json!({ "query": " ", "subjectKind": ["User"] });
    post(&play, "subjectquery", body)
        .await
        .refused(400, "empty");
}

#[tokio::test]
async fn a_search_finds_a_hundred_at_most() {
    let mut live = contoso();
    for number in 3..=150 {
        live.members
            .insert(key(number), personal(&format!("user{number}@outlook.com")));
    }
    let play = Playground::of(&live).await;
    let body = json!({ "query": "user", "subjectKind": ["User"] });
    assert_eq!(post(&play, "subjectquery", body).await.ok()["count"], 100);
}

#[tokio::test]
async fn a_lookup_finds_users_and_groups() {
    let play = Playground::of(&contoso()).await;
    let group = post(&play, "groups", json!({ "displayName": "Poets" }))
        .await
        .ok();
    let ana = play.graph_user("ana@contoso.com").await;
    let keys = [&ana, &group].map(|s| json!({ "descriptor": s["descriptor"] }));
    let found = post(&play, "SubjectLookup", json!({ "lookupKeys": keys }))
        .await
        .ok();
    assert_eq!(found["count"], 2);
    let name = group["descriptor"].as_str().unwrap();
    assert_eq!(found["value"][name]["subjectKind"], "group");
}

#[tokio::test]
async fn provider_information_is_four_fields() {
    let play = Playground::of(&contoso()).await;
    play.connect().await;
    let ana = play.graph_user("ana@contoso.com").await;
    let url = format!(
        "{GRAPH}/Users/{}/providerinfo",
        ana["descriptor"].as_str().unwrap()
    );
    let info = play.devops_get(&url).await.ok();
    assert_eq!(info.as_object().unwrap().len(), 4, "{info}");
    for field in ["descriptor", "domain", "origin", "originId"] {
        assert_eq!(info[field], ana[field], "{field}");
    }
}

#[tokio::test]
async fn who_is_made_known_is_not_active_until_in_a_group() {
    let play = Playground::of(&contoso()).await;
    play.connect().await;
    let state = async |user: &Value| {
        let name = user["descriptor"].as_str().unwrap();
        let url = format!("{GRAPH}/membershipstates/{name}");
        play.devops_get(&url).await.ok()["active"].clone()
    };
    let group = post(&play, "groups", json!({ "displayName": "Poets" }))
        .await
        .ok();
    let contexts = [
        json!({ "principalName": "lee@contoso.com" }),
        json!({ "mailAddress": "LEE@contoso.com" }),
        json!({ "originId": object(2), "origin": "aad" }),
    ];
    for context in contexts {
        let got = post(&play, "users", context).await;
        assert_eq!(got.status, 201, "{}", got.text);
        let user = got.json();
        assert_eq!(got.header("location"), user["url"].as_str().unwrap());
        assert_eq!(user["originId"], object(2).to_string());
    }
    let fresh = Playground::of(&contoso()).await;
    fresh.connect().await;
    let user = post(&fresh, "users", json!({ "originId": object(2) }))
        .await
        .ok();
    let name = user["descriptor"].as_str().unwrap();
    let url = format!("{GRAPH}/membershipstates/{name}");
    assert_eq!(fresh.devops_get(&url).await.ok()["active"], false);
    let path = format!(
        "users?groupDescriptors={}",
        group["descriptor"].as_str().unwrap()
    );
    let user = post(&play, &path, json!({ "originId": object(2) }))
        .await
        .ok();
    assert_eq!(state(&user).await, true);
}

#[tokio::test]
async fn making_a_deleted_user_known_restores_them() {
    let play = Playground::of(&contoso()).await;
    let lee = play.graph_user("lee@outlook.com").await;
    let name = lee["descriptor"].as_str().unwrap();
    let url = format!("{GRAPH}/users/{name}");
    assert_eq!(play.send(play.devops("DELETE", &url)).await.status, 204);
    let body = json!({ "principalName": "lee@outlook.com" });
    let again = post(&play, "users", body).await.ok();
    assert_eq!(again["descriptor"], lee["descriptor"]);
    let url = format!("{GRAPH}/membershipstates/{name}");
    assert_eq!(play.devops_get(&url).await.ok()["active"], true);
}

#[tokio::test]
async fn a_new_user_is_named_in_exactly_one_way() {
    let play = Playground::of(&contoso()).await;
    let both = json!({ "principalName": "a@b.c", "originId": object(2) });
    for body in [both, json!({}), json!({ "principalName": "" })] {
        post(&play, "users", body).await.refused(400, "Exactly one");
    }
}

#[tokio::test]
async fn applications_have_a_list_of_their_own() {
    let play = Playground::of(&contoso()).await;
    let body = json!({ "originId": object(70) });
    post(&play, "serviceprincipals", body.clone())
        .await
        .refused(400, "not connected");
    play.connect().await;
    let got = post(&play, "ServicePrincipals", body).await;
    assert_eq!(got.status, 201, "{}", got.text);
    let made = got.json();
    assert!(made["descriptor"].as_str().unwrap().starts_with("aadsp."));
    assert_eq!(made["metaType"], "managedIdentity");
    let list = play.devops_get(&format!("{GRAPH}/serviceprincipals")).await;
    assert_eq!(list.ok()["value"], json!([made]));
}

#[tokio::test]
async fn asking_for_access_is_taken() {
    let play = Playground::of(&contoso()).await;
    let body = json!({ "message": "please", "projectUri": "", "urlRequested": "" });
    assert_eq!(post(&play, "requestaccess", body).await.status, 200);
}

#[tokio::test]
async fn many_disconnected_users_are_resolved_where_the_world_has_the_route() {
    let mapping = json!({ "mappings": [
        { "source": { "principalName": "lee@outlook.com" },
          "target": { "principalName": "lee@contoso.com" } },
        { "source": { "principalName": "nobody@outlook.com" },
          "target": { "principalName": "lee@contoso.com" } },
    ] });
    let play = Playground::of(&contoso()).await;
    play.connect().await;
    let got = post(&play, "ResolveDisconnectedUsers", mapping.clone()).await;
    got.refused(404, "IController");
    let settings = Settings {
        devops: DevOps {
            resolve_disconnected_users: true,
            ..DevOps::default()
        },
        ..Settings::default()
    };
    let play = Playground::with(&contoso(), settings).await;
    play.connect().await;
    let done = post(&play, "ResolveDisconnectedUsers", mapping).await.ok();
    assert_eq!(done["mappingResults"][0]["errorMessage"], Value::Null);
    let second = done["mappingResults"][1]["errorMessage"].as_str().unwrap();
    assert!(second.contains("is not disconnected"), "{second}");
    play.graph_user("lee@contoso.com").await;
    let one = json!({ "source": { "principalName": "a" }, "target": { "principalName": "b" } });
    let many = json!({ "mappings": vec![one; 21] });
    post(&play, "ResolveDisconnectedUsers", many)
        .await
        .refused(400, "At most 20");
}
