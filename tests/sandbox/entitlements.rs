//! Access levels: the search, one, and every way to change them.

use serde_json::{Value, json};

use super::support::{Got, Playground, contoso, directory_user, key, object, personal};
use orgctl::model::access::EffectiveLevel;
use orgctl::model::live::{Live, MemberStatus};
use orgctl::sandbox::Settings;

const ALL: &str = "vsaex.dev.azure.com/contoso/_apis/userentitlements";

fn crowd(count: u128) -> Live {
    let mut live = contoso();
    for number in 3..=count {
        let name = format!("user{number}@outlook.com");
        live.members.insert(key(number), personal(&name));
    }
    live
}

fn of(number: u128) -> String {
    format!("{ALL}/{}", key(number))
}

async fn search(play: &Playground, query: &[(&str, &str)]) -> Got {
    play.send(play.devops("GET", ALL).query(query)).await
}

fn names(page: &Value) -> Vec<&str> {
    let mut names = Vec::new();
    for row in page["items"].as_array().unwrap() {
        names.push(row["user"]["principalName"].as_str().unwrap());
    }
    names
}

fn add(user: &Value) -> Value {
    json!({
        "accessLevel": { "licensingSource": "account", "accountLicenseType": "express" },
        "extensions": [], "projectEntitlements": [], "user": user,
    })
}

#[tokio::test]
async fn a_search_goes_on_by_a_token_in_the_body_and_counts_everybody() {
    let play = Playground::of(&crowd(230)).await;
    let mut seen = Vec::new();
    let mut token = String::new();
    for expected in [100, 100, 30] {
        let page = search(&play, &[("continuationToken", &token)]).await.ok();
        assert_eq!(page["members"], page["items"]);
        assert_eq!(page["totalCount"], 230);
        assert_eq!(names(&page).len(), expected);
        seen.extend(names(&page).into_iter().map(str::to_owned));
        page["continuationToken"]
            .as_str()
            .unwrap()
            .clone_into(&mut token);
    }
    assert_eq!(token, "");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 230);
}

#[tokio::test]
async fn a_token_that_was_not_encoded_is_500() {
    let play = Playground::of(&crowd(101)).await;
    let page = play.devops_get(ALL).await.ok();
    let token = page["continuationToken"].as_str().unwrap();
    let raw = format!("{ALL}?continuationToken={token}");
    assert_eq!(play.devops_get(&raw).await.status, 500);
    let encoded = search(&play, &[("continuationToken", token)]).await;
    assert_eq!(names(&encoded.ok()).len(), 1);
    let other = [("continuationToken", token), ("select", "projects")];
    assert_eq!(search(&play, &other).await.status, 500);
}

#[tokio::test]
async fn a_search_takes_conditions() {
    let mut live = crowd(4);
    live.members.get_mut(&key(2)).unwrap().access = EffectiveLevel::Stakeholder;
    live.members.get_mut(&key(3)).unwrap().status = MemberStatus::Disabled;
    let play = Playground::of(&live).await;
    let found = async |filter: &str| {
        let page = search(&play, &[("$filter", filter)]).await.ok();
        assert_eq!(page["totalCount"], names(&page).len());
        names(&page).join(" ")
    };
    assert_eq!(found("name eq 'LEE'").await, "lee@outlook.com");
    assert_eq!(
        found("licenseId eq 'Account-Stakeholder'").await,
        "lee@outlook.com"
    );
    assert_eq!(
        found("licenseStatus eq 'Disabled'").await,
        "user3@outlook.com"
    );
    let both = "licenseId eq 'Account-Express' and (name eq 'user' or name eq 'ana')";
    let expected = "ana@contoso.com user3@outlook.com user4@outlook.com";
    assert_eq!(found(both).await, expected);
    assert_eq!(found("userType eq 'guest'").await, "");
    search(&play, &[("$filter", "mail eq 'x'")])
        .await
        .refused(400, "can be compared");
}

#[tokio::test]
async fn a_search_takes_an_order_and_keeps_it_from_page_to_page() {
    let settings = Settings {
        entitlements_page: 2,
        ..Settings::default()
    };
    let mut live = crowd(4);
    live.members.get_mut(&key(1)).unwrap().display_name = "Zoe".to_owned();
    let play = Playground::with(&live, settings).await;
    let order = ("$orderBy", "name desc");
    let first = search(&play, &[order]).await.ok();
    assert_eq!(names(&first), ["ana@contoso.com", "user4@outlook.com"]);
    let token = first["continuationToken"].as_str().unwrap();
    let second = search(&play, &[order, ("continuationToken", token)])
        .await
        .ok();
    assert_eq!(names(&second), ["user3@outlook.com", "lee@outlook.com"]);
    assert_eq!(second["continuationToken"], "");
    let got = search(&play, &[("$orderBy", "shoeSize")]).await;
    got.refused(400, "cannot be ordered by");
}

#[tokio::test]
async fn the_old_list_takes_top_and_skip() {
    let play = Playground::of(&crowd(5)).await;
    let url = format!("{ALL}?top=2&skip=1&api-version=5.0-preview.2");
    let got = play
        .send(play.request("GET", &url).bearer_auth("sandbox-devops"))
        .await;
    assert_eq!(names(&got.ok()), ["lee@outlook.com", "user3@outlook.com"]);
    assert!(
        got.header("content-type")
            .ends_with("api-version=5.0-preview.2")
    );
}

#[tokio::test]
async fn an_access_level_is_written_in_all_its_words() {
    let mut live = contoso();
    live.members.get_mut(&key(2)).unwrap().access = EffectiveLevel::VisualStudio;
    live.members.get_mut(&key(2)).unwrap().status = MemberStatus::Pending;
    let play = Playground::of(&live).await;
    let ana = play.devops_get(&of(1)).await.ok();
    let expected = json!({
        "licensingSource": "account", "accountLicenseType": "express",
        "msdnLicenseType": "none", "gitHubLicenseType": "none",
        "licenseDisplayName": "Basic", "status": "active", "statusMessage": "",
        "assignmentSource": "unknown",
    });
    assert_eq!(ana["accessLevel"], expected);
    let lee = play.devops_get(&of(2)).await.ok();
    assert_eq!(lee["accessLevel"]["msdnLicenseType"], "enterprise");
    assert_eq!(lee["accessLevel"]["status"], "pending");
    assert_eq!(lee["lastAccessedDate"], "0001-01-01T00:00:00Z");
}

#[tokio::test]
async fn a_bulk_change_answers_200_and_says_for_each_whether_it_went_well() {
    let play = Playground::of(&contoso()).await;
    play.connect().await;
    let body = json!([
        { "from": "", "op": "add", "path": "",
          "value": add(&json!({ "principalName": "lee@contoso.com", "subjectKind": "user" })) },
        { "from": "", "op": "add", "path": "",
          "value": add(&json!({ "principalName": "who@nowhere.com", "subjectKind": "user" })) },
        { "from": "", "op": "replace", "path": format!("/{}/accessLevel", key(1)),
          "value": { "licensingSource": "account", "accountLicenseType": "stakeholder" } },
        { "op": "add", "path": "", "value": add(&json!({ "originId": "" })) },
    ]);
    let done = play.devops_patch(ALL, &body).await.ok();
    assert_eq!(done["haveResultsSucceeded"], false);
    assert_eq!(done["completed"], true);
    let results = done["results"].as_array().unwrap();
    let success: Vec<_> = results
        .iter()
        .map(|r| r["isSuccess"].as_bool().unwrap())
        .collect();
    assert_eq!(success, [true, false, true, false]);
    assert_eq!(
        results[0]["result"]["user"]["originId"],
        object(2).to_string()
    );
    assert_eq!(results[0]["result"]["id"], results[0]["userId"]);
    assert_eq!(results[1]["errors"][0]["key"], 5102);
    assert_eq!(
        results[2]["result"]["accessLevel"]["accountLicenseType"],
        "stakeholder"
    );
    assert_eq!(results[3]["errors"][0]["key"], 5000);
    assert_eq!(play.devops_get(ALL).await.ok()["totalCount"], 3);
}

#[tokio::test]
async fn a_bulk_change_has_to_be_json_patch() {
    let play = Playground::of(&contoso()).await;
    let body = json!([{ "op": "remove", "path": format!("/{}", key(2)), "value": "" }]);
    play.devops_json("PATCH", ALL, &body)
        .await
        .refused(415, "json-patch");
    assert_eq!(play.devops_get(ALL).await.ok()["totalCount"], 2);
    play.devops_patch(ALL, &body).await.ok();
    assert_eq!(play.devops_get(ALL).await.ok()["totalCount"], 1);
}

#[tokio::test]
async fn a_name_that_is_empty_spoils_an_add_even_beside_one_that_is_not() {
    let play = Playground::of(&contoso()).await;
    let user = json!({ "origin": "aad", "originId": "", "principalName": "x@outlook.com" });
    let done = play.devops_json("POST", ALL, &add(&user)).await.ok();
    assert_eq!(done["isSuccess"], false);
    assert_eq!(done["userEntitlement"], json!(null));
    let error = &done["operationResult"]["errors"][0];
    assert_eq!(error["key"], 5000);
    assert!(
        error["value"]
            .as_str()
            .unwrap()
            .starts_with("The Id, OriginId")
    );
}

#[tokio::test]
async fn with_personal_accounts_anybody_can_be_added_and_waits_to_be_bound() {
    let play = Playground::of(&contoso()).await;
    let user = json!({ "principalName": "New@outlook.com", "subjectKind": "user" });
    let done = play.devops_json("POST", ALL, &add(&user)).await.ok();
    let row = &done["userEntitlement"];
    assert_eq!(row["user"]["principalName"], "New@outlook.com");
    assert_eq!(row["accessLevel"]["status"], "pending");
    assert!(
        row["user"]["descriptor"]
            .as_str()
            .unwrap()
            .starts_with("bnd.")
    );
}

#[tokio::test]
async fn a_connected_organization_adds_by_object_id_whom_the_directory_knows() {
    let mut live = contoso();
    live.directory
        .users
        .insert(object(5), directory_user("kim@contoso.com"));
    let play = Playground::of(&live).await;
    play.connect().await;
    let user = json!({ "origin": "aad", "originId": object(5), "subjectKind": "user" });
    let done = play.devops_json("POST", ALL, &add(&user)).await.ok();
    assert_eq!(done["isSuccess"], true);
    assert_eq!(
        done["userEntitlement"]["user"]["principalName"],
        "kim@contoso.com"
    );
    let again = play.devops_json("POST", ALL, &add(&user)).await.ok();
    assert_eq!(
        again["operationResult"]["userId"],
        done["operationResult"]["userId"]
    );
    assert_eq!(play.devops_get(ALL).await.ok()["totalCount"], 3);
}

#[tokio::test]
async fn removing_and_adding_again_keeps_the_id_and_the_descriptor() {
    let play = Playground::of(&contoso()).await;
    play.connect().await;
    let user = json!({ "principalName": "lee@contoso.com" });
    let first = play.devops_json("POST", ALL, &add(&user)).await.ok()["userEntitlement"].clone();
    let url = format!("{ALL}/{}", first["id"].as_str().unwrap());
    assert_eq!(play.send(play.devops("DELETE", &url)).await.status, 204);
    assert_eq!(play.devops_get(&url).await.status, 404);
    assert_eq!(play.send(play.devops("DELETE", &url)).await.status, 404);
    let graph = play
        .devops_get("vssps.dev.azure.com/contoso/_apis/graph/users")
        .await;
    assert_eq!(graph.ok()["count"], 2);
    let again = play.devops_json("POST", ALL, &add(&user)).await.ok()["userEntitlement"].clone();
    assert_eq!(again["id"], first["id"]);
    assert_eq!(again["user"]["descriptor"], first["user"]["descriptor"]);
    assert_eq!(again["accessLevel"]["status"], "pending");
    assert_ne!(again["dateCreated"], first["dateCreated"]);
}

#[tokio::test]
async fn a_removed_user_can_be_set_to_answer_with_no_status() {
    let settings = Settings {
        removed_are_found: true,
        ..Settings::default()
    };
    let play = Playground::with(&contoso(), settings).await;
    play.send(play.devops("DELETE", &of(2))).await;
    let gone = play.devops_get(&of(2)).await.ok();
    assert_eq!(gone["accessLevel"]["status"], "none");
}

#[tokio::test]
async fn an_update_answers_hollow_results_and_a_whole_entitlement() {
    let play = Playground::of(&contoso()).await;
    let body = json!([{ "op": 2, "path": "/accessLevel",
        "value": { "licensingSource": "msdn", "msdnLicenseType": "eligible" } }]);
    let done = play.devops_patch(&of(2), &body).await.ok();
    assert_eq!(done["isSuccess"], true);
    let hollow = &done["operationResults"][0]["result"];
    assert_eq!(hollow["lastAccessedDate"], "0001-01-01T00:00:00");
    assert_eq!(hollow["projectEntitlements"], json!(null));
    assert_eq!(
        done["userEntitlement"]["accessLevel"]["licensingSource"],
        "msdn"
    );
    assert_eq!(done["userEntitlement"]["projectEntitlements"], json!([]));
}

#[tokio::test]
async fn projects_are_added_shown_when_selected_and_removed() {
    let play = Playground::of(&contoso()).await;
    let project = "88888888-7777-4777-8777-000000000007";
    let path = format!("/projectEntitlements/{project}");
    let value = json!({ "group": { "groupType": "projectReader" },
                        "projectRef": { "id": project, "name": "Website" } });
    let body = json!([{ "op": "add", "path": path, "value": value }]);
    play.devops_patch(&of(2), &body).await.ok();
    let plain = play.devops_get(ALL).await.ok()["items"][1]["projectEntitlements"].clone();
    assert_eq!(plain, json!([]));
    let full = search(&play, &[("select", "Projects")]).await.ok();
    let entitlement = &full["items"][1]["projectEntitlements"][0];
    assert_eq!(entitlement["group"]["groupType"], "projectReader");
    assert_eq!(entitlement["projectRef"]["name"], "Website");
    let body = json!([{ "op": "remove", "path": path, "value": "" }]);
    let done = play.devops_patch(&of(2), &body).await.ok();
    assert_eq!(done["userEntitlement"]["projectEntitlements"], json!([]));
}

#[tokio::test]
async fn an_early_adopter_organization_gives_more_than_was_asked_for() {
    let settings = Settings {
        early_adopter: true,
        ..Settings::default()
    };
    let play = Playground::with(&contoso(), settings).await;
    let body = json!([{ "op": "replace", "path": "/accessLevel",
        "value": { "licensingSource": "account", "accountLicenseType": "stakeholder" } }]);
    let done = play.devops_patch(&of(2), &body).await.ok();
    assert_eq!(done["isSuccess"], true);
    let level = &done["userEntitlement"]["accessLevel"];
    assert_eq!(level["accountLicenseType"], "earlyAdopter");
}

#[tokio::test]
async fn without_a_licence_left_the_change_fails_inside_a_success() {
    let settings = Settings {
        licences: Some(1),
        ..Settings::default()
    };
    let mut live = contoso();
    live.members.get_mut(&key(2)).unwrap().access = EffectiveLevel::Stakeholder;
    let play = Playground::with(&live, settings).await;
    let body = json!([{ "op": "replace", "path": "/accessLevel",
        "value": { "licensingSource": "account", "accountLicenseType": "express" } }]);
    let done = play.devops_patch(&of(2), &body).await.ok();
    assert_eq!(done["isSuccess"], false);
    assert_eq!(done["operationResults"][0]["errors"][0]["key"], 5005);
    assert_eq!(
        done["userEntitlement"]["accessLevel"]["accountLicenseType"],
        "stakeholder"
    );
    let url = "vsaex.dev.azure.com/contoso/_apis/userentitlementsummary";
    let summary = play.devops_get(url).await.ok();
    let licences = summary["licenses"].as_array().unwrap();
    let basic = licences
        .iter()
        .find(|l| l["accountLicenseType"] == "express")
        .unwrap();
    assert_eq!(
        (&basic["assigned"], &basic["available"]),
        (&json!(1), &json!(0))
    );
}

#[tokio::test]
async fn a_managed_identity_stands_among_the_people() {
    let live = contoso();
    let world = orgctl::sandbox::World::from_live(&live).unwrap();
    let mut world = serde_json::to_value(&world).unwrap();
    world["organization"]["members"][key(2).to_string()]["kind"] = json!("managed_identity");
    let world = serde_json::from_value(world).unwrap();
    let play = Playground::start(orgctl::sandbox::Options::new(world)).await;
    let page = play.devops_get(ALL).await.ok();
    assert_eq!(page["items"][1]["user"]["metaType"], "managedIdentity");
    assert_eq!(page["items"][1]["user"]["subjectKind"], "user");
}
