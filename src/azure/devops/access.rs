//! Access levels, set in bulk.
//!
//! The answer to a bulk change is 200 whatever became of its parts: each result says for itself
//! whether it succeeded, and a failure may name no error at all. See "User Entitlements - Update User
//! Entitlements" in the REST reference.

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::azure::port::{ApiError, ApiErrorKind, Outcome};
use crate::azure::transport::answer::Answer;
use crate::azure::transport::client::{Client, Failure};
use crate::azure::transport::host::{Host, in_organization};
use crate::azure::transport::request::{Repeat, Request};
use crate::model::access::AccessLevel;
use crate::model::ids::{ObjectId, OrganizationName, RemoteId, RequestId, StorageKey};

use super::people::{effective, object_id};
use super::write::{patch, unwritable};
use super::{read, wire};

/// Operations in one request. The most that the service takes is not documented; fifty are answered
/// well within the time of a request.
const OPERATIONS_MAX: usize = 50;

/// Whose level is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// A directory identity's that is not in the organization yet.
    New(ObjectId),
    /// A member's.
    Existing(StorageKey),
}

/// A level to set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LevelChange {
    /// Whose.
    pub(crate) whose: Whose,
    /// To what.
    pub(crate) level: AccessLevel,
}

/// How far one change has come.
#[derive(Clone, Debug)]
enum Stand {
    Open,
    Doubtful { error: ApiError, may_repeat: bool },
    Settled(Outcome),
}

/// Sets access levels; the outcomes are in the order given.
pub(crate) async fn set_levels(
    client: &Client,
    organization: &OrganizationName,
    changes: &[LevelChange],
) -> Vec<Outcome> {
    let mut stands = vec![Stand::Open; changes.len()];
    send(client, organization, changes, &mut stands).await;
    settle(client, organization, changes, &mut stands).await;
    // Whoever is not in the organization although nothing was refused is added once more.
    send(client, organization, changes, &mut stands).await;
    settle(client, organization, changes, &mut stands).await;
    stands.into_iter().map(Stand::into_outcome).collect()
}

impl Stand {
    fn into_outcome(self) -> Outcome {
        match self {
            Self::Settled(outcome) => outcome,
            Self::Doubtful { error, .. } => Outcome::Unsure(error),
            Self::Open => Outcome::Unsure(ApiError {
                kind: ApiErrorKind::Unexpected,
                method: "PATCH",
                url: format!("https://{}", Host::Entitlements.name()),
                status: None,
                code: None,
                message: "sent twice, answered neither time, and not to be found".to_owned(),
                request_id: None,
            }),
        }
    }
}

async fn send(
    client: &Client,
    organization: &OrganizationName,
    changes: &[LevelChange],
    stands: &mut [Stand],
) {
    let open = |wanted: Repeat| {
        let numbered = changes.iter().zip(stands.iter()).enumerate();
        let open = numbered.filter(|(_, (_, stand))| matches!(stand, Stand::Open));
        open.filter(|(_, (change, _))| change.repeat() == wanted)
            .map(|(n, (change, _))| (n, *change))
            .collect::<Vec<_>>()
    };
    let groups = [
        (Repeat::Never, open(Repeat::Never)),
        (Repeat::Freely, open(Repeat::Freely)),
    ];
    for (repeat, group) in groups {
        for chunk in group.chunks(OPERATIONS_MAX) {
            let numbers: Vec<usize> = chunk.iter().map(|(n, _)| *n).collect();
            let chunk: Vec<LevelChange> = chunk.iter().map(|(_, change)| *change).collect();
            let reviewed = match send_chunk(client, organization, &chunk, repeat).await {
                Ok(answer) => review(&chunk, &answer),
                Err(failure) => vec![Stand::from_failure(&failure); chunk.len()],
            };
            for (number, stand) in numbers.into_iter().zip(reviewed) {
                if let Some(slot) = stands.get_mut(number) {
                    *slot = stand;
                }
            }
        }
    }
}

impl Stand {
    fn from_failure(failure: &Failure) -> Self {
        let error = (*failure.error).clone();
        if failure.may_be_done {
            Self::Doubtful {
                error,
                may_repeat: true,
            }
        } else {
            Self::Settled(Outcome::Failed(error))
        }
    }
}

impl LevelChange {
    /// Setting a level twice is as good as once; adding somebody is looked up first.
    const fn repeat(&self) -> Repeat {
        match self.whose {
            Whose::New(_) => Repeat::Never,
            Whose::Existing(_) => Repeat::Freely,
        }
    }

    fn operation(&self) -> Value {
        let level = match self.level {
            AccessLevel::Stakeholder => account("stakeholder"),
            AccessLevel::Basic => account("express"),
            AccessLevel::BasicTestPlans => account("advanced"),
            AccessLevel::VisualStudio => {
                json!({"licensingSource": "msdn", "msdnLicenseType": "eligible"})
            }
        };
        match self.whose {
            // One key and no empty one beside it: with both the service finds nobody.
            Whose::New(id) => json!({"from": "", "op": "add", "path": "", "value": {
                "accessLevel": level, "extensions": [], "projectEntitlements": [],
                "user": {"origin": "aad", "originId": id, "subjectKind": "user"},
            }}),
            Whose::Existing(key) => json!({
                "from": "", "op": "replace", "path": format!("/{key}/accessLevel"), "value": level,
            }),
        }
    }
}

fn account(licence: &str) -> Value {
    json!({"licensingSource": "account", "accountLicenseType": licence})
}

async fn send_chunk(
    client: &Client,
    organization: &OrganizationName,
    changes: &[LevelChange],
    repeat: Repeat,
) -> Result<Answer, Failure> {
    let operations: Vec<Value> = changes.iter().map(LevelChange::operation).collect();
    let path = in_organization(organization, "_apis/userentitlements");
    let path = format!(
        "{path}?doNotSendInviteForNewUsers=true&api-version={}",
        wire::ENTITLEMENTS
    );
    let request = patch(Host::Entitlements, path, &operations)
        .map_err(|error| Failure::undone(unwritable(Host::Entitlements, &error)))?;
    client.send(&Request { repeat, ..request }).await
}

/// What became of each change, in order.
fn review(changes: &[LevelChange], answer: &Answer) -> Vec<Stand> {
    let bulk: wire::BulkResult<'_> = match answer.json() {
        Ok(bulk) => bulk,
        Err(error) => {
            let stand = Stand::Doubtful {
                error,
                may_repeat: false,
            };
            return vec![stand; changes.len()];
        }
    };
    changes
        .iter()
        .enumerate()
        .map(
            |(n, change)| match result_of(n, change, changes, &bulk.results) {
                Some(result) => review_one(change, result, answer),
                None => Stand::Doubtful {
                    error: answer.unexpected("the answer does not mention this user".to_owned()),
                    may_repeat: false,
                },
            },
        )
        .collect()
}

/// The result of one change: the one that names its user or, where a result names nobody, as many
/// results as changes, the one at its place.
fn result_of<'r, 'a>(
    n: usize,
    change: &LevelChange,
    changes: &[LevelChange],
    results: &'r [wire::OneResult<'a>],
) -> Option<&'r wire::OneResult<'a>> {
    if let Some(result) = results.iter().find(|result| names(result, change)) {
        return Some(result);
    }
    let at_place = results.get(n).filter(|_| results.len() == changes.len())?;
    let names_another = changes.iter().any(|other| names(at_place, other));
    (!names_another).then_some(at_place)
}

fn names(result: &wire::OneResult<'_>, change: &LevelChange) -> bool {
    match change.whose {
        Whose::New(id) => {
            let entitlement = result.result.as_ref();
            entitlement.is_some_and(|e| object_id(&e.user) == Some(id))
        }
        Whose::Existing(key) => result.user_id.as_str().parse() == Ok(key),
    }
}

fn review_one(change: &LevelChange, result: &wire::OneResult<'_>, answer: &Answer) -> Stand {
    if !result.is_success {
        return Stand::Settled(Outcome::Failed(refusal(result, answer)));
    }
    let entitlement = result.result.as_ref();
    let granted = entitlement.map(|e| effective(&e.access_level));
    if let Some(granted) = granted.filter(|granted| !change.level.is_met_by(*granted)) {
        let message = format!("{granted} was granted instead of {}", change.level);
        let error = answer.error(ApiErrorKind::Refused, None, message);
        return Stand::Settled(Outcome::Failed(error));
    }
    let key = match change.whose {
        Whose::Existing(key) => Some(key),
        Whose::New(_) => [Some(&result.user_id), entitlement.map(|e| &e.id)]
            .into_iter()
            .flatten()
            .filter_map(|text| text.as_str().parse().ok())
            .find(|key: &StorageKey| !key.is_nil()),
    };
    match key {
        Some(key) => Stand::Settled(done(key, answer.request_id())),
        None => Stand::Doubtful {
            error: answer.unexpected("the answer does not say who was added".to_owned()),
            may_repeat: false,
        },
    }
}

const fn done(key: StorageKey, request_id: Option<RequestId>) -> Outcome {
    Outcome::Done {
        remote_id: RemoteId::StorageKey(key),
        request_id,
    }
}

/// The errors of a result, number and words as they are.
fn refusal(result: &wire::OneResult<'_>, answer: &Answer) -> ApiError {
    let errors: Vec<String> = result
        .errors
        .iter()
        .map(|error| error.value.as_str().to_owned())
        .collect();
    let code = result.errors.first().and_then(|error| error.key.get());
    let message = if errors.is_empty() {
        "refused without a reason".to_owned()
    } else {
        errors.join("; ")
    };
    answer.error(ApiErrorKind::Refused, code.map(str::to_owned), message)
}

/// Settles what is in doubt by one reading of the whole list.
async fn settle(
    client: &Client,
    organization: &OrganizationName,
    changes: &[LevelChange],
    stands: &mut [Stand],
) {
    let is_doubtful = |stand: &Stand| matches!(stand, Stand::Doubtful { .. });
    if !stands.iter().any(is_doubtful) {
        return;
    }
    // A change that goes on after its answer needs a moment.
    sleep(client.backoff_first()).await;
    let Ok(members) = read::members(client, organization).await else {
        return;
    };
    for (change, stand) in changes.iter().zip(stands) {
        let Stand::Doubtful { error, may_repeat } = &*stand else {
            continue;
        };
        let found = match change.whose {
            Whose::Existing(key) => members.get_key_value(&key),
            Whose::New(id) => members.iter().find(|(_, m)| m.object_id == Some(id)),
        };
        match found {
            Some((key, member)) if change.level.is_met_by(member.access) => {
                *stand = Stand::Settled(done(*key, error.request_id.clone()));
            }
            None if *may_repeat && change.repeat() == Repeat::Never => *stand = Stand::Open,
            Some(_) | None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;

    const A: &str = "22222222-1111-6111-8111-000000000001";
    const B: &str = "22222222-1111-6111-8111-000000000002";

    fn changes(whose: fn(&str) -> Whose) -> [LevelChange; 2] {
        [A, B].map(|id| LevelChange {
            whose: whose(id),
            level: AccessLevel::Basic,
        })
    }

    fn existing(id: &str) -> Whose {
        Whose::Existing(id.parse().unwrap())
    }

    fn new(id: &str) -> Whose {
        Whose::New(id.parse().unwrap())
    }

    fn reviewed(changes: &[LevelChange], results: &str) -> Vec<Outcome> {
        let answer = Answer {
            method: "PATCH",
            url: String::new(),
            status: 200,
            headers: HeaderMap::new(),
            body: format!(r#"{{"completed":true,"results":{results}}}"#).into_bytes(),
        };
        let stands = review(changes, &answer);
        stands.into_iter().map(Stand::into_outcome).collect()
    }

    fn message(outcome: &Outcome) -> &str {
        match outcome {
            Outcome::Failed(error) | Outcome::Unsure(error) => &error.message,
            Outcome::Done { .. } | Outcome::AlreadySo { .. } => "",
        }
    }

    #[test]
    fn results_are_matched_by_user_and_not_by_place() {
        let results = format!(
            r#"[{{"userId":"{B}","isSuccess":false,"errors":[{{"key":5005,"value":"no licence"}}]}},
                {{"userId":"{A}","isSuccess":true,"errors":[]}}]"#
        );
        let outcomes = reviewed(&changes(existing), &results);
        assert!(matches!(outcomes[0], Outcome::Done { .. }));
        assert_eq!(message(&outcomes[1]), "no licence");
    }

    #[test]
    fn a_result_that_names_nobody_is_matched_by_place() {
        let results = format!(
            r#"[{{"userId":null,"isSuccess":false,"errors":[]}},
                {{"userId":"99999999-1111-6111-8111-000000000009","isSuccess":true,"result":{{
                "id":"99999999-1111-6111-8111-000000000009","user":{{"origin":"aad","originId":"{B}"}},
                "accessLevel":{{"licensingSource":"account","accountLicenseType":"earlyAdopter"}}}}}}]"#
        );
        let outcomes = reviewed(&changes(new), &results);
        assert_eq!(message(&outcomes[0]), "refused without a reason");
        assert!(matches!(outcomes[1], Outcome::Done { .. }), "{outcomes:?}");
        let one = reviewed(&changes(new), r#"[{"isSuccess":true}]"#);
        assert!(
            matches!(one[0], Outcome::Unsure(_)),
            "one result, two changes"
        );
    }

    #[test]
    fn a_lesser_level_than_asked_for_is_a_failure() {
        let results = format!(
            r#"[{{"userId":"{A}","isSuccess":true,"result":{{"accessLevel":
                {{"licensingSource":"account","accountLicenseType":"stakeholder"}}}}}}]"#
        );
        let outcomes = reviewed(&changes(existing)[..1], &results);
        assert_eq!(
            message(&outcomes[0]),
            "stakeholder was granted instead of basic"
        );
    }

    #[test]
    fn an_addition_names_its_user_once() {
        let operation = changes(new)[0].operation();
        let user = &operation["value"]["user"];
        assert_eq!(
            *user,
            json!({"origin": "aad", "originId": A, "subjectKind": "user"})
        );
    }
}
