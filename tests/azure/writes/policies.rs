//! Policies of the organization, which show a change a moment after it was taken.

use orgctl::apply::port::{Outcome, StepError};
use orgctl::model::address::Address;
use orgctl::model::attributes::{Attributes, PolicyAttributes};
use orgctl::model::ids::RemoteId;
use orgctl::model::policy::Policy;
use orgctl::plan::value::{Change, Reason, Step};
use serde_json::json;

use super::{id_of, send, start};
use crate::azure::server::{Reply, Server};

const POLICIES: &str = "dev.azure.com/contoso/_apis/OrganizationPolicy/Policies";
const SSH: &str =
    "dev.azure.com/contoso/_apis/OrganizationPolicy/Policies/Policy.DisallowSecureShell";

fn switched_on() -> Step {
    let at = |enabled| Attributes::Policy(PolicyAttributes { enabled });
    let id = RemoteId::Policy(Policy::SshAccess);
    Step {
        address: Address::policy(Policy::SshAccess),
        change: Change::Update {
            id,
            before: at(false),
            after: at(true),
        },
        reason: Reason::Differs,
        needs: Vec::new(),
        source: None,
        display_name: None,
    }
}

/// A service that shows a change at the look of this number, counted from 0.
async fn shows_at(look: usize) -> Server {
    start(move |seen| {
        if seen.is("PATCH", SSH) {
            return Some(Reply::new(204));
        }
        let value = seen.nth >= look;
        let policy = json!({"name": "Policy.DisallowSecureShell", "value": value});
        let page = json!({"count": 1, "value": [policy]});
        seen.is("GET", POLICIES)
            .then(|| Reply::json(page.to_string()))
    })
    .await
}

#[tokio::test]
async fn policy_is_looked_at_until_the_change_shows() {
    let server = shows_at(4).await;
    let outcomes = send(&server, &[switched_on()]).await;
    let id = RemoteId::Policy(Policy::SshAccess);
    assert_eq!(id_of(&outcomes[0]), Some(id), "{outcomes:?}");
    assert_eq!(server.count("PATCH", SSH), 1);
    assert_eq!(server.count("GET", POLICIES), 5);
}

#[tokio::test]
async fn policy_that_never_changes_is_a_failure() {
    let server = shows_at(usize::MAX).await;
    let outcomes = send(&server, &[switched_on()]).await;
    let Outcome::Failed(StepError::Call(error)) = &outcomes[0] else {
        panic!("{outcomes:?}");
    };
    assert_eq!(
        error.message(),
        "the service took the change, and ssh_access stands as before"
    );
    assert_eq!(server.count("PATCH", SSH), 1);
}
