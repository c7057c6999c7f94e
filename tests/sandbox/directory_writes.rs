//! Writing to Microsoft Graph: users and invitations.

use serde_json::{Value, json};

use super::support::{Got, Playground, contoso, directory_user, email, object};

fn lou(upn: &str) -> Value {
    json!({
        "accountEnabled": true, "displayName": "Lou Vale", "mailNickname": "lou",
        "userPrincipalName": upn,
        "passwordProfile": { "forceChangePasswordNextSignIn": true, "password": "x7!kLmPq92" },
    })
}

fn invitation(address: &str) -> Value {
    json!({
        "invitedUserEmailAddress": address,
        "inviteRedirectUrl": "https://dev.azure.com/contoso",
        "invitedUserDisplayName": "Noor Haddad",
    })
}

async fn invite(play: &Playground, body: &Value) -> Got {
    play.graph_json("POST", "invitations", body).await
}

async fn selected(play: &Playground, id: &str, field: &str) -> Value {
    let got = play.graph_get(&format!("users/{id}?$select={field}")).await;
    got.ok()[field].clone()
}

#[tokio::test]
async fn a_new_user_is_201_with_the_default_fields_and_no_password() {
    let play = Playground::of(&contoso()).await;
    let got = play
        .graph_json("POST", "users", &lou("Lou@Contoso.com"))
        .await;
    assert_eq!(got.status, 201);
    let user = got.json();
    assert_eq!(user["userPrincipalName"], "Lou@Contoso.com");
    assert!(user.get("accountEnabled").is_none(), "{user}");
    assert!(!got.text.contains("x7!kLmPq92"));
    assert_eq!(
        selected(&play, "lou@contoso.com", "mailNickname").await,
        "lou"
    );
    let world = play.send(play.request("GET", "_sandbox/world")).await;
    assert!(!world.text.contains("x7!kLmPq92"));
}

#[tokio::test]
async fn a_name_that_is_taken_is_refused_with_its_conflict() {
    let play = Playground::of(&contoso()).await;
    let got = play
        .graph_json("POST", "users", &lou("ANA@contoso.com"))
        .await;
    let text = "Another object with the same value for property userPrincipalName already exists.";
    got.refused(400, text);
    let error = &got.json()["error"];
    assert_eq!(error["code"], "Request_BadRequest");
    assert_eq!(error["details"][0]["code"], "ObjectConflict");
    assert_eq!(error["details"][0]["target"], "userPrincipalName");
}

#[tokio::test]
async fn a_domain_that_is_not_verified_is_refused() {
    let play = Playground::of(&contoso()).await;
    let got = play
        .graph_json("POST", "users", &lou("lou@fabrikam.com"))
        .await;
    got.refused(400, "Property userPrincipalName is invalid.");
    assert_eq!(got.json()["error"]["details"][0]["code"], "InvalidValue");
}

#[tokio::test]
async fn what_is_required_of_a_new_user_is_required() {
    let play = Playground::of(&contoso()).await;
    for name in [
        "accountEnabled",
        "displayName",
        "mailNickname",
        "userPrincipalName",
        "passwordProfile",
    ] {
        let mut body = lou("lou@contoso.com");
        body.as_object_mut().unwrap().remove(name);
        let got = play.graph_json("POST", "users", &body).await;
        got.refused(400, &format!("property '{name}'"));
    }
    let got = play.graph_get("users/lou@contoso.com").await;
    assert_eq!(got.status, 404);
}

#[tokio::test]
async fn an_update_is_204_changes_what_it_names_and_keeps_a_guests_name() {
    let play = Playground::of(&contoso()).await;
    let guest = invite(&play, &invitation("noor@fabrikam.com")).await.ok();
    let id = guest["invitedUser"]["id"].as_str().unwrap();
    let body = json!({ "@odata.type": "#microsoft.graph.user", "userType": "Member" });
    let got = play
        .graph_json("PATCH", &format!("users/{id}"), &body)
        .await;
    assert_eq!((got.status.as_u16(), got.bytes.len()), (204, 0));
    assert_eq!(selected(&play, id, "userType").await, "Member");
    assert_eq!(selected(&play, id, "creationType").await, "Invitation");
    let upn = selected(&play, id, "userPrincipalName").await;
    assert_eq!(upn, "noor_fabrikam.com#EXT#@contoso.onmicrosoft.com");
    let body = json!({ "proxyAddresses": [] });
    let got = play
        .graph_json("PATCH", &format!("users/{id}"), &body)
        .await;
    got.refused(400, "read-only");
}

#[tokio::test]
async fn a_synced_user_is_not_edited_here() {
    let world = orgctl::sandbox::World::from_live(&contoso()).unwrap();
    let mut world = serde_json::to_value(&world).unwrap();
    world["directory"]["users"][object(2).to_string()]["synced"] = json!(true);
    let world = serde_json::from_value(world).unwrap();
    let play = Playground::start(orgctl::sandbox::Options::new(world)).await;
    let body = json!({ "jobTitle": "x" });
    let got = play
        .graph_json("PATCH", &format!("users/{}", object(2)), &body)
        .await;
    got.refused(400, "on-premises mastered");
}

#[tokio::test]
async fn a_deleted_user_waits_to_be_restored() {
    let play = Playground::of(&contoso()).await;
    let id = object(2).to_string();
    let got = play
        .send(play.graph("DELETE", &format!("users/{id}")))
        .await;
    assert_eq!(got.status, 204);
    assert_eq!(play.graph_get(&format!("users/{id}")).await.status, 404);
    let list = play
        .graph_get("directory/deletedItems/microsoft.graph.user")
        .await
        .ok();
    assert_eq!(list["value"][0]["id"], id);
    let short = play
        .graph_get("directory/deletedItems/graph.user")
        .await
        .ok();
    assert_eq!(short, list);
    let upn = list["value"][0]["userPrincipalName"].as_str().unwrap();
    assert_eq!(upn, format!("{}lee@contoso.com", id.replace('-', "")));
    let restore = format!("directory/deletedItems/{id}/restore");
    let got = play.send(play.graph("POST", &restore)).await;
    assert_eq!(got.ok()["@odata.type"], "#microsoft.graph.user");
    assert_eq!(selected(&play, &id, "mail").await, "lee@contoso.com");
    assert_eq!(play.send(play.graph("POST", &restore)).await.status, 404);
}

#[tokio::test]
async fn an_invitation_makes_a_pending_guest_with_a_flat_name() {
    let play = Playground::of(&contoso()).await;
    let got = invite(&play, &invitation("Noor@Fabrikam.com")).await;
    assert_eq!(got.status, 201);
    let body = got.json();
    assert_eq!(body["status"], "PendingAcceptance");
    assert_ne!(body["id"], body["invitedUser"]["id"]);
    let url = body["inviteRedeemUrl"].as_str().unwrap();
    assert!(
        url.starts_with("https://login.microsoftonline.com/redeem?rd="),
        "{url}"
    );
    let id = body["invitedUser"]["id"].as_str().unwrap();
    let upn = selected(&play, id, "userPrincipalName").await;
    assert_eq!(upn, "Noor_Fabrikam.com#EXT#@contoso.onmicrosoft.com");
    assert_eq!(selected(&play, id, "displayName").await, "Noor Haddad");
    assert_eq!(
        selected(&play, id, "externalUserState").await,
        "PendingAcceptance"
    );
    assert_eq!(selected(&play, id, "userType").await, "Guest");
}

#[tokio::test]
async fn inviting_again_keeps_the_user_and_gives_a_new_url() {
    let play = Playground::of(&contoso()).await;
    let first = invite(&play, &invitation("noor@fabrikam.com")).await.ok();
    let again = invite(&play, &invitation("NOOR@fabrikam.com")).await.ok();
    assert_eq!(again["invitedUser"], first["invitedUser"]);
    assert_ne!(again["inviteRedeemUrl"], first["inviteRedeemUrl"]);
    let user = json!({ "user": first["invitedUser"]["id"] });
    assert_eq!(play.hook("redeem", &user).await.status, 204);
    let third = invite(&play, &invitation("noor@fabrikam.com")).await.ok();
    assert_eq!(third["status"], "Completed");
    assert_eq!(third["invitedUser"], first["invitedUser"]);
    let id = first["invitedUser"]["id"].as_str().unwrap();
    assert_eq!(selected(&play, id, "externalUserState").await, "Accepted");
    let mut reset = invitation("noor@fabrikam.com");
    reset["resetRedemption"] = json!(true);
    reset["invitedUser"] = json!({ "id": id });
    assert_eq!(
        invite(&play, &reset).await.ok()["status"],
        "PendingAcceptance"
    );
    reset["invitedUserEmailAddress"] = json!("other@fabrikam.com");
    invite(&play, &reset)
        .await
        .refused(400, "doesn't match any emails");
}

#[tokio::test]
async fn an_address_of_the_tenants_own_domain_is_not_invited() {
    let play = Playground::of(&contoso()).await;
    let got = invite(&play, &invitation("new@contoso.com")).await;
    got.refused(400, "is a verified domain of this directory.");
    assert_eq!(got.json()["error"]["code"], "BadRequest");
}

#[tokio::test]
async fn addresses_with_refused_characters_are_not_invited() {
    let play = Playground::of(&contoso()).await;
    for address in [
        "a+b@x.com",
        ".a@x.com",
        "a-@x.com",
        "a b@x.com",
        "a'b,@x.com",
        "a@b@x.com",
        "a",
    ] {
        let got = invite(&play, &invitation(address)).await;
        got.refused(400, "email address is invalid");
    }
    for address in ["a_b@x.com", "_a.b-c@x.com", "o'brien@x.com"] {
        assert_eq!(
            invite(&play, &invitation(address)).await.status,
            201,
            "{address}"
        );
    }
}

#[tokio::test]
async fn a_blocked_account_is_named_by_its_id() {
    let mut live = contoso();
    let mut guest = directory_user("noor_fabrikam.com#EXT#@contoso.onmicrosoft.com");
    guest.mail = Some(email("noor@fabrikam.com"));
    guest.enabled = false;
    live.directory.users.insert(object(9), guest);
    let play = Playground::of(&live).await;
    let got = invite(&play, &invitation("noor@fabrikam.com")).await;
    got.refused(
        400,
        &format!("object ID: {}, but the account is blocked", object(9)),
    );
}

#[tokio::test]
async fn an_invitation_needs_an_address_and_an_https_redirect() {
    let play = Playground::of(&contoso()).await;
    let mut body = invitation("noor@fabrikam.com");
    body["inviteRedirectUrl"] = json!("http://dev.azure.com");
    invite(&play, &body).await.refused(400, "inviteRedirectUrl");
    body.as_object_mut().unwrap().remove("inviteRedirectUrl");
    invite(&play, &body).await.refused(400, "inviteRedirectUrl");
    let got = play.graph_get("invitations").await;
    assert_eq!(got.status, 404);
}

#[tokio::test]
async fn values_of_another_shape_or_length_are_refused() {
    let play = Playground::of(&contoso()).await;
    let user = format!("users/{}", object(2));
    for (body, property) in [
        (
            json!({ "passwordProfile": { "password": "" } }),
            "password complexity",
        ),
        (
            json!({ "passwordProfile": { "password": 7 } }),
            "'passwordProfile'",
        ),
        (
            json!({ "passwordProfile": ["secret"] }),
            "'passwordProfile'",
        ),
        (json!({ "mailNickname": "n".repeat(65) }), "'mailNickname'"),
        (json!({ "mailNickname": null }), "'mailNickname'"),
        (json!({ "displayName": "" }), "'displayName'"),
        (json!({ "displayName": "d".repeat(257) }), "'displayName'"),
    ] {
        let got = play.graph_json("PATCH", &user, &body).await;
        got.refused(400, property);
    }
    for message in [
        json!([]),
        json!({ "ccRecipients": {} }),
        json!({ "ccRecipients": [{ "emailAddress": [null, null] }] }),
        json!({ "customizedMessageBody": {} }),
    ] {
        let mut body = invitation("noor@fabrikam.com");
        body["invitedUserMessageInfo"] = message;
        invite(&play, &body).await.refused(400, "payload");
    }
}
