//! What a token allows, and how the services say no.

use serde_json::json;

use super::graph_world::{app_token, ask, edited, tell, with_application};
use super::support::object;

#[tokio::test]
async fn a_role_that_is_missing_is_403_and_one_that_is_there_is_enough() {
    let play = with_application(&["User.Read.All"]).await;
    let token = app_token(&play).await;
    assert_eq!(ask(&play, &token, "GET", "users").await.status, 200);
    let user = format!("users/{}", object(2));
    let change = json!({ "jobTitle": "x" });
    for got in [
        tell(&play, &token, ("PATCH", &user), &change).await,
        ask(&play, &token, "DELETE", &user).await,
        ask(&play, &token, "GET", "groups").await,
        ask(&play, &token, "GET", "policies/authorizationPolicy").await,
    ] {
        got.refused(403, "Insufficient privileges to complete the operation.");
        assert_eq!(got.json()["error"]["code"], "Authorization_RequestDenied");
    }
}

#[tokio::test]
async fn the_basic_permission_does_not_reach_the_user_type() {
    let play = with_application(&["User.ReadBasic.All"]).await;
    let token = app_token(&play).await;
    assert_eq!(
        ask(&play, &token, "GET", "users?$select=id,mail")
            .await
            .status,
        200
    );
    let got = ask(&play, &token, "GET", "users?$select=id,userType").await;
    got.refused(403, "Authorization_RequestDenied");
}

#[tokio::test]
async fn inviting_without_the_permission_is_401_and_not_403() {
    let play = with_application(&["User.Read.All"]).await;
    let token = app_token(&play).await;
    let body = json!({ "invitedUserEmailAddress": "a@fabrikam.com",
                       "inviteRedirectUrl": "https://dev.azure.com/contoso" });
    let got = tell(&play, &token, ("POST", "invitations"), &body).await;
    got.refused(
        401,
        "ControllerName=MSGraphInviteAPI, ActionName=CreateInvite",
    );
    assert_eq!(got.json()["error"]["code"], "Unauthorized");
}

#[tokio::test]
async fn each_property_of_a_user_has_its_own_permission() {
    let play = with_application(&["User.EnableDisableAccount.All"]).await;
    let token = app_token(&play).await;
    let user = format!("users/{}", object(2));
    let off = json!({ "accountEnabled": false });
    assert_eq!(
        tell(&play, &token, ("PATCH", &user), &off).await.status,
        204
    );
    let both = json!({ "accountEnabled": true, "jobTitle": "x" });
    let got = tell(&play, &token, ("PATCH", &user), &both).await;
    got.refused(403, "Authorization_RequestDenied");
}

#[tokio::test]
async fn an_application_without_a_role_does_not_switch_off_an_administrator() {
    let play = edited(|world| {
        world["directory"]["applications"] = json!({
            "app-1": { "roles": ["User.ReadWrite.All"], "secrets": ["s3cret"] },
        });
        world["directory"]["roles"] = json!({
            "62e90394-69f5-4237-9190-012177145e10": [object(1)],
        });
    })
    .await;
    let token = app_token(&play).await;
    let off = json!({ "accountEnabled": false });
    let ana = format!("users/{}", object(1));
    tell(&play, &token, ("PATCH", &ana), &off)
        .await
        .refused(403, "Insufficient");
    let title = json!({ "jobTitle": "x" });
    assert_eq!(
        tell(&play, &token, ("PATCH", &ana), &title).await.status,
        204
    );
    ask(&play, &token, "DELETE", &ana)
        .await
        .refused(403, "Insufficient");
}

#[tokio::test]
async fn an_application_has_no_me() {
    let play = with_application(&["User.Read.All"]).await;
    let token = app_token(&play).await;
    let got = ask(&play, &token, "GET", "me").await;
    got.refused(400, "only valid with delegated authentication flow");
}

#[tokio::test]
async fn a_token_expires_and_is_of_no_use_when_it_was_touched() {
    let play = edited(|world| {
        world["directory"]["applications"] = json!({
            "app-1": { "roles": ["User.Read.All"], "secrets": ["s3cret"] },
        });
        world["settings"]["directory"] = json!({ "token_life_s": 600 });
    })
    .await;
    let token = app_token(&play).await;
    assert_eq!(ask(&play, &token, "GET", "users").await.status, 200);
    let touched = format!("{token}x");
    ask(&play, &touched, "GET", "users")
        .await
        .refused(401, "Invalid audience");
    play.forward(300_000).await;
    assert_eq!(ask(&play, &token, "GET", "users").await.status, 200);
    play.forward(300_000).await;
    let got = ask(&play, &token, "GET", "users").await;
    got.refused(401, "Lifetime validation failed, the token is expired.");
    assert_eq!(got.json()["error"]["code"], "InvalidAuthenticationToken");
}

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_405_and_no_input_is_a_server_error() {
    let play = with_application(&[]).await;
    for (method, path) in [
        ("PUT", "users"),
        ("DELETE", "organization"),
        ("PATCH", "me"),
    ] {
        assert_eq!(
            play.send(play.graph(method, path)).await.status,
            405,
            "{method} {path}"
        );
    }
    for body in [
        "",
        "{",
        "null",
        "[]",
        "5",
        "{\"ids\":5}",
        "{\"requests\":{}}",
        "{\"message\":1}",
    ] {
        for path in [
            "users",
            "invitations",
            "groups",
            "$batch",
            "directoryObjects/getByIds",
            "me/sendMail",
            "me/checkMemberObjects",
            "policies/authorizationPolicy",
        ] {
            let method = if path.starts_with("policies") {
                "PATCH"
            } else {
                "POST"
            };
            let request = play
                .graph(method, path)
                .header("Content-Type", "application/json");
            let got = play.send(request.body(body)).await;
            assert_eq!(got.status, 400, "{path} {body}: {}", got.text);
            assert!(got.json()["error"]["code"].is_string());
        }
    }
}
