//! What groups and applications are given, and the other views of access levels.

use serde_json::{Value, json};

use super::support::{Got, Playground, contoso, edited, key, object, personal};
use orgctl::sandbox::{DevOps, Settings};

pub(crate) const HOST: &str = "vsaex.dev.azure.com/contoso/_apis";

pub(crate) async fn connected() -> Playground {
    let play = Playground::of(&contoso()).await;
    play.connect().await;
    play
}

async fn with(devops: DevOps) -> Playground {
    let settings = Settings {
        devops,
        ..Settings::default()
    };
    let play = Playground::with(&contoso(), settings).await;
    play.connect().await;
    play
}

pub(crate) async fn add_rule(play: &Playground, level: &str) -> Got {
    let body = json!({
        "group": { "origin": "aad", "originId": object(50), "subjectKind": "group" },
        "licenseRule": { "licensingSource": "account", "accountLicenseType": level },
        "projectEntitlements": [],
    });
    let url = format!("{HOST}/GroupEntitlements?ruleOption=applyGroupRule");
    play.devops_json("POST", &url, &body).await
}

pub(crate) fn rule_of(got: &Got) -> String {
    let body = got.json();
    assert_eq!(body["haveResultsSucceeded"], true, "{body}");
    body["results"][0]["groupId"].as_str().unwrap().to_owned()
}

pub(crate) async fn lee(play: &Playground) -> Value {
    let url = format!("{HOST}/userentitlements/{}", key(2));
    play.devops_get(&url).await.ok()
}

#[tokio::test]
async fn a_group_entitlement_that_is_not_there_is_null_in_a_success() {
    let play = connected().await;
    let url = format!("{HOST}/groupentitlements/{}", key(77));
    let got = play.devops_get(&url).await;
    assert_eq!((got.status.as_u16(), got.text.as_str()), (200, "null"));
}

#[tokio::test]
async fn a_rule_is_made_listed_changed_and_deleted() {
    let play = connected().await;
    let got = add_rule(&play, "express").await;
    assert_eq!(got.status, 201);
    let id = rule_of(&got);
    let url = format!("{HOST}/groupentitlements/{id}");
    let rule = play.devops_get(&url).await.ok();
    assert_eq!(rule["licenseRule"]["accountLicenseType"], "express");
    assert_eq!(rule["group"]["originId"], object(50).to_string());
    assert_eq!(rule["status"], "applied");
    let list = play.devops_get(&format!("{HOST}/groupentitlements")).await;
    assert_eq!(list.ok()["value"], json!([rule]));
    let patch = json!([{ "op": "replace", "path": "/licenseRule",
        "value": { "licensingSource": "account", "accountLicenseType": "stakeholder" } }]);
    let changed = play.devops_patch(&url, &patch).await.ok();
    let result = &changed["results"][0]["result"];
    assert_eq!(result["licenseRule"]["accountLicenseType"], "stakeholder");
    let gone = play.send(play.devops("DELETE", &url)).await;
    assert_eq!(gone.status, 200);
    assert_eq!(play.devops_get(&url).await.text, "null");
    assert_eq!(play.send(play.devops("DELETE", &url)).await.status, 404);
}

#[tokio::test]
async fn a_rule_gives_its_level_to_who_comes_and_takes_it_from_who_goes() {
    let play = connected().await;
    let id = rule_of(&add_rule(&play, "express").await);
    let graph = "vssps.dev.azure.com/contoso/_apis/graph";
    let body = json!({ "originId": object(2) });
    let known = play
        .devops_json("POST", &format!("{graph}/users"), &body)
        .await;
    let name = known.ok()["descriptor"].as_str().unwrap().to_owned();
    let user = play
        .devops_get(&format!("{graph}/storagekeys/{name}"))
        .await;
    let user = user.ok()["value"].as_str().unwrap().to_owned();
    let tie = format!("{HOST}/GroupEntitlements/{id}/members/{user}");
    assert_eq!(play.send(play.devops("PUT", &tie)).await.status, 200);
    let url = format!("{HOST}/userentitlements/{user}");
    let given = play.devops_get(&url).await.ok();
    assert_eq!(given["accessLevel"]["accountLicenseType"], "express");
    assert_eq!(given["accessLevel"]["assignmentSource"], "groupRule");
    assert_eq!(given["groupAssignments"][0]["id"], id);
    assert_eq!(play.send(play.devops("DELETE", &tie)).await.status, 200);
    let left = play.devops_get(&url).await.ok();
    assert_eq!(left["accessLevel"]["accountLicenseType"], "none");
    assert_eq!(left["groupAssignments"], json!([]));
}

#[tokio::test]
async fn a_rule_that_is_only_tested_gives_nothing() {
    let play = connected().await;
    let body = json!({
        "group": { "origin": "aad", "originId": object(50) },
        "licenseRule": { "licensingSource": "account", "accountLicenseType": "express" },
    });
    let url = format!("{HOST}/groupentitlements?ruleOption=testApplyGroupRule");
    let got = play.devops_json("POST", &url, &body).await;
    let url = format!("{HOST}/groupentitlements/{}", rule_of(&got));
    assert_eq!(play.devops_get(&url).await.ok()["status"], "applyPending");
}

#[tokio::test]
async fn members_of_a_group_come_in_pages() {
    let mut live = contoso();
    live.members.insert(key(3), personal("kim@outlook.com"));
    let play = Playground::of(&live).await;
    play.connect().await;
    let id = rule_of(&add_rule(&play, "express").await);
    let url = format!("{HOST}/GroupEntitlements/{id}/members");
    for number in 1..=3 {
        let tie = play.devops("PUT", &format!("{url}/{}", key(number)));
        assert_eq!(play.send(tie).await.status, 200);
    }
    let first = play.devops_get(&format!("{url}?maxResults=2")).await.ok();
    assert_eq!(first["members"].as_array().unwrap().len(), 2);
    assert_eq!(first["totalCount"], 3);
    let token = first["continuationToken"].as_str().unwrap();
    let request = play.devops("GET", &url).query(&[("pagingToken", token)]);
    let last = play.send(request).await.ok();
    assert_eq!(last["members"][0]["id"], key(3).to_string());
    assert_eq!(last["continuationToken"], "");
}

#[tokio::test]
async fn rules_go_with_the_tenant() {
    let play = connected().await;
    rule_of(&add_rule(&play, "express").await);
    let url = "vssps.dev.azure.com/contoso/_apis/Organization/Organizations/Me";
    let patch = json!([{ "op": 2, "path": "/TenantId", "value": super::support::ZERO }]);
    play.devops_patch(url, &patch).await.ok();
    let list = play.devops_get(&format!("{HOST}/groupentitlements")).await;
    assert_eq!(list.ok(), json!({ "count": 0, "value": [] }));
}

#[tokio::test]
async fn who_is_in_a_directory_group_stays_when_removed() {
    let play = connected().await;
    let id = rule_of(&add_rule(&play, "stakeholder").await);
    let tie = format!("{HOST}/GroupEntitlements/{id}/members/{}", key(2));
    assert_eq!(play.send(play.devops("PUT", &tie)).await.status, 200);
    let user = format!("{HOST}/userentitlements/{}", key(2));
    assert_eq!(play.send(play.devops("DELETE", &user)).await.status, 204);
    let left = lee(&play).await;
    assert_eq!(left["accessLevel"]["accountLicenseType"], "stakeholder");
    assert_eq!(left["accessLevel"]["assignmentSource"], "groupRule");
}

#[tokio::test]
async fn a_project_that_comes_by_a_group_is_not_taken_from_the_person() {
    let project = "88888888-7777-4777-8777-000000000007";
    let options = edited(&contoso(), |file| {
        let lee = &mut file["organization"]["members"][key(2).to_string()]["entitlement"];
        let role = json!({ "name": "Website", "group": "projectReader", "by_group": true });
        lee["projects"] = json!({ project: role });
    });
    let play = Playground::start(options).await;
    let shown = async || lee(&play).await["projectEntitlements"][0].clone();
    assert_eq!(shown().await["projectPermissionInherited"], "inherited");
    assert_eq!(shown().await["assignmentSource"], "groupRule");
    let path = format!("/projectEntitlements/{project}");
    let url = format!("{HOST}/userentitlements/{}", key(2));
    let taken = json!([{ "op": "remove", "path": path, "value": "" }]);
    play.devops_patch(&url, &taken).await.ok();
    assert_eq!(shown().await["group"]["groupType"], "projectReader");
    let value = json!({ "group": { "groupType": "projectContributor" },
                        "projectRef": { "id": project } });
    let given = json!([{ "op": "replace", "path": path, "value": value }]);
    play.devops_patch(&url, &given).await.ok();
    assert_eq!(shown().await["projectPermissionInherited"], "notInherited");
    assert_eq!(shown().await["group"]["groupType"], "projectContributor");
}

#[tokio::test]
async fn rules_are_written_only_when_selected() {
    let play = connected().await;
    let id = rule_of(&add_rule(&play, "express").await);
    let tie = format!("{HOST}/GroupEntitlements/{id}/members/{}", key(2));
    assert_eq!(play.send(play.devops("PUT", &tie)).await.status, 200);
    for (select, count) in [("", 0), ("select=Projects", 0), ("select=Grouprules", 1)] {
        let list = play
            .devops_get(&format!("{HOST}/userentitlements?{select}"))
            .await;
        let list = list.ok();
        let rows = list["items"].as_array().unwrap();
        let lee = rows.iter().find(|row| row["id"] == key(2).to_string());
        let rules = lee.unwrap()["groupAssignments"].as_array().unwrap().len();
        assert_eq!(rules, count, "{select}");
    }
}

#[tokio::test]
async fn members_are_people_and_applications_under_another_name() {
    let play = connected().await;
    let list = play
        .devops_get(&format!("{HOST}/memberentitlements"))
        .await
        .ok();
    assert_eq!(list["totalCount"], 2);
    let row = &list["items"][0];
    assert_eq!(row["member"]["principalName"], "ana@contoso.com");
    assert!(row.get("user").is_none(), "{row}");
}

#[tokio::test]
async fn an_application_is_given_a_level_changed_and_removed() {
    let play = connected().await;
    let body = json!({
        "accessLevel": { "licensingSource": "account", "accountLicenseType": "express" },
        "servicePrincipal": { "origin": "aad", "originId": object(70) },
    });
    let url = format!("{HOST}/serviceprincipalentitlements");
    let made = play.devops_json("POST", &url, &body).await.ok();
    assert_eq!(made["isSuccess"], true, "{made}");
    let entitlement = &made["servicePrincipalEntitlement"];
    assert_eq!(
        entitlement["servicePrincipal"]["originId"],
        object(70).to_string()
    );
    let one = format!("{url}/{}", entitlement["id"].as_str().unwrap());
    let patch = json!([{ "op": "replace", "path": "/accessLevel",
        "value": { "licensingSource": "account", "accountLicenseType": "stakeholder" } }]);
    let changed = play.devops_patch(&one, &patch).await.ok();
    let level = &changed["servicePrincipalEntitlement"]["accessLevel"];
    assert_eq!(level["accountLicenseType"], "stakeholder");
    play.devops_get(&one).await.ok();
    let person = format!("{url}/{}", key(1));
    assert_eq!(play.devops_get(&person).await.status, 404);
    assert_eq!(play.send(play.devops("DELETE", &one)).await.status, 204);
    assert_eq!(play.devops_get(&one).await.status, 404);
}

#[tokio::test]
async fn the_summary_holds_what_is_selected() {
    let project = "88888888-7777-4777-8777-000000000007";
    let options = edited(&contoso(), |file| {
        file["settings"]["licences"] = json!(5);
        file["organization"]["holdings"]["projects"] = json!({ project: { "name": "Website" } });
    });
    let play = Playground::start(options).await;
    let url = format!("{HOST}/userentitlementsummary");
    let all = play.devops_get(&url).await.ok();
    let basic = &all["licenses"][1];
    let counts = ["assigned", "available", "total", "disabled"].map(|part| basic[part].clone());
    assert_eq!(counts, [2, 3, 5, 0].map(Value::from));
    assert_eq!(
        all["projectRefs"],
        json!([{ "id": project, "name": "Website" }])
    );
    assert_eq!(all["groupOptions"].as_array().unwrap().len(), 4);
    let some = play
        .devops_get(&format!("{url}?select=Projects,Groups"))
        .await
        .ok();
    assert_eq!(some["licenses"], json!([]));
    assert_eq!(some["projectRefs"], all["projectRefs"]);
}

#[tokio::test]
async fn a_bulk_change_can_be_asked_after() {
    let play = with(DevOps {
        bulk_takes_a_while: true,
        ..DevOps::default()
    })
    .await;
    let url = format!("{HOST}/userentitlements");
    let body = json!([{ "op": "replace", "path": format!("/{}/accessLevel", key(2)),
        "value": { "licensingSource": "account", "accountLicenseType": "stakeholder" } }]);
    let begun = play.devops_patch(&url, &body).await.ok();
    assert_eq!(
        (&begun["completed"], &begun["status"]),
        (&json!(false), &json!("inProgress"))
    );
    let url = format!("{HOST}/operations/{}", begun["id"].as_str().unwrap());
    assert_eq!(play.devops_get(&url).await.ok()["status"], "succeeded");
    let other = format!("{HOST}/operations/{}", key(9));
    assert_eq!(play.devops_get(&other).await.status, 404);
}

#[tokio::test]
async fn a_bulk_change_has_the_limit_that_the_world_gives_it() {
    let play = with(DevOps {
        bulk_limit: Some(1),
        ..DevOps::default()
    })
    .await;
    let one = json!({ "op": "replace", "path": format!("/{}/accessLevel", key(2)),
        "value": { "licensingSource": "account", "accountLicenseType": "stakeholder" } });
    let url = format!("{HOST}/userentitlements");
    play.devops_patch(&url, &json!([one])).await.ok();
    let got = play.devops_patch(&url, &json!([one, one])).await;
    got.refused(400, "TF400049");
}

#[tokio::test]
async fn adding_somebody_again_is_done_or_an_error() {
    for fails in [false, true] {
        let play = with(DevOps {
            adding_again_fails: fails,
            ..DevOps::default()
        })
        .await;
        let body = json!({ "user": { "principalName": "ana@contoso.com" },
            "accessLevel": { "licensingSource": "account", "accountLicenseType": "express" } });
        let url = format!("{HOST}/userentitlements");
        let got = play.devops_json("POST", &url, &body).await.ok();
        assert_eq!(got["isSuccess"], !fails);
    }
}

#[tokio::test]
async fn removing_somebody_again_is_404_or_done() {
    for succeeds in [false, true] {
        let play = with(DevOps {
            removing_again_succeeds: succeeds,
            ..DevOps::default()
        })
        .await;
        let url = format!("{HOST}/userentitlements/{}", key(2));
        assert_eq!(play.send(play.devops("DELETE", &url)).await.status, 204);
        let status = if succeeds { 204 } else { 404 };
        assert_eq!(play.send(play.devops("DELETE", &url)).await.status, status);
    }
}

#[tokio::test]
async fn who_may_not_read_the_directory_adds_nobody_from_it() {
    let play = with(DevOps {
        directory_readable: false,
        ..DevOps::default()
    })
    .await;
    let body = json!({ "user": { "principalName": "lee@contoso.com" },
        "accessLevel": { "licensingSource": "account", "accountLicenseType": "express" } });
    let url = format!("{HOST}/userentitlements");
    let got = play.devops_json("POST", &url, &body).await.ok();
    assert_eq!(got["operationResult"]["errors"][0]["key"], 5102);
}

#[tokio::test]
async fn a_project_keeps_the_name_that_it_has() {
    let project = "88888888-7777-4777-8777-000000000007";
    let options = edited(&contoso(), |file| {
        file["organization"]["holdings"]["projects"] = json!({ project: { "name": "Website" } });
    });
    let play = Playground::start(options).await;
    let patch = json!([{ "op": "add", "path": format!("/projectEntitlements/{project}"),
        "value": { "projectRef": { "id": project },
            "group": { "groupType": "projectContributor" } } }]);
    let url = format!("{HOST}/userentitlements/{}", key(2));
    play.devops_patch(&url, &patch).await.ok();
    let member = lee(&play).await["projectEntitlements"][0].clone();
    assert_eq!(member["projectRef"]["name"], "Website");
    assert_eq!(member["group"]["displayName"], "Contributors");
}

#[tokio::test]
async fn the_older_list_takes_top_and_skip() {
    let play = connected().await;
    let url = format!("{HOST}/userentitlements?top=1&skip=1&api-version=5.0-preview.2");
    let list = play.devops_get(&url).await.ok();
    assert_eq!(list["members"].as_array().unwrap().len(), 1);
    assert_eq!(list["members"][0]["id"], key(2).to_string());
    assert_eq!(list["members"], list["items"]);
}
