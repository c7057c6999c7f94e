//! Groups of Azure DevOps and who is in them.

use serde_json::{Value, json};

use super::support::{Playground, contoso, edited, key, object, personal};
use orgctl::sandbox::{DevOps, Options, Settings};

const GRAPH: &str = "vssps.dev.azure.com/contoso/_apis/graph";

async fn create(play: &Playground, name: &str) -> Value {
    let body = json!({ "displayName": name, "description": "for tests" });
    let got = play
        .devops_json("POST", &format!("{GRAPH}/groups"), &body)
        .await;
    assert_eq!(got.status, 201, "{}", got.text);
    let group = got.json();
    assert_eq!(got.header("location"), group["url"].as_str().unwrap());
    group
}

fn name(subject: &Value) -> &str {
    subject["descriptor"].as_str().unwrap()
}

async fn groups(play: &Playground, query: &str) -> Vec<Value> {
    let got = play.devops_get(&format!("{GRAPH}/groups?{query}")).await;
    got.ok()["value"].as_array().unwrap().clone()
}

async fn built_in(play: &Playground, title: &str) -> Value {
    let all = groups(play, "").await;
    let full = format!("[Contoso]\\{title}");
    let found = all.into_iter().find(|g| g["principalName"] == full);
    found.unwrap_or_else(|| panic!("no {full}"))
}

async fn members(play: &Playground, of: &str, query: &str) -> Vec<String> {
    let url = format!("{GRAPH}/Memberships/{of}?direction=down{query}");
    let list = play.devops_get(&url).await.ok();
    let rows = list["value"].as_array().unwrap().clone();
    assert_eq!(list["count"], rows.len());
    let named = |row: &Value| row["memberDescriptor"].as_str().unwrap().to_owned();
    rows.iter().map(named).collect()
}

#[tokio::test]
async fn the_administrators_are_a_group_with_the_owner_in_it() {
    let play = Playground::of(&contoso()).await;
    let group = built_in(&play, "Project Collection Administrators").await;
    assert_eq!(group["subjectKind"], "group");
    assert_eq!(group["origin"], "vsts");
    assert_eq!(group["mailAddress"], Value::Null);
    let domain = "vstfs:///Framework/IdentityDomain/00000000-0000-0000-0000-000000000007";
    assert_eq!(group["domain"], domain);
    assert!(name(&group).starts_with("vssgp."), "{group}");
    let ana = play.graph_user("ana@contoso.com").await;
    assert_eq!(members(&play, name(&group), "").await, [name(&ana)]);
}

#[tokio::test]
async fn everybody_is_a_valid_user() {
    let play = Playground::of(&contoso()).await;
    let group = built_in(&play, "Project Collection Valid Users").await;
    let found = members(&play, name(&group), "").await;
    for who in ["ana@contoso.com", "lee@outlook.com"] {
        let user = play.graph_user(who).await;
        assert!(found.contains(&name(&user).to_owned()), "{who}: {found:?}");
    }
}

#[tokio::test]
async fn a_group_is_made_read_changed_and_deleted_and_can_still_be_read() {
    let play = Playground::of(&contoso()).await;
    let group = create(&play, "Painters").await;
    assert_eq!(group["principalName"], "[Contoso]\\Painters");
    let url = format!("{GRAPH}/groups/{}", name(&group));
    let patch = json!([{ "op": "replace", "path": "/displayName", "value": "Poets" }]);
    let changed = play.devops_patch(&url, &patch).await.ok();
    assert_eq!(changed["displayName"], "Poets");
    assert_eq!(changed["descriptor"], group["descriptor"]);
    let patch = json!([{ "op": "replace", "path": "/origin", "value": "aad" }]);
    play.devops_patch(&url, &patch)
        .await
        .refused(400, "/description");
    assert_eq!(play.send(play.devops("DELETE", &url)).await.status, 204);
    assert_eq!(play.devops_get(&url).await.ok()["displayName"], "Poets");
    let left = groups(&play, "").await;
    assert!(!left.iter().any(|g| g["displayName"] == "Poets"));
    assert_eq!(play.send(play.devops("DELETE", &url)).await.status, 404);
}

#[tokio::test]
async fn what_is_built_in_is_not_changed() {
    let play = Playground::of(&contoso()).await;
    let group = built_in(&play, "Project Collection Administrators").await;
    let url = format!("{GRAPH}/groups/{}", name(&group));
    let patch = json!([{ "op": "replace", "path": "/displayName", "value": "Us" }]);
    play.devops_patch(&url, &patch)
        .await
        .refused(400, "cannot be changed");
    assert_eq!(play.send(play.devops("DELETE", &url)).await.status, 400);
}

#[tokio::test]
async fn a_list_of_groups_goes_on_by_a_header() {
    let settings = Settings {
        graph_users_page: 2,
        ..Settings::default()
    };
    let play = Playground::with(&contoso(), settings).await;
    for number in 0..3 {
        create(&play, &format!("Group {number}")).await;
    }
    let mut seen = Vec::new();
    let mut token = String::new();
    loop {
        let request = play.devops("GET", &format!("{GRAPH}/groups"));
        let got = play
            .send(request.query(&[("continuationToken", &token)]))
            .await;
        let page = got.ok();
        assert!(page["count"].as_u64().unwrap() <= 2, "{page}");
        seen.extend(page["value"].as_array().unwrap().clone());
        token = got.header("x-ms-continuationtoken").to_owned();
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), 5);
}

#[tokio::test]
async fn a_group_of_the_directory_is_made_known_once() {
    let play = Playground::of(&contoso()).await;
    let url = format!("{GRAPH}/groups");
    let body = json!({ "originId": object(50) });
    play.devops_json("POST", &url, &body)
        .await
        .refused(400, "not connected");
    play.connect().await;
    let first = play.devops_json("POST", &url, &body).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let first = first.json();
    assert_eq!(first["origin"], "aad");
    assert_eq!(first["originId"], object(50).to_string());
    assert!(name(&first).starts_with("aadgp."), "{first}");
    let title = first["principalName"].as_str().unwrap();
    assert!(title.starts_with("[TEAM FOUNDATION]\\"), "{title}");
    let again = play.devops_json("POST", &url, &body).await;
    assert_eq!(again.json(), first);
    assert_eq!(groups(&play, "subjectTypes=aadgp").await, [first]);
    assert_eq!(groups(&play, "subjectTypes=vssgp").await.len(), 2);
}

#[tokio::test]
async fn who_may_not_read_the_directory_gets_503_for_its_groups() {
    let settings = Settings {
        devops: DevOps {
            directory_readable: false,
            ..DevOps::default()
        },
        ..Settings::default()
    };
    let play = Playground::with(&contoso(), settings).await;
    play.connect().await;
    let body = json!({ "originId": object(50) });
    let got = play
        .devops_json("POST", &format!("{GRAPH}/groups"), &body)
        .await;
    got.refused(503, "could not be read");
}

#[tokio::test]
async fn groups_of_the_directory_go_with_the_tenant() {
    let play = Playground::of(&contoso()).await;
    play.connect().await;
    let body = json!({ "originId": object(50) });
    let url = format!("{GRAPH}/groups");
    let group = play.devops_json("POST", &url, &body).await.ok();
    let admins = built_in(&play, "Project Collection Administrators").await;
    let tie = format!("{GRAPH}/memberships/{}/{}", name(&group), name(&admins));
    play.send(play.devops("PUT", &tie)).await.ok();
    let url = "vssps.dev.azure.com/contoso/_apis/Organization/Organizations/Me";
    let patch = json!([{ "op": 2, "path": "/TenantId", "value": super::support::ZERO }]);
    play.devops_patch(url, &patch).await.ok();
    assert!(groups(&play, "subjectTypes=aadgp").await.is_empty());
    assert_eq!(members(&play, name(&admins), "").await.len(), 1);
    let url = format!("{GRAPH}/groups/{}", name(&group));
    assert_eq!(play.devops_get(&url).await.status, 404);
}

#[tokio::test]
async fn a_membership_is_put_checked_read_and_taken() {
    let play = Playground::of(&contoso()).await;
    let group = create(&play, "Painters").await;
    let lee = play.graph_user("lee@outlook.com").await;
    let tie = format!("{GRAPH}/Memberships/{}/{}", name(&lee), name(&group));
    assert_eq!(play.send(play.devops("HEAD", &tie)).await.status, 404);
    let put = play.send(play.devops("PUT", &tie)).await;
    assert_eq!(put.status, 201);
    assert_eq!(put.json()["containerDescriptor"], group["descriptor"]);
    assert_eq!(play.send(play.devops("HEAD", &tie)).await.status, 200);
    let read = play.devops_get(&tie).await.ok();
    assert_eq!(read["memberDescriptor"], lee["descriptor"]);
    let taken = play.send(play.devops("DELETE", &tie)).await;
    assert_eq!((taken.status.as_u16(), taken.bytes.len()), (200, 0));
    assert_eq!(play.send(play.devops("HEAD", &tie)).await.status, 404);
    assert_eq!(play.send(play.devops("DELETE", &tie)).await.status, 404);
}

#[tokio::test]
async fn memberships_go_up_by_default_and_as_deep_as_asked() {
    let play = Playground::of(&contoso()).await;
    let inner = create(&play, "Inner").await;
    let outer = create(&play, "Outer").await;
    let lee = play.graph_user("lee@outlook.com").await;
    for (low, high) in [(&lee, &inner), (&inner, &outer)] {
        let tie = format!("{GRAPH}/memberships/{}/{}", name(low), name(high));
        play.send(play.devops("PUT", &tie)).await.ok();
    }
    let up = async |query: &str| {
        let url = format!("{GRAPH}/memberships/{}{query}", name(&lee));
        let list = play.devops_get(&url).await.ok();
        let rows = list["value"].as_array().unwrap().clone();
        let named = |row: &Value| row["containerDescriptor"].clone();
        rows.iter().map(named).collect::<Vec<_>>()
    };
    let one = up("").await;
    assert!(one.contains(&inner["descriptor"]) && !one.contains(&outer["descriptor"]));
    assert!(up("?depth=2").await.contains(&outer["descriptor"]));
    let down = members(&play, name(&outer), "&depth=2").await;
    assert!(down.contains(&name(&lee).to_owned()), "{down:?}");
    let circle = format!("{GRAPH}/memberships/{}/{}", name(&outer), name(&inner));
    let got = play.send(play.devops("PUT", &circle)).await;
    got.refused(400, "a member of itself");
}

#[tokio::test]
async fn more_than_five_hundred_memberships_are_refused() {
    for (people, status) in [(499, 200), (500, 400)] {
        let mut live = contoso();
        for number in 3..=people {
            live.members
                .insert(key(number), personal(&format!("user{number}@outlook.com")));
        }
        let play = Playground::of(&live).await;
        let group = built_in(&play, "Project Collection Valid Users").await;
        let url = format!("{GRAPH}/memberships/{}?direction=down", name(&group));
        let got = play.devops_get(&url).await;
        assert_eq!(got.status, status, "{people}");
        if status == 400 {
            got.refused(400, "TF400049");
        }
    }
}

#[tokio::test]
async fn a_disabled_user_is_in_no_group() {
    let play = Playground::of(&contoso()).await;
    let group = create(&play, "Painters").await;
    let lee = play.graph_user("lee@outlook.com").await;
    let tie = format!("{GRAPH}/memberships/{}/{}", name(&lee), name(&group));
    play.send(play.devops("PUT", &tie)).await.ok();
    let user = format!("{GRAPH}/users/{}", name(&lee));
    assert_eq!(play.send(play.devops("DELETE", &user)).await.status, 204);
    assert_eq!(play.send(play.devops("HEAD", &tie)).await.status, 404);
    assert!(members(&play, name(&group), "").await.is_empty());
}

#[tokio::test]
async fn a_group_of_a_project_is_found_by_its_scope() {
    let project = "88888888-7777-4777-8777-000000000007";
    let options: Options = edited(&contoso(), |file| {
        file["organization"]["holdings"]["projects"] = json!({ project: { "name": "Website" } });
    });
    let play = Playground::start(options).await;
    let scope = play
        .devops_get(&format!("{GRAPH}/descriptors/{project}"))
        .await
        .ok();
    let scope = scope["value"].as_str().unwrap();
    assert!(scope.starts_with("scp."), "{scope}");
    let url = format!("{GRAPH}/groups?scopeDescriptor={scope}");
    let body = json!({ "displayName": "Writers" });
    let group = play.devops_json("POST", &url, &body).await.ok();
    assert_eq!(group["principalName"], "[Website]\\Writers");
    let domain = format!("vstfs:///Classification/TeamProject/{project}");
    assert_eq!(group["domain"], domain);
    let found = groups(&play, &format!("scopeDescriptor={scope}")).await;
    assert_eq!(found, [group]);
}
