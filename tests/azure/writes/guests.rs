//! Invitations, and people who are taken out.

use orgctl::azure::port::{ApiErrorKind, Outcome};
use orgctl::model::address::Kind;
use orgctl::model::attributes::{Attributes, InvitationAttributes};
use orgctl::plan::change::{Change, RemoveFrom};
use serde_json::json;

use super::{LEE_ENTITLEMENT, body_of, id_of, invitation, lee, object, removal, send, start, step};
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
        server.count("GET", canned::USERS),
        0,
        "looked up only in doubt"
    );
}

/// An invitation whose first answer is this, while the directory knows the guest or does not.
async fn invite_in_doubt(first: Reply, is_there: bool) -> (Server, Outcome) {
    let server = start(move |seen| match (seen.path(), seen.nth) {
        (canned::INVITATIONS, 0) => Some(first.clone()),
        (canned::INVITATIONS, _) => {
            Some(Reply::json(format!(r#"{{"invitedUser":{{"id":"{NOOR_OBJECT}"}}}}"#)).status(201))
        }
        (canned::USERS, _) if is_there => {
            let guest = "noor_fabrikam.com#EXT#@contoso.onmicrosoft.com";
            let user = canned::user(NOOR_OBJECT, guest, "Noor@fabrikam.com");
            Some(Reply::json(format!(r#"{{"value":[{user}]}}"#)))
        }
        (canned::USERS, _) => Some(Reply::json(r#"{"value":[]}"#)),
        _ => None,
    })
    .await;
    let mut outcomes = send(&server, &[invitation()]).await;
    (server, outcomes.remove(0))
}

#[tokio::test]
async fn an_invitation_whose_answer_is_lost_is_sent_again_only_when_nobody_came_of_it() {
    let (server, outcome) = invite_in_doubt(Reply::lost(), true).await;
    assert_eq!(id_of(&outcome), Some(object(NOOR_OBJECT)));
    assert_eq!(server.count("POST", canned::INVITATIONS), 1);
    let (server, outcome) = invite_in_doubt(Reply::lost(), false).await;
    assert_eq!(id_of(&outcome), Some(object(NOOR_OBJECT)));
    assert_eq!(server.count("POST", canned::INVITATIONS), 2);
    assert_eq!(server.count("GET", canned::USERS), 7, "for half a minute");
    let (server, outcome) = invite_in_doubt(Reply::json("{}").status(201), false).await;
    assert!(matches!(outcome, Outcome::Unsure(_)), "{outcome:?}");
    assert_eq!(server.count("POST", canned::INVITATIONS), 1);
}

#[tokio::test]
async fn an_invitation_that_cannot_be_looked_up_is_not_sent_again() {
    let server = start(|seen| match seen.path() {
        canned::INVITATIONS => Some(Reply::lost()),
        canned::USERS => Some(Reply::new(403)),
        _ => None,
    })
    .await;
    let outcomes = send(&server, &[invitation()]).await;
    assert!(matches!(outcomes[0], Outcome::Unsure(_)), "{outcomes:?}");
    assert_eq!(server.count("POST", canned::INVITATIONS), 1);
}

#[tokio::test]
async fn an_invitation_behind_a_page_is_sent_again_without_a_look() {
    let page = Reply::new(200).content("text/html", "<html>");
    let (server, outcome) = invite_in_doubt(page, false).await;
    assert_eq!(id_of(&outcome), Some(object(NOOR_OBJECT)));
    assert_eq!(server.count("POST", canned::INVITATIONS), 2);
    assert_eq!(server.count("GET", canned::USERS), 0);
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
        server.count("GET", canned::USERS),
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
    let Outcome::Failed(error) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(error.kind, ApiErrorKind::Forbidden);
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
