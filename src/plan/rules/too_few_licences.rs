//! `too_few_licences`: the plan takes more licences of a level than it frees and the organization
//! has left.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::access::EffectiveLevel;
use crate::model::address::Kind;
use crate::model::attributes::Attributes;

/// More licences are needed than are left.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("the plan takes {needed} more {level} licences; available: {available}")]
pub struct TooFewLicences {
    /// Of which level.
    pub level: EffectiveLevel,
    /// How many the plan assigns, less those that it frees.
    pub needed: u32,
    /// How many are assigned to nobody.
    pub available: u32,
}

impl Remark for TooFewLicences {
    const RULE: Rule = Rule {
        code: "too_few_licences",
        topic: Topic::Organization,
        severity: Severity::Warning,
        unless: &[],
        found_when: "the plan takes more licences of a level than it frees and the organization \
                     has left",
        check: Check::AnyPlan(check),
    };

    fn help(&self) -> &'static str {
        "buy more under Billing in the organization settings, or give some people stakeholder"
    }
}

/// A level that costs the organization a licence of its own. A Visual Studio subscription is the
/// person's.
const PAID: [EffectiveLevel; 2] = [EffectiveLevel::Basic, EffectiveLevel::BasicTestPlans];

/// The service refuses a level that it has no licence for, person by person, and says so in a code.
fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let Some(licences) = draft.context.live.preflight.licences.known() else {
        return Vec::new();
    };
    needed(draft)
        .into_iter()
        .filter_map(|(level, needed)| {
            let available = licences.get(&level)?.available;
            let found = TooFewLicences {
                level,
                needed,
                available,
            };
            (needed > available).then(|| found.found(None))
        })
        .collect()
}

/// How many licences of each paid level the plan takes more than it frees.
pub(super) fn needed(draft: &Draft<'_>) -> Vec<(EffectiveLevel, u32)> {
    let balance = balance(draft);
    let needed = |level: EffectiveLevel| {
        let needed = balance.get(&level).copied().unwrap_or_default();
        let needed = u32::try_from(needed).ok().filter(|needed| *needed > 0);
        needed.map(|needed| (level, needed))
    };
    PAID.iter().copied().filter_map(needed).collect()
}

/// How many licences of each level the plan assigns, less those that it frees.
fn balance(draft: &Draft<'_>) -> BTreeMap<EffectiveLevel, i64> {
    let mut balance: BTreeMap<EffectiveLevel, i64> = BTreeMap::new();
    let mut count = |level, by| *balance.entry(level).or_default() += by;
    for step in draft.steps {
        if step.address.kind() != Kind::Access || !step.change.writes() {
            continue;
        }
        for (side, by) in [(step.change.before(), -1), (step.change.after(), 1)] {
            if let Some(Attributes::Access(access)) = side {
                count(access.level, by);
            }
        }
    }
    let members = &draft.context.live.members;
    let leaving = draft.leaving.iter();
    for member in leaving.filter_map(|key| members.get(key)) {
        count(member.access, -1);
    }
    balance
}
