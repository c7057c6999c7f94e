//! Levels that come by group rules, and levels that are assigned to a person beside them.

use serde_json::json;

use super::devops_rules::{HOST, add_rule, connected, lee, rule_of};
use super::support::{Playground, contoso, key};

/// What the service says of Lee's level: the licence, and whether a rule gave it.
async fn level_of_lee(play: &Playground) -> (String, String) {
    let lee = lee(play).await;
    let word = |name: &str| lee["accessLevel"][name].as_str().unwrap().to_owned();
    (word("accountLicenseType"), word("assignmentSource"))
}

fn level(licence: &str, source: &str) -> (String, String) {
    (licence.to_owned(), source.to_owned())
}

/// Assigns a level to Lee.
async fn assign(play: &Playground, licence: &str) {
    let body = json!([{ "op": "replace", "path": "/accessLevel",
        "value": { "licensingSource": "account", "accountLicenseType": licence } }]);
    let url = format!("{HOST}/userentitlements/{}", key(2));
    let done = play.devops_patch(&url, &body).await.ok();
    assert_eq!(done["isSuccess"], true, "{done}");
}

#[tokio::test]
async fn a_higher_level_of_ones_own_stands_before_a_rule() {
    let play = connected().await;
    let id = rule_of(&add_rule(&play, "stakeholder").await);
    let tie = format!("{HOST}/GroupEntitlements/{id}/members/{}", key(2));
    assert_eq!(play.send(play.devops("PUT", &tie)).await.status, 200);
    assert_eq!(level_of_lee(&play).await, level("express", "unknown"));
    assign(&play, "advanced").await;
    assert_eq!(level_of_lee(&play).await, level("advanced", "unknown"));
}

#[tokio::test]
async fn a_lower_level_of_ones_own_is_raised_by_a_rule_as_long_as_it_is_there() {
    let play = connected().await;
    let id = rule_of(&add_rule(&play, "advanced").await);
    let tie = format!("{HOST}/GroupEntitlements/{id}/members/{}", key(2));
    assert_eq!(play.send(play.devops("PUT", &tie)).await.status, 200);
    assert_eq!(level_of_lee(&play).await, level("advanced", "groupRule"));
    assign(&play, "stakeholder").await;
    assert_eq!(level_of_lee(&play).await, level("advanced", "groupRule"));
    let rule = format!("{HOST}/groupentitlements/{id}");
    assert_eq!(play.send(play.devops("DELETE", &rule)).await.status, 200);
    assert_eq!(level_of_lee(&play).await, level("stakeholder", "unknown"));
}

#[tokio::test]
async fn a_level_that_comes_by_a_group_of_a_snapshot_is_not_lowered() {
    let mut live = contoso();
    live.members.get_mut(&key(2)).unwrap().access_by_group = true;
    let play = Playground::of(&live).await;
    assign(&play, "stakeholder").await;
    assert_eq!(level_of_lee(&play).await, level("express", "groupRule"));
    assign(&play, "advanced").await;
    assert_eq!(level_of_lee(&play).await, level("advanced", "unknown"));
}
