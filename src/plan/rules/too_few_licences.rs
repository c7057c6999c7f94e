//! `too_few_licences`: the plan takes more licences of a level than it frees and the organization
//! has left.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::access::EffectiveLevel;
use crate::model::attributes::Identity;
use crate::model::ids::StorageKey;
use crate::model::live::Member;
use crate::plan::value::{Change, Step};

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
    let members = &draft.context.live.members;
    let balance = balance(members, draft.steps, removed(draft));
    let needed = |level: EffectiveLevel| {
        let needed = balance.get(&level).copied().unwrap_or_default();
        let needed = u32::try_from(needed).ok().filter(|needed| *needed > 0);
        needed.map(|needed| (level, needed))
    };
    PAID.iter().copied().filter_map(needed).collect()
}

/// Everybody whom the plan removes, and the level that is left to them: a group goes on giving what
/// it gives, as long as the organization keeps its groups.
fn removed(draft: &Draft<'_>) -> impl Iterator<Item = (StorageKey, EffectiveLevel)> {
    let groups_stay = draft.context.leaves().is_none();
    let members = &draft.context.live.members;
    draft.leaving.iter().map(move |key| {
        let member = members.get(key);
        let by_group = member.filter(|member| groups_stay && member.access_by_group);
        let level = by_group.map_or(EffectiveLevel::None, |member| member.access);
        (*key, level)
    })
}

/// A holder of a licence: a user of the organization, or an identity that becomes one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Holder<'a> {
    User(StorageKey),
    Newcomer(&'a Identity),
}

/// How many licences of each level are assigned afterwards, less those that are assigned today.
/// Everybody counts once, whatever the plan has about them.
fn balance(
    members: &BTreeMap<StorageKey, Member>,
    steps: &[Step],
    removed: impl Iterator<Item = (StorageKey, EffectiveLevel)>,
) -> BTreeMap<EffectiveLevel, i64> {
    let given = steps.iter().filter_map(|step| given(&step.change));
    let mut afterwards: BTreeMap<Holder<'_>, EffectiveLevel> = given.collect();
    // A level is of no use to a person who is removed.
    afterwards.extend(removed.map(|(key, level)| (Holder::User(key), level)));

    let mut balance: BTreeMap<EffectiveLevel, i64> = BTreeMap::new();
    let mut count = |level, by| *balance.entry(level).or_default() += by;
    for (holder, level) in afterwards {
        if let Holder::User(key) = holder
            && let Some(member) = members.get(&key)
        {
            count(member.access, -1);
        }
        count(level, 1);
    }
    balance
}

/// The level that a change gives to somebody. Taking people out of projects leaves their level alone.
fn given(change: &Change) -> Option<(Holder<'_>, EffectiveLevel)> {
    match change {
        Change::Create { after } => {
            let access = after.access()?;
            Some((Holder::Newcomer(access.identity.as_ref()?), access.level))
        }
        Change::Update { id, after, .. } => {
            Some((Holder::User(id.storage_key()?), after.access()?.level))
        }
        Change::Adopt { .. } | Change::Remove { .. } | Change::Forget { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::address::Kind;
    use crate::model::attributes::{AccessAttributes, Attributes};
    use crate::model::ids::RemoteId;
    use crate::plan::sample::{ANA, LEE, Person, SAM, access, live, of, step};
    use crate::plan::value::RemoveFrom;

    const BASIC: EffectiveLevel = EffectiveLevel::Basic;
    const STAKEHOLDER: EffectiveLevel = EffectiveLevel::Stakeholder;
    const NONE: EffectiveLevel = EffectiveLevel::None;

    /// What there is more of a level afterwards; everybody has basic today.
    fn more(level: EffectiveLevel, steps: &[Step], removed: &[(Person, EffectiveLevel)]) -> i64 {
        let removed = removed.iter().map(|(person, level)| (person.key, *level));
        let balance = balance(&live().members, steps, removed);
        balance.get(&level).copied().unwrap_or_default()
    }

    /// Takes somebody out of projects, or out of the organization.
    fn takes_out(person: Person, organization: Option<StorageKey>) -> Step {
        let before = AccessAttributes::of_member(BASIC, BTreeMap::new());
        let change = Change::Remove {
            id: RemoteId::StorageKey(person.key),
            before: Attributes::Access(before),
            from: RemoveFrom {
                organization,
                directory: false,
                projects: organization.is_none(),
            },
        };
        step(of(Kind::Access, person.from), change, Vec::new())
    }

    /// Adds an account of the directory under an address.
    fn adds(account: Person, address: &str) -> Step {
        let after = Attributes::Access(AccessAttributes {
            level: BASIC,
            projects: BTreeMap::new(),
            identity: Some(Identity::ObjectId(account.id)),
            added: false,
            account: None,
        });
        let change = Change::Create { after };
        step(of(Kind::Access, address), change, Vec::new())
    }

    #[test]
    fn licences_are_freed_by_people_who_leave_not_by_those_who_leave_projects() {
        assert_eq!(more(BASIC, &[], &[(LEE, NONE)]), -1);
        assert_eq!(more(BASIC, &[takes_out(LEE, None)], &[]), 0);
    }

    #[test]
    fn licences_of_a_person_with_a_step_who_is_removed_count_once() {
        let out = takes_out(LEE, Some(LEE.key));
        assert_eq!(more(BASIC, &[out], &[(LEE, NONE)]), -1);
        let lowered = access(LEE, STAKEHOLDER);
        assert_eq!(more(BASIC, &[lowered], &[(LEE, NONE)]), -1);
        let raised = access(LEE, EffectiveLevel::BasicTestPlans);
        let removed = [(LEE, NONE)];
        assert_eq!(more(EffectiveLevel::BasicTestPlans, &[raised], &removed), 0);
    }

    #[test]
    fn licences_that_a_group_gives_on_are_not_freed() {
        assert_eq!(more(BASIC, &[], &[(LEE, BASIC), (ANA, NONE)]), -1);
    }

    #[test]
    fn licences_of_people_who_keep_their_level_are_not_taken() {
        assert_eq!(more(BASIC, &[access(LEE, BASIC)], &[]), 0);
    }

    #[test]
    fn licences_of_two_lines_about_one_account_are_one() {
        let steps = [adds(SAM, SAM.from), adds(SAM, SAM.to), adds(ANA, ANA.to)];
        assert_eq!(more(BASIC, &steps, &[]), 2);
    }
}
