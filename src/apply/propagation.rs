//! What was done a moment ago and may not show yet. Pure.

use jiff::{SignedDuration, Timestamp};

use super::recover::Recovered;
use crate::plan::value::{Plan, Step};
use crate::state::value::State;

/// How long a service may go on showing what was there before a change of ours. Both document delays
/// of seconds; what still differs after a quarter of a minute was changed by somebody else, or is
/// worth a person's look.
const SHOWN_WITHIN: SignedDuration = SignedDuration::from_secs(15);

/// Whether a plan may do again what was done a moment ago, because the services did not show it yet
/// when they were read.
pub fn is_too_early(
    plan: &Plan,
    state: &State,
    recovered: Option<&Recovered>,
    now: Timestamp,
) -> bool {
    // Clocks of two machines differ a little, so a moment may lie ahead.
    let is_recent = |then: Timestamp| now.duration_since(then).abs() < SHOWN_WITHIN;
    let mut drifted = plan.drift.iter();
    let applied = |address| state.entries.get(address).map(|entry| entry.applied_at);
    if drifted.any(|drift| applied(&drift.address).is_some_and(is_recent)) {
        return true;
    }
    recovered.is_some_and(|recovered| {
        let in_flight = |step: &Step| recovered.not_done.contains(&step.address);
        is_recent(recovered.left_at) && plan.steps().any(in_flight)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::access::EffectiveLevel;
    use crate::model::address::{Address, Kind};
    use crate::model::attributes::{AccessAttributes, Attributes};
    use crate::model::ids::{Lineage, OrganizationName, RemoteId, Serial, StorageKey, TenantId};
    use crate::model::live::Connection;
    use crate::model::person::Email;
    use crate::plan::value::{Change, Drift, DriftKind, Header, Stage, StageSteps};
    use crate::state::value::Entry;
    use uuid::Uuid;

    fn address() -> Address {
        Address::of(Kind::Access, &Email::from_service("lee@outlook.com"))
    }

    fn after() -> Attributes {
        Attributes::Access(AccessAttributes {
            level: EffectiveLevel::Basic,
            projects: BTreeMap::new(),
            identity: None,
            added: false,
            account: None,
        })
    }

    /// A plan that gives Lee a level, which may be one that we gave before.
    fn plan(drift: bool) -> Plan {
        let step = Step {
            address: address(),
            change: Change::Create { after: after() },
            reason: serde_json::from_str("\"missing\"").unwrap(),
            needs: Vec::new(),
            source: None,
            display_name: None,
        };
        let drift = drift.then(|| Drift {
            address: address(),
            kind: DriftKind::Gone,
            now: None,
        });
        let tenant = TenantId::new(Uuid::from_u128(9));
        Plan {
            header: Header {
                organization: OrganizationName::new("contoso"),
                tenant,
                tenant_name: String::new(),
                connection: Connection::Tenant(tenant),
                members: 1,
                lineage: Lineage::NONE,
                serial: Serial::new(1),
                lead_days: None,
                undo: None,
            },
            stages: vec![StageSteps {
                stage: Stage::Access,
                steps: vec![step],
            }],
            findings: Vec::new(),
            drift: drift.into_iter().collect(),
            facts: BTreeMap::new(),
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).unwrap()
    }

    /// A state in which Lee's level was given at second 0.
    fn state() -> State {
        let mut state = State::new(Lineage::NONE);
        let entry = Entry {
            remote_id: RemoteId::StorageKey(StorageKey::new(Uuid::from_u128(1))),
            attributes: after(),
            applied_at: at(0),
            tenant: None,
            request_id: None,
        };
        state.entries.insert(address(), entry);
        state
    }

    #[test]
    fn what_we_applied_a_moment_ago_is_waited_for() {
        let early = |drift, now| is_too_early(&plan(drift), &state(), None, at(now));
        assert!(early(true, 14));
        assert!(early(true, -3), "another machine's clock");
        assert!(!early(true, 15), "changed by somebody else");
        assert!(!early(true, -3600), "a clock that was put back");
        assert!(!early(false, 1), "org.toml asks for it anew");
    }

    #[test]
    fn what_was_in_flight_when_it_was_cut_short_is_waited_for() {
        let left = |not_done: Vec<Address>| Recovered {
            not_done,
            left_at: at(0),
            ..Recovered::default()
        };
        let early = |recovered: &Recovered, now| {
            let state = State::new(Lineage::NONE);
            is_too_early(&plan(false), &state, Some(recovered), at(now))
        };
        assert!(early(&left(vec![address()]), 14));
        assert!(!early(&left(vec![address()]), 15));
        let other = Address::of(Kind::Mapping, &Email::from_service("lee@outlook.com"));
        assert!(!early(&left(vec![other]), 1), "nothing is planned for it");
    }
}
