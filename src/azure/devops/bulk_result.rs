//! How far a change of an access level has come, and what the answer to a bulk change says of each
//! of its parts. Pure.
//!
//! The answer is 200 whatever became of its parts: each result says for itself whether it
//! succeeded, and a failure may name no error at all.

use crate::azure::port::{ApiError, ApiErrorKind, Outcome};
use crate::azure::transport::answer::Answer;
use crate::azure::transport::client::Failure;
use crate::azure::transport::host::Host;
use crate::model::ids::{RemoteId, RequestId, StorageKey};

use super::level_change::{LevelChange, Whose};
use super::people::{effective, object_id};
use super::wire;

/// "You are trying to invite a user from outside your directory, but something went wrong."
const FROM_OUTSIDE: &str = "5102";

/// How far one change has come.
#[derive(Clone, Debug)]
pub(super) enum Stand {
    /// To be sent.
    Open,
    /// Sent, and it is not known what became of it.
    Doubtful {
        /// Why not.
        error: ApiError,
        /// Whether it may be sent again once it is known not to be so.
        may_repeat: bool,
    },
    /// Settled.
    Settled(Outcome),
}

impl Stand {
    /// What the caller is told.
    pub(super) fn into_outcome(self) -> Outcome {
        match self {
            Self::Settled(outcome) => outcome,
            Self::Doubtful { error, .. } => Outcome::Unsure(error),
            Self::Open => Outcome::Unsure(ApiError {
                kind: ApiErrorKind::Unexpected,
                method: "PATCH",
                url: format!("https://{}", Host::Entitlements.name()),
                status: None,
                code: None,
                message: "sent again and again, never answered, and not to be found".to_owned(),
                request_id: None,
            }),
        }
    }

    /// Whether the user was taken for somebody from outside the directory.
    pub(super) fn is_stranger(&self) -> bool {
        let Self::Settled(Outcome::Failed(error)) = self else {
            return false;
        };
        error.kind == ApiErrorKind::Refused && error.code.as_deref() == Some(FROM_OUTSIDE)
    }

    /// What a request that did not succeed means for each of its parts.
    pub(super) fn from_failure(failure: &Failure) -> Self {
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

/// What became of each change, in order.
pub(super) fn review(changes: &[LevelChange], answer: &Answer) -> Vec<Stand> {
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
    let level = entitlement.map(|e| &e.access_level);
    let told = level.filter(|level| level.licensing_source.get().is_some());
    let granted = told.map(effective);
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

/// Done, to this user.
pub(super) const fn done(key: StorageKey, request_id: Option<RequestId>) -> Outcome {
    Outcome::Done {
        remote_id: RemoteId::StorageKey(key),
        request_id,
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use crate::model::access::AccessLevel;

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
                "id":"99999999-1111-6111-8111-000000000009",
                "user":{{"origin":"aad","originId":"{B}"}},"accessLevel":
                {{"licensingSource":"account","accountLicenseType":"earlyAdopter"}}}}}}]"#
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
}
