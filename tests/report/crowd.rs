//! Plans about many people, built by rule.

use orgctl::model::access::EffectiveLevel;
use orgctl::model::address::Kind;
use orgctl::model::ids::RemoteId;
use orgctl::plan::value::{Change, Header, Plan, Reason, Stage, StageSteps, Step};

use super::sample::{
    access, empty, header, invitation, invited, known, mapping, named, object_id, resent, step,
    storage_key,
};

/// `people` mappings and as many equal access changes, with a few exceptions among them.
pub(super) fn large(people: u32) -> Plan {
    let person = |n: u32| format!("person{n:05}@outlook.com");
    let mappings = (0..people).map(|n| {
        let to = if n % 199 == 7 {
            format!("someone.else{n}@contoso.com")
        } else {
            format!("person{n:05}@contoso.com")
        };
        let name = format!("Person {n}");
        let called = match n % 173 {
            5 => format!("{n}, Person"),
            11 => format!("Someone {n}"),
            _ => name.clone(),
        };
        let after = named(&mapping(&to, known(u128::from(n))), &called);
        step(
            Kind::Mapping,
            &person(n),
            Some(&name),
            Change::Create { after },
        )
    });
    let levels = (0..people).map(|n| {
        let after = if n % 101 == 3 {
            EffectiveLevel::BasicTestPlans
        } else {
            EffectiveLevel::Stakeholder
        };
        let change = Change::Update {
            id: RemoteId::StorageKey(storage_key(u128::from(n))),
            before: access(EffectiveLevel::Basic, None),
            after: access(after, None),
        };
        Step {
            reason: Reason::Differs,
            ..step(Kind::Access, &person(n), None, change)
        }
    });
    Plan {
        header: Header {
            members: people + 12,
            ..header()
        },
        stages: vec![
            StageSteps {
                stage: Stage::Map,
                steps: mappings.collect(),
            },
            StageSteps {
                stage: Stage::Access,
                steps: levels.collect(),
            },
        ],
        findings: Vec::new(),
        drift: Vec::new(),
        facts: std::collections::BTreeMap::new(),
    }
}

/// `people` guests: each invited, mapped or added, and a message changed for as many others.
pub(super) fn guests_only(people: u32) -> Plan {
    let guest = |n: u32| format!("guest{n:03}@fabrikam.com");
    let invited_ones = (0..people).map(|n| {
        let after = invitation(Some("Guest"), Some("Welcome"));
        step(Kind::Invitation, &guest(n), None, Change::Create { after })
    });
    let messages = (people..2 * people).map(|n| {
        let change = Change::Update {
            id: RemoteId::ObjectId(object_id(u128::from(n))),
            before: invitation(Some("Guest"), Some("Welcome")),
            after: resent(Some("Guest"), Some("Welcome aboard")),
        };
        Step {
            reason: Reason::Differs,
            ..step(Kind::Invitation, &guest(n), None, change)
        }
    });
    let added = (0..people).map(|n| {
        let after = access(EffectiveLevel::Stakeholder, Some(invited(&guest(n))));
        step(Kind::Access, &guest(n), None, Change::Create { after })
    });
    Plan {
        stages: vec![
            StageSteps {
                stage: Stage::Directory,
                steps: invited_ones.chain(messages).collect(),
            },
            StageSteps {
                stage: Stage::Access,
                steps: added.collect(),
            },
        ],
        ..empty()
    }
}
