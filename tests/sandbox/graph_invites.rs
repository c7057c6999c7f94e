//! Every way in which an invitation is refused, and mail, policies and batches.

use serde_json::{Value, json};

use super::graph_world::{app_token, edited, tell};
use super::support::{Got, Playground, contoso, object};

fn order(address: &str) -> Value {
    json!({ "invitedUserEmailAddress": address,
            "inviteRedirectUrl": "https://dev.azure.com/contoso" })
}

async fn invite(play: &Playground, address: &str) -> Got {
    play.graph_json("POST", "invitations", &order(address))
        .await
}

#[tokio::test]
async fn every_refusal_can_be_ordered_by_address_or_by_domain() {
    let rows = [
        ("own_domain", 400, "is a verified domain of this directory"),
        (
            "blocked_account",
            400,
            "but the account is blocked from signing in",
        ),
        (
            "existing_account",
            400,
            "They can use that account to sign in",
        ),
        ("proxy_conflict", 400, "as one of its proxyAddresses"),
        ("invalid_address", 400, "email address is invalid"),
        (
            "group_address",
            400,
            "Group email address is not supported.",
        ),
        ("blocked_domain", 400, "is blocked by your organization"),
        (
            "cross_tenant",
            403,
            "blocked by cross-tenant access settings",
        ),
        (
            "not_allowed",
            403,
            "Guest invitations not allowed for your company.",
        ),
        ("generic", 403, "Generic authorization exception."),
        ("unauthorized", 401, "ActionName=CreateInvite"),
    ];
    let play = edited(|world| {
        let mut rules = json!({ "one@by-address.example": "generic" });
        for (rule, ..) in rows {
            rules[format!("{}.example", rule.replace('_', "-"))] = json!(rule);
        }
        world["directory"]["invite_rules"] = rules;
    })
    .await;
    for (rule, status, text) in rows {
        let address = format!("noor@{}.example", rule.replace('_', "-"));
        invite(&play, &address).await.refused(status, text);
    }
    invite(&play, "One@by-address.example")
        .await
        .refused(403, "Generic");
    assert_eq!(invite(&play, "two@by-address.example").await.status, 201);
}

#[tokio::test]
async fn an_invited_user_can_fail_to_appear() {
    let rules = json!({ "gone.example": "vanishes" });
    let play = edited(|world| world["directory"]["invite_rules"] = rules).await;
    let got = invite(&play, "noor@gone.example").await;
    assert_eq!(got.json()["status"], "PendingAcceptance");
    let id = got.json()["invitedUser"]["id"].as_str().unwrap().to_owned();
    assert_eq!(play.graph_get(&format!("users/{id}")).await.status, 404);
}

#[tokio::test]
async fn policies_decide_who_comes_in() {
    let play = edited(|world| {
        world["directory"]["policies"] = json!({
            "blocked_domains": ["blocked.example"],
            "partners": { "11111111-0000-4000-8000-000000000000":
                { "domains": ["partner.example"], "inbound": "blocked" } },
        });
        world["settings"]["directory"] = json!({ "blocked_domain_status": 403 });
    })
    .await;
    invite(&play, "a@blocked.example")
        .await
        .refused(403, "Forbidden");
    invite(&play, "a@partner.example")
        .await
        .refused(403, "cross-tenant");
    let partner = "policies/crossTenantAccessPolicy/partners/11111111-0000-4000-8000-000000000000";
    let partner = play.graph_get(partner).await.ok();
    let access = &partner["b2bCollaborationInbound"]["usersAndGroups"]["accessType"];
    assert_eq!(access, "blocked");
    let path = "policies/authorizationPolicy";
    assert_eq!(
        play.graph_get(path).await.ok()["allowInvitesFrom"],
        "everyone"
    );
    let none = json!({ "allowInvitesFrom": "none" });
    assert_eq!(play.graph_json("PATCH", path, &none).await.status, 204);
    invite(&play, "a@free.example")
        .await
        .refused(403, "Guest invitations not allowed");
    let odd = json!({ "allowInvitesFrom": "sometimes" });
    play.graph_json("PATCH", path, &odd)
        .await
        .refused(400, "allowInvitesFrom");
}

#[tokio::test]
async fn an_application_that_may_only_invite_cannot_reset() {
    let play = edited(|world| {
        world["directory"]["applications"] = json!({
            "app-1": { "roles": ["User.Invite.All"], "secrets": ["s3cret"] },
        });
    })
    .await;
    let token = app_token(&play).await;
    let mut body = order("noor@fabrikam.com");
    let got = tell(&play, &token, ("POST", "invitations"), &body).await;
    assert_eq!(got.status, 201, "{}", got.text);
    body["resetRedemption"] = json!(true);
    body["invitedUser"] = got.json()["invitedUser"].clone();
    let got = tell(&play, &token, ("POST", "invitations"), &body).await;
    got.refused(403, "Guest invitations not allowed for your company.");
}

#[tokio::test]
async fn an_application_invites_without_its_text() {
    let play = edited(|world| {
        world["directory"]["applications"] = json!({
            "app-1": { "roles": ["User.Invite.All"], "secrets": ["s3cret"] },
        });
    })
    .await;
    let token = app_token(&play).await;
    let mut body = order("noor@fabrikam.com");
    body["sendInvitationMessage"] = json!(true);
    body["invitedUserMessageInfo"] = json!({ "customizedMessageBody": "Welcome" });
    let got = tell(&play, &token, ("POST", "invitations"), &body).await;
    assert_eq!(got.status, 201, "{}", got.text);
    let got = play.graph_json("POST", "invitations", &body).await;
    assert_eq!(got.status, 201, "{}", got.text);
    // Without the mail there is no letter.
    invite(&play, "dana@fabrikam.com").await.ok();
    let letters = play
        .send(play.request("GET", "_sandbox/letters"))
        .await
        .ok();
    let texts: Vec<_> = letters
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.get("text"))
        .collect();
    assert_eq!(texts, [None, Some(&json!("Welcome"))], "{letters}");
    assert_eq!(letters[0]["address"], "noor@fabrikam.com");
}

#[tokio::test]
async fn mail_lies_in_the_outbox_and_errors_are_those_of_the_mail_service() {
    let rules = json!({ "lee@contoso.com": "send_as_denied" });
    let play = edited(|world| world["directory"]["mail_refusals"] = rules).await;
    let mail = json!({ "message": {
        "subject": "Hello", "body": { "contentType": "Text", "content": "x" },
        "toRecipients": [{ "emailAddress": { "address": "noor@fabrikam.com" } }],
    }, "saveToSentItems": "false" });
    let got = play
        .graph_json("POST", "users/ana@contoso.com/sendMail", &mail)
        .await;
    assert_eq!((got.status.as_u16(), got.text.as_str()), (202, ""));
    let outbox = play.send(play.request("GET", "_sandbox/outbox")).await.ok();
    assert_eq!(outbox[0]["message"]["subject"], "Hello");
    assert_eq!(outbox[0]["saved"], false);
    assert_eq!(outbox[0]["sender"], object(1).to_string());
    let send = async |path: &str, mail: &Value| play.graph_json("POST", path, mail).await;
    let got = send("users/lee@contoso.com/sendMail", &mail).await;
    got.refused(403, "ErrorSendAsDenied");
    let got = send("users/nobody@contoso.com/sendMail", &mail).await;
    got.refused(404, "ErrorInvalidUser");
    let mut nobody = mail.clone();
    nobody["message"]["toRecipients"] = json!([]);
    send("me/sendMail", &nobody)
        .await
        .refused(400, "ErrorInvalidRecipients");
    for (path, wrong) in [
        ("/message/subject", json!(7)),
        ("/message/body/content", json!([])),
        ("/message/body/contentType", json!("Markdown")),
        ("/saveToSentItems", json!("perhaps")),
    ] {
        let mut odd = mail.clone();
        *odd.pointer_mut(path).unwrap() = wrong;
        assert_eq!(send("me/sendMail", &odd).await.status, 400, "{path}");
    }
    let mut header = mail.clone();
    header["message"]["internetMessageHeaders"] = json!([{ "name": "run", "value": "1" }]);
    send("me/sendMail", &header)
        .await
        .refused(400, "InvalidInternetMessageHeader");
}

#[tokio::test]
async fn a_batch_depends_in_one_of_three_patterns() {
    let play = Playground::of(&contoso()).await;
    let item = |id: &str, on: Value| {
        json!({ "id": id, "method": "GET", "url": "/domains",
                                             "dependsOn": on })
    };
    let batch = async |items: Value| {
        let body = json!({ "requests": items });
        play.graph_json("POST", "$batch", &body).await
    };
    let none = json!([]);
    let serial = [
        item("1", none.clone()),
        item("2", json!(["1"])),
        item("3", json!(["2"])),
    ];
    assert_eq!(batch(json!(serial)).await.status, 200);
    let on_one = [
        item("1", none.clone()),
        item("2", json!(["1"])),
        item("3", json!(["1"])),
    ];
    assert_eq!(batch(json!(on_one)).await.status, 200);
    let two_parents = [
        item("1", none.clone()),
        item("2", none.clone()),
        item("3", json!(["1", "2"])),
    ];
    batch(json!(two_parents)).await.refused(400, "dependsOn");
    let forward = [item("1", json!(["2"])), item("2", none)];
    assert_eq!(batch(json!(forward)).await.status, 400);
}
