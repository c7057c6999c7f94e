//! The time between the first notice and the move: until it has passed, nobody loses anything.

use jiff::{SignedDuration, Timestamp};

use super::summary::{LeadTime, StepResult, StepStatus};
use crate::model::address::Kind;
use crate::plan::value::{Plan, StageSteps, Step};
use crate::state::value::State;

/// Whether a stage waits. A person who is told of a loss keeps what they have until then.
pub(super) fn holds(stage: &StageSteps) -> bool {
    let mut steps = stage.steps.iter();
    steps.any(|step| step.address.kind().waits_until_told())
}

/// Whether a plan connects the organization.
pub(super) fn connects(plan: &Plan) -> bool {
    plan.steps().any(Step::changes_connection)
}

/// Why the move has to wait, if it has to. `results` are of the stages that came before.
pub(super) fn lead(
    state: &State,
    results: &[StepResult],
    lead_days: u32,
    now: Timestamp,
) -> Option<LeadTime> {
    // One whose answer was lost may have been told, which is all that anybody will ever know.
    let is_untold = |result: &&StepResult| {
        result.address.kind().is_notice()
            && match result.status {
                StepStatus::Done | StepStatus::AlreadySo | StepStatus::Unsure(_) => false,
                StepStatus::Failed(_)
                | StepStatus::Stale(_)
                | StepStatus::Skipped { .. }
                | StepStatus::NotReached => true,
            }
    };
    let untold = results.iter().filter(is_untold).count();
    if untold > 0 {
        return Some(LeadTime::Untold(untold));
    }
    let told = state.entries.iter();
    let told = told.filter(|(address, _)| address.kind() == Kind::NoticeBefore);
    let last = told.map(|(_, entry)| entry.applied_at).max()?;
    // No time is no time, whatever the clock says: it may have been put back since.
    if lead_days == 0 {
        return None;
    }
    let until = last
        .checked_add(SignedDuration::from_hours(24 * i64::from(lead_days)))
        .unwrap_or(Timestamp::MAX);
    (now < until).then_some(LeadTime::Until(until))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::address::Address;
    use crate::model::attributes::Attributes;
    use crate::model::ids::{Lineage, RemoteId, StorageKey};
    use crate::model::notice::{Deliver, Fate, NoticeAttributes};
    use crate::model::person::Email;
    use crate::plan::value::Action;
    use crate::state::value::Entry;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn address(person: &str) -> Address {
        Address::of(Kind::NoticeBefore, &Email::from_service(person))
    }

    fn told(times: &[(&str, &str)]) -> State {
        let mut state = State::new(Lineage::NONE);
        for (person, time) in times {
            let notice = NoticeAttributes {
                member: StorageKey::NONE,
                mail: Email::from_service(person),
                fate: Fate::Matched,
                account: Some(Email::from_service(person)),
                todo: Vec::new(),
                deliver: Deliver::Files,
            };
            let entry = Entry {
                remote_id: RemoteId::StorageKey(StorageKey::NONE),
                attributes: Attributes::NoticeBefore(notice),
                applied_at: at(time),
                tenant: None,
                request_id: None,
            };
            state.entries.insert(address(person), entry);
        }
        state
    }

    #[test]
    fn the_last_one_told_decides_to_the_second() {
        let state = told(&[
            ("ana@x.y", "2026-11-20T08:00:00Z"),
            ("lee@x.y", "2026-11-25T09:30:00Z"),
        ]);
        let until = at("2026-12-02T09:30:00Z");
        let early = at("2026-12-02T09:29:59Z");
        assert_eq!(lead(&state, &[], 7, early), Some(LeadTime::Until(until)));
        assert_eq!(lead(&state, &[], 7, until), None);
        assert_eq!(lead(&state, &[], 0, at("2026-11-25T09:30:00Z")), None);
    }

    #[test]
    fn a_clock_that_was_put_back_holds_nobody_up_without_a_lead_and_shortens_none() {
        let state = told(&[("ana@x.y", "2026-11-25T09:30:00Z")]);
        let back = at("2026-11-20T08:00:00Z");
        assert_eq!(lead(&state, &[], 0, back), None);
        let until = at("2026-11-26T09:30:00Z");
        assert_eq!(lead(&state, &[], 1, back), Some(LeadTime::Until(until)));
    }

    #[test]
    fn a_lead_beyond_the_end_of_time_is_never_over() {
        let state = told(&[("ana@x.y", "9999-12-01T00:00:00Z")]);
        let lead = lead(&state, &[], 365, at("9999-12-02T00:00:00Z"));
        assert_eq!(lead, Some(LeadTime::Until(Timestamp::MAX)));
    }

    #[test]
    fn whoever_could_not_be_told_holds_it_up_and_whoever_may_have_been_does_not() {
        let result = |status| StepResult {
            address: address("lee@x.y"),
            action: Action::Create,
            status,
        };
        let now = at("2026-12-02T09:30:00Z");
        let state = told(&[]);
        let results = [result(StepStatus::NotReached), result(StepStatus::Done)];
        assert_eq!(lead(&state, &results, 0, now), Some(LeadTime::Untold(1)));
        assert_eq!(lead(&state, &results[1..], 0, now), None);
    }
}
