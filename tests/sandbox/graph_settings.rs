//! What the documentation leaves open can be chosen, and each choice shows.

use serde_json::{Value, json};

use super::graph_world::{app_token, edited, tell};
use super::support::{Playground, object};

async fn chosen(settings: Value) -> Playground {
    edited(|world| world["settings"]["directory"] = settings).await
}

async fn invite(play: &Playground) -> Value {
    let body = json!({ "invitedUserEmailAddress": "noor@fabrikam.com",
                       "inviteRedirectUrl": "https://dev.azure.com/contoso" });
    play.graph_json("POST", "invitations", &body).await.json()
}

#[tokio::test]
async fn an_unknown_tenant_has_two_names_for_its_error() {
    for (setting, error) in [(false, "invalid_tenant"), (true, "invalid_request")] {
        let play = chosen(json!({ "unknown_tenant_is_invalid_request": setting })).await;
        let url = "login.microsoftonline.com/nowhere.example/v2.0/.well-known/openid-configuration";
        let got = play.send(play.request("GET", url)).await;
        assert_eq!(got.json()["error"], error);
        assert_eq!(got.json()["error_codes"], json!([90002]));
    }
}

#[tokio::test]
async fn a_condition_on_the_external_state_may_need_an_advanced_query() {
    let path = "users?$filter=externalUserState eq 'PendingAcceptance'";
    for (setting, status) in [(false, 200), (true, 400)] {
        let play = chosen(json!({ "external_state_is_advanced": setting })).await;
        assert_eq!(play.graph_get(path).await.status, status);
        let request = play.graph("GET", &format!("{path}&$count=true"));
        let request = request.header("ConsistencyLevel", "eventual");
        assert_eq!(play.send(request).await.status, 200);
    }
}

#[tokio::test]
async fn a_count_may_begin_with_a_mark() {
    for (setting, text) in [(false, "2"), (true, "\u{feff}2")] {
        let play = chosen(json!({ "count_has_bom": setting })).await;
        let request = play.graph("GET", "users/$count");
        let got = play
            .send(request.header("ConsistencyLevel", "eventual"))
            .await;
        assert_eq!(got.text, text);
    }
}

#[tokio::test]
async fn a_deleted_guest_blocks_a_new_one_or_does_not() {
    for setting in [false, true] {
        let play = chosen(json!({ "deleted_block_invites": setting })).await;
        let first = invite(&play).await["invitedUser"]["id"].clone();
        let path = format!("users/{}", first.as_str().unwrap());
        assert_eq!(play.send(play.graph("DELETE", &path)).await.status, 204);
        let again = invite(&play).await;
        assert_eq!(again["error"]["code"] == "BadRequest", setting, "{again}");
        assert_ne!(again["invitedUser"]["id"], first);
    }
}

#[tokio::test]
async fn who_has_accepted_is_completed_or_pending_again() {
    for (setting, status) in [(true, "Completed"), (false, "PendingAcceptance")] {
        let play = chosen(json!({ "accepted_are_completed": setting })).await;
        let user = json!({ "user": invite(&play).await["invitedUser"]["id"] });
        assert_eq!(play.hook("redeem", &user).await.status, 204);
        assert_eq!(invite(&play).await["status"], status);
    }
}

#[tokio::test]
async fn switching_accounts_off_needs_one_permission_or_two() {
    for (setting, status) in [(true, 204), (false, 403)] {
        let play = edited(|world| {
            world["directory"]["applications"] = json!({
                "app-1": { "roles": ["User.EnableDisableAccount.All"], "secrets": ["s3cret"] },
            });
            world["settings"]["directory"] = json!({ "enabling_needs_one_permission": setting });
        })
        .await;
        let token = app_token(&play).await;
        let path = format!("users/{}", object(2));
        let off = json!({ "accountEnabled": false });
        let got = tell(&play, &token, ("PATCH", &path), &off).await;
        assert_eq!(got.status, status, "{}", got.text);
    }
}

#[tokio::test]
async fn a_world_written_before_all_this_still_loads() {
    let play = edited(|world| {
        let settings = world["settings"].as_object_mut().unwrap();
        settings.remove("directory");
        let directory = world["directory"].as_object().unwrap();
        let before = [
            "tenant",
            "display_name",
            "initial_domain",
            "domains",
            "users",
        ];
        let names: Vec<_> = directory.keys().map(String::as_str).collect();
        assert!(names.iter().all(|name| before.contains(name)), "{names:?}");
    })
    .await;
    assert_eq!(play.graph_get("groups").await.ok()["value"], json!([]));
}
