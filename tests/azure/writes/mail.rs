//! Mail of our own beside an invitation, and invitations that are sent once more.

use orgctl::apply::port::{Outcome, StepError};
use orgctl::model::address::Kind;
use orgctl::model::attributes::{Attributes, GuestBy, InvitationAttributes};
use orgctl::plan::value::{Change, Step};
use serde_json::json;

use super::{Shown, body_of, create, id_of, object, send, start, step};
use crate::azure::canned::{self, ANA_OBJECT, NOOR_OBJECT, email};
use crate::azure::server::{Reply, Seen, Server};

const SEND_MAIL: &str = "graph.microsoft.com/v1.0/users/it%40contoso.com/sendMail";
const SECRET: &str = "https://login.microsoftonline.com/redeem?rd=hush";

fn asked(by: GuestBy, sender: bool) -> InvitationAttributes {
    InvitationAttributes {
        display_name: Some("Noor Haddad".to_owned()),
        message: Some("Welcome".to_owned()),
        sender: sender.then(|| email("it@contoso.com")),
        by,
        ..InvitationAttributes::default()
    }
}

fn first(sender: bool) -> Step {
    let after = Attributes::Invitation(asked(GuestBy::Invitation, sender));
    create(Kind::Invitation, "noor@fabrikam.com", after)
}

fn again(by: GuestBy, sender: bool) -> Step {
    let change = Change::Update {
        id: object(NOOR_OBJECT),
        before: Attributes::Invitation(InvitationAttributes::default()),
        after: Attributes::Invitation(asked(by, sender)),
    };
    step(Kind::Invitation, "noor@fabrikam.com", change)
}

fn invited(user: &str) -> Reply {
    Reply::json(format!(
        r#"{{"inviteRedeemUrl":"{SECRET}","invitedUser":{{"id":"{user}"}}}}"#
    ))
    .status(201)
}

/// A service that invites, and answers a mail like this.
async fn posting(mail: Reply) -> Server {
    start(move |seen| match seen.path() {
        canned::INVITATIONS => Some(invited(NOOR_OBJECT)),
        SEND_MAIL => Some(mail.clone()),
        _ => None,
    })
    .await
}

async fn one(server: &Server, step: Step) -> Outcome {
    send(server, &[step]).await.remove(0)
}

#[tokio::test]
async fn the_text_goes_out_by_our_own_mail_with_the_address_to_accept_at() {
    let server = posting(Reply::new(202)).await;
    let outcome = one(&server, first(true)).await;
    assert_eq!(id_of(&outcome), Some(object(NOOR_OBJECT)));
    assert!(!format!("{outcome:?}").contains("hush"));
    let invitation = body_of(&server, "POST", canned::INVITATIONS);
    assert_eq!(invitation["sendInvitationMessage"], false);
    assert!(invitation.get("invitedUserMessageInfo").is_none());
    let mail = body_of(&server, "POST", SEND_MAIL);
    assert_eq!(
        mail["saveToSentItems"], false,
        "the mailbox keeps no secret"
    );
    assert_eq!(mail["message"]["body"]["contentType"], "Text");
    let text = mail["message"]["body"]["content"].as_str().unwrap();
    assert!(
        text.starts_with("Welcome\n") && text.contains(SECRET),
        "{text}"
    );
    let to = json!([{"emailAddress": {"address": "noor@fabrikam.com", "name": "Noor Haddad"}}]);
    assert_eq!(mail["message"]["toRecipients"], to);
}

#[tokio::test]
async fn a_mail_is_sent_once_whatever_becomes_of_it() {
    let refused = Reply::json(r#"{"error":{"code":"ErrorSendAsDenied","message":"no"}}"#);
    let rows = [
        (Reply::lost(), true),
        (Reply::new(503), true),
        (Reply::new(500), true),
        (refused.status(403), false),
        (Reply::new(404), false),
    ];
    for (mail, is_unsure) in rows {
        let server = posting(mail.clone()).await;
        let outcome = one(&server, first(true)).await;
        let noor = object(NOOR_OBJECT);
        let (remote_id, error, found) = match &outcome {
            Outcome::MailUnsure { remote_id, error } => (remote_id, error, true),
            Outcome::MailOwed { remote_id, error } => (remote_id, error, false),
            Outcome::Done { .. }
            | Outcome::AlreadySo { .. }
            | Outcome::Failed(_)
            | Outcome::Unsure(_) => panic!("{mail:?}: {outcome:?}"),
        };
        assert_eq!((*remote_id, found), (noor, is_unsure), "{mail:?}");
        assert!(!error.to_string().contains("hush"), "{error}");
        assert_eq!(server.count("POST", SEND_MAIL), 1, "{mail:?}");
        assert_eq!(server.count("POST", canned::INVITATIONS), 1);
    }
}

#[tokio::test]
async fn without_a_mail_the_invitation_is_repeated_until_the_address_is_known() {
    let server = start(|seen| match (seen.path(), seen.nth) {
        (canned::INVITATIONS, 0) => Some(Reply::lost()),
        (canned::INVITATIONS, _) => Some(invited(NOOR_OBJECT)),
        (canned::BATCH, _) => Some(Shown::all(true).answer(seen)),
        (SEND_MAIL, _) => Some(Reply::new(202)),
        _ => None,
    })
    .await;
    let outcome = one(&server, first(true)).await;
    assert_eq!(id_of(&outcome), Some(object(NOOR_OBJECT)));
    assert_eq!(server.count("POST", canned::INVITATIONS), 2);
    assert_eq!(server.count("POST", SEND_MAIL), 1);
}

#[tokio::test]
async fn once_more_is_an_invitation_of_the_same_user() {
    let server = posting(Reply::new(202)).await;
    let outcome = one(&server, again(GuestBy::Resending, false)).await;
    assert_eq!(id_of(&outcome), Some(object(NOOR_OBJECT)));
    let body = body_of(&server, "POST", canned::INVITATIONS);
    assert_eq!(body["sendInvitationMessage"], true);
    assert!(body.get("resetRedemption").is_none() && body.get("invitedUser").is_none());
    let server = posting(Reply::new(202)).await;
    let outcome = one(&server, again(GuestBy::Resetting, false)).await;
    assert_eq!(id_of(&outcome), Some(object(NOOR_OBJECT)));
    let body = body_of(&server, "POST", canned::INVITATIONS);
    assert_eq!(body["resetRedemption"], true);
    assert_eq!(body["invitedUser"]["id"], NOOR_OBJECT);
    let other = start(|seen| {
        seen.is("POST", canned::INVITATIONS)
            .then(|| invited(ANA_OBJECT))
    });
    let other = other.await;
    let outcome = one(&other, again(GuestBy::Resending, false)).await;
    assert!(
        matches!(&outcome, Outcome::Failed(StepError::Call(e)) if e.message().contains("instead of"))
    );
}

#[tokio::test]
async fn once_more_is_not_tried_twice() {
    for (reply, by, is_mail) in [
        (Reply::lost(), GuestBy::Resending, true),
        (Reply::new(503), GuestBy::Resending, true),
        (Reply::lost(), GuestBy::Resetting, false),
    ] {
        let server =
            start(move |seen: &Seen| seen.is("POST", canned::INVITATIONS).then(|| reply.clone()))
                .await;
        let outcome = one(&server, again(by, false)).await;
        let found = matches!(outcome, Outcome::MailUnsure { .. });
        assert_eq!(found, is_mail, "{by:?} {outcome:?}");
        assert_eq!(matches!(outcome, Outcome::Unsure(_)), !is_mail);
        assert_eq!(server.count("POST", canned::INVITATIONS), 1, "{by:?}");
    }
}
