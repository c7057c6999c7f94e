//! Deleted users who are brought back.

use orgctl::apply::port::{Outcome, StepError};
use orgctl::model::address::Kind;
use orgctl::model::attributes::{
    Attributes, DirectoryUserAttributes, GuestBy, InvitationAttributes,
};
use orgctl::plan::value::Step;

use super::{create, id_of, object, send, start};
use crate::azure::canned::{self, NOOR_OBJECT};
use crate::azure::server::{Reply, Server};

fn path() -> String {
    format!("graph.microsoft.com/v1.0/directory/deletedItems/{NOOR_OBJECT}/restore")
}

fn member() -> Step {
    let after = Attributes::DirectoryUser(DirectoryUserAttributes {
        display_name: "Noor".to_owned(),
        restored: Some(NOOR_OBJECT.parse().unwrap()),
    });
    create(Kind::DirectoryUser, "noor@contoso.com", after)
}

fn guest(with_invitation: bool) -> Step {
    let after = Attributes::Invitation(InvitationAttributes {
        by: GuestBy::Restoring {
            user: NOOR_OBJECT.parse().unwrap(),
            with_invitation,
        },
        ..InvitationAttributes::default()
    });
    create(Kind::Invitation, "noor@fabrikam.com", after)
}

/// A directory that answers the first restoration like this, and has Noor or has not.
async fn restoring(first: Reply, is_there: bool) -> Server {
    start(move |seen| match (seen.path(), seen.nth) {
        (path, 0) if path.ends_with("/restore") => Some(first.clone()),
        (path, _) if path.ends_with("/restore") => Some(Reply::json("{}")),
        (canned::BATCH, _) => {
            let noor = canned::user(NOOR_OBJECT, "noor@contoso.com", "");
            let status = if is_there { 200 } else { 404 };
            let answer = format!(r#"{{"id":"0","status":{status},"body":{noor}}}"#);
            Some(Reply::json(format!(r#"{{"responses":[{answer}]}}"#)))
        }
        (canned::INVITATIONS, _) => {
            let made = format!(r#"{{"invitedUser":{{"id":"{NOOR_OBJECT}"}}}}"#);
            Some(Reply::json(made).status(201))
        }
        _ => None,
    })
    .await
}

#[tokio::test]
async fn who_was_deleted_is_restored_and_no_password_is_made() {
    let server = restoring(Reply::json("{}"), true).await;
    let outcomes = send(&server, &[member()]).await;
    assert_eq!(id_of(&outcomes[0]), Some(object(NOOR_OBJECT)));
    let seen = server.seen();
    let restore = seen.iter().find(|seen| seen.is("POST", &path())).unwrap();
    assert_eq!(
        restore.body, "",
        "under the name of before, with everything as it was"
    );
    assert_eq!(
        server.count("POST", canned::BATCH),
        0,
        "looked up only in doubt"
    );
}

#[tokio::test]
async fn a_restoration_in_doubt_is_looked_up() {
    let noor = Some(object(NOOR_OBJECT));
    let server = restoring(Reply::lost(), true).await;
    assert_eq!(id_of(&send(&server, &[member()]).await[0]), noor);
    assert_eq!(server.count("POST", &path()), 1);
    let server = restoring(Reply::lost(), false).await;
    assert_eq!(id_of(&send(&server, &[member()]).await[0]), noor);
    assert_eq!(server.count("POST", &path()), 2, "it was not done");
    let server = restoring(Reply::new(404), true).await;
    let outcomes = send(&server, &[member()]).await;
    assert!(
        matches!(outcomes[0], Outcome::AlreadySo { .. }),
        "{outcomes:?}"
    );
    let server = restoring(Reply::new(404), false).await;
    let outcomes = send(&server, &[member()]).await;
    assert!(
        matches!(outcomes[0], Outcome::Failed(_)),
        "purged: {outcomes:?}"
    );
    let conflict = Reply::json(r#"{"error":{"code":"Request_BadRequest","message":"taken"}}"#);
    let server = restoring(conflict.status(400), false).await;
    let outcomes = send(&server, &[member()]).await;
    assert!(matches!(&outcomes[0], Outcome::Failed(StepError::Call(e)) if e.message() == "taken"));
}

#[tokio::test]
async fn a_guest_who_never_accepted_is_invited_when_restored() {
    for with_invitation in [false, true] {
        let server = restoring(Reply::json("{}"), true).await;
        let outcomes = send(&server, &[guest(with_invitation)]).await;
        assert_eq!(id_of(&outcomes[0]), Some(object(NOOR_OBJECT)));
        let letters = usize::from(with_invitation);
        assert_eq!(server.count("POST", canned::INVITATIONS), letters);
    }
}
