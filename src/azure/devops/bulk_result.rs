//! How far a change of somebody's access has come, and what the answer to a bulk change says of each
//! of its parts. Pure.
//!
//! The answer is 200 whatever became of its parts: each result says for itself whether it
//! succeeded, and a failure may name no error at all.

use std::ops::Range;

use crate::apply::port::{ApiError, ApiErrorKind, Call, CallError, Outcome, StepError};
use crate::azure::transport::answer::Answer;
use crate::azure::transport::failure::Failure;
use crate::azure::transport::host::Host;
use crate::azure::transport::request::Method;
use crate::model::ids::{RemoteId, RequestId, StorageKey};

use super::access_change::{AccessChange, Whose, is_granted};
use super::memberships::BY_RULE;
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
        error: CallError,
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
            Self::Doubtful { error, .. } => Outcome::unsure(error),
            Self::Open => {
                let url = format!("https://{}", Host::of(Call::SetAccess).name());
                let message = "sent again and again, never answered, and not to be found";
                let method = Method::Patch.into_str();
                let error = ApiError::unexpected(Call::SetAccess, method, url, message.to_owned());
                Outcome::unsure(error)
            }
        }
    }

    /// Whether the user was taken for somebody from outside the directory.
    pub(super) fn is_stranger(&self) -> bool {
        let Self::Settled(Outcome::Failed(StepError::Call(error))) = self else {
            return false;
        };
        error.kind() == ApiErrorKind::Refused && error.code() == Some(FROM_OUTSIDE)
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
            Self::Settled(Outcome::failed(error))
        }
    }
}

/// What became of each change, in order.
pub(super) fn review(changes: &[&AccessChange], answer: &Answer) -> Vec<Stand> {
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
    let mut start = 0;
    changes
        .iter()
        .map(|change| {
            let place = start..start + change.size();
            start = place.end;
            let results = results_of(change, place, changes, &bulk.results);
            review_one(change, &results, answer)
        })
        .collect()
}

/// The results of one change: those that name its user or, where a result names nobody, as many
/// results as operations, those at its place.
fn results_of<'r, 'a>(
    change: &AccessChange,
    place: Range<usize>,
    changes: &[&AccessChange],
    results: &'r [wire::OneResult<'a>],
) -> Vec<&'r wire::OneResult<'a>> {
    let named = results.iter().filter(|result| names(result, change));
    let named: Vec<_> = named.collect();
    let operations = changes.iter().map(|change| change.size()).sum::<usize>();
    if !named.is_empty() || results.len() != operations {
        return named;
    }
    let at_place = results.get(place).unwrap_or_default();
    let names_another = |result| changes.iter().any(|other| names(result, other));
    if at_place.iter().any(names_another) {
        Vec::new()
    } else {
        at_place.iter().collect()
    }
}

fn names(result: &wire::OneResult<'_>, change: &AccessChange) -> bool {
    match change.whose {
        Whose::New(id) => {
            let entitlement = result.result.as_ref();
            entitlement.is_some_and(|e| object_id(&e.user) == Some(id))
        }
        Whose::Existing(key) => result.user_id.as_str().parse() == Ok(key),
    }
}

fn review_one(change: &AccessChange, results: &[&wire::OneResult<'_>], answer: &Answer) -> Stand {
    let doubtful = |message: &str| Stand::Doubtful {
        error: answer.unexpected(message.to_owned()),
        may_repeat: false,
    };
    if let Some(failed) = results.iter().find(|result| !result.is_success) {
        return Stand::Settled(Outcome::failed(refusal(failed, answer)));
    }
    if results.is_empty() {
        return doubtful("the answer does not mention this user");
    }
    if results.len() < change.size() {
        return doubtful("the answer does not mention everything that was asked for");
    }
    let levels = results.iter().filter_map(|result| result.result.as_ref());
    let told = levels
        .map(|entitlement| &entitlement.access_level)
        .find(|level| level.licensing_source.get().is_some());
    let granted = told.map(|told| (effective(told), told.assignment_source.is(BY_RULE)));
    if let (Some((granted, by_group)), Some(level)) = (granted, change.level)
        && !is_granted(level, granted, by_group)
    {
        let message = format!("{granted} was granted instead of {level}");
        let error = answer.error(ApiErrorKind::Refused, None, message);
        return Stand::Settled(Outcome::failed(error));
    }
    let key = match change.whose {
        Whose::Existing(key) => Some(key),
        Whose::New(_) => results
            .iter()
            .flat_map(|result| [Some(&result.user_id), result.result.as_ref().map(|e| &e.id)])
            .flatten()
            .filter_map(|text| text.as_str().parse().ok())
            .find(|key: &StorageKey| !key.is_nil()),
    };
    match key {
        Some(key) => Stand::Settled(done(key, answer.request_id())),
        None => doubtful("the answer does not say who was added"),
    }
}

/// The errors of a result, number and words as they are.
fn refusal(result: &wire::OneResult<'_>, answer: &Answer) -> CallError {
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

    use crate::azure::devops::access_change::ProjectChange;
    use crate::model::access::AccessLevel;
    use crate::model::project::ProjectRole;

    use super::*;

    const A: &str = "22222222-1111-6111-8111-000000000001";
    const B: &str = "22222222-1111-6111-8111-000000000002";

    fn changes(whose: fn(&str) -> Whose) -> [AccessChange; 2] {
        [A, B].map(|id| AccessChange {
            whose: whose(id),
            level: Some(AccessLevel::Basic),
            projects: Vec::new(),
        })
    }

    fn existing(id: &str) -> Whose {
        Whose::Existing(id.parse().unwrap())
    }

    fn new(id: &str) -> Whose {
        Whose::New(id.parse().unwrap())
    }

    fn reviewed(changes: &[AccessChange], results: &str) -> Vec<Outcome> {
        let answer = Answer {
            call: Call::SetAccess,
            method: "PATCH",
            url: String::new(),
            status: 200,
            headers: HeaderMap::new(),
            body: format!(r#"{{"completed":true,"results":{results}}}"#).into_bytes(),
        };
        let stands = review(&changes.iter().collect::<Vec<_>>(), &answer);
        stands.into_iter().map(Stand::into_outcome).collect()
    }

    fn message(outcome: &Outcome) -> &str {
        match outcome {
            Outcome::Failed(StepError::Call(error))
            | Outcome::Unsure(StepError::Call(error))
            | Outcome::MailOwed { error, .. }
            | Outcome::MailUnsure { error, .. } => error.message(),
            Outcome::Done { .. }
            | Outcome::AlreadySo { .. }
            | Outcome::Failed(_)
            | Outcome::Unsure(_) => panic!("{outcome:?}"),
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

    #[test]
    fn a_better_level_by_a_group_is_as_good_as_asking_can_make_it() {
        let results = |source: &str| {
            format!(
                r#"[{{"userId":"{A}","isSuccess":true,"result":{{"accessLevel":
                    {{"licensingSource":"account","accountLicenseType":"advanced",
                    "assignmentSource":"{source}"}}}}}}]"#
            )
        };
        let one = &changes(existing)[..1];
        let outcomes = reviewed(one, &results("groupRule"));
        assert!(matches!(outcomes[0], Outcome::Done { .. }), "{outcomes:?}");
        let outcomes = reviewed(one, &results("unknown"));
        let message = message(&outcomes[0]);
        assert_eq!(message, "basic-test-plans was granted instead of basic");
    }

    /// Two operations for the first of two people, one for the second.
    fn with_a_project() -> [AccessChange; 2] {
        let [mut first, second] = changes(existing);
        let project = "88888888-7777-4777-8777-000000000007".parse().unwrap();
        first.projects = vec![(project, ProjectChange::Join(ProjectRole::Reader))];
        [first, second]
    }

    #[test]
    fn each_operation_of_a_person_counts() {
        let results = format!(
            r#"[{{"userId":"{A}","isSuccess":true}},{{"userId":"{B}","isSuccess":true}},
            {{"userId":"{A}","isSuccess":false,"errors":[{{"key":1,"value":"no project"}}]}}]"#
        );
        let outcomes = reviewed(&with_a_project(), &results);
        assert_eq!(message(&outcomes[0]), "no project");
        assert!(matches!(outcomes[1], Outcome::Done { .. }));
        let merged =
            format!(r#"[{{"userId":"{A}","isSuccess":true}},{{"userId":"{B}","isSuccess":true}}]"#);
        let outcomes = reviewed(&with_a_project(), &merged);
        assert!(matches!(outcomes[0], Outcome::Unsure(_)), "{outcomes:?}");
        assert!(matches!(outcomes[1], Outcome::Done { .. }));
    }

    #[test]
    fn results_that_name_nobody_are_matched_by_the_places_of_their_operations() {
        let results = r#"[{"isSuccess":true},{"isSuccess":true},
            {"isSuccess":false,"errors":[{"key":5005,"value":"no licence"}]}]"#;
        let outcomes = reviewed(&with_a_project(), results);
        assert!(matches!(outcomes[0], Outcome::Done { .. }), "{outcomes:?}");
        assert_eq!(message(&outcomes[1]), "no licence");
    }
}
