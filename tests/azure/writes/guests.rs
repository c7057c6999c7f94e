//! Invitations, and people who are taken out.

use orgctl::apply::port::{ApiErrorKind, Outcome, StepError};
use orgctl::model::address::Kind;
use orgctl::model::attributes::{Attributes, InvitationAttributes};
use orgctl::plan::value::{Change, RemoveFrom, Step};
use serde_json::{Value, json};

use super::{
    LEE_ENTITLEMENT, Shown, batch_reply, body_of, create, id_of, invitation, lee, object, removal,
    send, start, step,
};
use crate::azure::canned::{self, LEE_KEY, NOOR_OBJECT};
use crate::azure::server::{Reply, Seen, Server};

#[tokio::test]
async fn a_removal_deletes_the_entitlement_and_a_missing_one_is_so_already() {
    for (status, is_done) in [(204, true), (200, true), (404, false)] {
        let server = start(move |seen| {
            seen.is("DELETE", LEE_ENTITLEMENT)
                .then(|| Reply::new(status).with("ActivityId", "act-1"))
        })
        .await;
        let outcomes = send(&server, &[removal()]).await;
        match &outcomes[..] {
            [
                Outcome::Done {
                    remote_id,
                    request_id,
                },
            ] if is_done => {
                assert_eq!(*remote_id, lee());
                assert_eq!(request_id.as_ref().unwrap().as_str(), "act-1");
            }
            [Outcome::AlreadySo { remote_id }] if !is_done => assert_eq!(*remote_id, lee()),
            other => panic!("{status} {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_removal_whose_answer_was_lost_is_done_once_nothing_is_left() {
    for first in [Reply::lost(), Reply::new(503)] {
        let server = start(move |seen| {
            let is_first = seen.nth == 0;
            let reply = || {
                if is_first {
                    first.clone()
                } else {
                    Reply::new(404)
                }
            };
            seen.is("DELETE", LEE_ENTITLEMENT).then(reply)
        })
        .await;
        let outcomes = send(&server, &[removal()]).await;
        assert_eq!(id_of(&outcomes[0]), Some(lee()), "{outcomes:?}");
    }
}

#[tokio::test]
async fn an_invitation_is_sent_with_its_mail_and_its_secret_is_dropped() {
    let server = start(|seen| {
        seen.is("POST", canned::INVITATIONS).then(|| {
            Reply::json(format!(
                r#"{{"id":"x","inviteRedeemUrl":"https://secret",
                "invitedUser":{{"id":"{NOOR_OBJECT}"}}}}"#
            ))
            .status(201)
            .with("request-id", "req-1")
        })
    })
    .await;
    let outcomes = send(&server, &[invitation()]).await;
    assert_eq!(id_of(&outcomes[0]), Some(object(NOOR_OBJECT)));
    assert!(!format!("{outcomes:?}").contains("secret"));
    let expected = json!({
        "invitedUserEmailAddress": "noor@fabrikam.com",
        "inviteRedirectUrl": "https://dev.azure.com/contoso",
        "invitedUserDisplayName": "Noor Haddad",
        "sendInvitationMessage": true,
        "invitedUserMessageInfo": {"customizedMessageBody": "Welcome"},
    });
    assert_eq!(body_of(&server, "POST", canned::INVITATIONS), expected);
    assert_eq!(
        server.count("POST", canned::BATCH),
        0,
        "looked up only in doubt"
    );
}

/// An invitation whose first answer is this, while the directory shows the guest or does not.
async fn invite_while(first: Reply, shown: Shown) -> (Server, Outcome) {
    let server = start(move |seen| match (seen.path(), seen.nth) {
        (canned::INVITATIONS, 0) => Some(first.clone()),
        (canned::INVITATIONS, _) => {
            Some(Reply::json(format!(r#"{{"invitedUser":{{"id":"{NOOR_OBJECT}"}}}}"#)).status(201))
        }
        (canned::BATCH, _) => Some(shown.answer(seen)),
        _ => None,
    })
    .await;
    let mut outcomes = send(&server, &[invitation()]).await;
    (server, outcomes.remove(0))
}

async fn invite_in_doubt(first: Reply, is_there: bool) -> (Server, Outcome) {
    invite_while(first, Shown::all(is_there)).await
}

#[tokio::test]
async fn an_invitation_whose_answer_is_lost_is_sent_again_only_when_nobody_came_of_it() {
    for (answer, looks) in [
        (Reply::lost(), 4),
        (Reply::new(502), 4),
        (Reply::new(504), 4),
        (Reply::new(503), 3),
    ] {
        let (server, outcome) = invite_in_doubt(answer.clone(), true).await;
        assert_eq!(id_of(&outcome), Some(object(NOOR_OBJECT)));
        assert_eq!(server.count("POST", canned::INVITATIONS), 1);
        let (server, outcome) = invite_in_doubt(answer.clone(), false).await;
        assert_eq!(id_of(&outcome), Some(object(NOOR_OBJECT)));
        assert_eq!(server.count("POST", canned::INVITATIONS), 2);
        assert_eq!(server.count("POST", canned::BATCH), looks, "{answer:?}");
    }
    let (server, outcome) = invite_in_doubt(Reply::json("{}").status(201), false).await;
    assert!(matches!(outcome, Outcome::Unsure(_)), "{outcome:?}");
    assert_eq!(server.count("POST", canned::INVITATIONS), 1);
}

#[tokio::test]
async fn a_guest_whom_the_index_does_not_know_yet_is_not_invited_again() {
    let shown = Shown {
        by_address: false,
        by_name: true,
    };
    let (server, outcome) = invite_while(Reply::lost(), shown).await;
    assert_eq!(id_of(&outcome), Some(object(NOOR_OBJECT)));
    assert_eq!(server.count("POST", canned::INVITATIONS), 1);
}

#[tokio::test]
async fn guests_in_doubt_are_looked_for_together() {
    // Every invitation is lost, and every second one was carried out.
    let invited = |url: &str| (0..50).find(|n| url.starts_with(&format!("/users/g{n}_")));
    let server = start(move |seen| match (seen.path(), seen.nth) {
        (canned::INVITATIONS, 0..50) => Some(Reply::lost()),
        (canned::INVITATIONS, _) => {
            let number: usize = seen.body.split_once(":\"g").unwrap().1[..2]
                .trim_end_matches('@')
                .parse()
                .unwrap();
            assert_eq!(number % 2, 1, "invited a second time: {}", seen.body);
            let made = format!(r#"{{"invitedUser":{{"id":"{NOOR_OBJECT}"}}}}"#);
            Some(Reply::json(made).status(201))
        }
        (canned::BATCH, _) => Some(batch_reply(seen, |item| {
            let url = item["url"].as_str().unwrap();
            match invited(url).filter(|n| n % 2 == 0) {
                Some(n) => {
                    let user = canned::user(NOOR_OBJECT, "x", &format!("g{n}@fabrikam.com"));
                    json!({"status": 200, "body": serde_json::from_str::<Value>(&user).unwrap()})
                }
                None if url.starts_with("/users?") => json!({"status": 200, "body": {"value": []}}),
                None => json!({"status": 404, "body": {}}),
            }
        })),
        _ => None,
    })
    .await;
    let guest = |n| {
        let after = Attributes::Invitation(InvitationAttributes::default());
        create(Kind::Invitation, &format!("g{n}@fabrikam.com"), after)
    };
    let steps: Vec<Step> = (0..50).map(guest).collect();
    let outcomes = send(&server, &steps).await;
    let done = outcomes.iter().filter(|outcome| id_of(outcome).is_some());
    assert_eq!(done.count(), 50, "{outcomes:?}");
    assert_eq!(server.count("POST", canned::INVITATIONS), 75);
    // Fifteen in a batch: four for fifty at the first look, two for the rest at each of the others, and some
    // more where they do not come together. Each alone would be a hundred and fifty.
    let looks = server.count("POST", canned::BATCH);
    assert!((8..=40).contains(&looks), "{looks}");
    assert_eq!(server.count("GET", canned::TENANT_INFO), 1);
}

#[tokio::test]
async fn an_invitation_that_cannot_be_looked_up_is_not_sent_again() {
    let names_no_domain = |seen: &Seen| {
        let tenant = r#"{"value":[{"verifiedDomains":[{"name":"contoso.com"}]}]}"#;
        (seen.path() == canned::TENANT_INFO).then(|| Reply::json(tenant))
    };
    let forbids = |seen: &Seen| {
        let refused = |_: &Value| json!({"status": 403, "body": {}});
        (seen.path() == canned::BATCH).then(|| batch_reply(seen, refused))
    };
    for is_forbidden in [true, false] {
        let server = start(move |seen| match seen.path() {
            canned::INVITATIONS => Some(Reply::lost()),
            _ if is_forbidden => forbids(seen),
            _ => names_no_domain(seen),
        })
        .await;
        let outcomes = send(&server, &[invitation()]).await;
        assert!(matches!(outcomes[0], Outcome::Unsure(_)), "{outcomes:?}");
        assert_eq!(server.count("POST", canned::INVITATIONS), 1);
    }
}

#[tokio::test]
async fn an_invitation_behind_a_page_is_sent_again_without_a_look() {
    let page = Reply::new(200).content("text/html", "<html>");
    let (server, outcome) = invite_in_doubt(page, false).await;
    assert_eq!(id_of(&outcome), Some(object(NOOR_OBJECT)));
    assert_eq!(server.count("POST", canned::INVITATIONS), 2);
    assert_eq!(server.count("POST", canned::BATCH), 0);
}

#[tokio::test]
async fn an_invitation_that_failed_is_looked_up_before_it_is_repeated() {
    let (server, outcome) = invite_in_doubt(Reply::new(503), true).await;
    assert_eq!(id_of(&outcome), Some(object(NOOR_OBJECT)));
    assert_eq!(server.count("POST", canned::INVITATIONS), 1);
    let (server, outcome) = invite_in_doubt(Reply::new(503), false).await;
    assert_eq!(id_of(&outcome), Some(object(NOOR_OBJECT)));
    assert_eq!(server.count("POST", canned::INVITATIONS), 2);
    let (server, _) = invite_in_doubt(Reply::new(429).with("Retry-After", "0"), false).await;
    assert_eq!(server.count("POST", canned::INVITATIONS), 2);
    assert_eq!(
        server.count("POST", canned::BATCH),
        0,
        "a 429 was not carried out"
    );
}

#[tokio::test]
async fn a_missing_permission_to_invite_is_final() {
    let refusal = Reply::json(
        r#"{"error":{"code":"Unauthorized","message":
        "Insufficient privileges to perform requested operation by the application"}}"#,
    )
    .status(401);
    let (server, outcome) = invite_in_doubt(refusal, false).await;
    let Outcome::Failed(StepError::Call(error)) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(error.kind(), ApiErrorKind::Forbidden);
    assert_eq!(server.count("POST", canned::INVITATIONS), 1);
}

#[tokio::test]
async fn a_guest_is_taken_out_of_the_organization_before_the_directory() {
    let user = format!("{}/{NOOR_OBJECT}", canned::USERS);
    let path = user.clone();
    let server = start(move |seen| {
        let is_known = seen.is("DELETE", LEE_ENTITLEMENT) || seen.is("DELETE", &path);
        is_known.then(|| Reply::new(204))
    })
    .await;
    let attributes = Attributes::Invitation(InvitationAttributes::default());
    let remove = |directory| {
        let change = Change::Remove {
            id: object(NOOR_OBJECT),
            before: attributes.clone(),
            from: RemoveFrom {
                organization: Some(LEE_KEY.parse().unwrap()),
                directory,
                projects: false,
            },
        };
        step(Kind::Invitation, "noor@fabrikam.com", change)
    };
    let outcomes = send(&server, &[remove(false)]).await;
    assert_eq!(id_of(&outcomes[0]), Some(object(NOOR_OBJECT)));
    assert_eq!(server.count("DELETE", &user), 0);
    send(&server, &[remove(true)]).await;
    let seen = server.seen();
    let deleted: Vec<&str> = seen
        .iter()
        .filter(|seen| seen.method == "DELETE")
        .map(Seen::path)
        .collect();
    assert_eq!(deleted, [LEE_ENTITLEMENT, LEE_ENTITLEMENT, &user]);
}
