//! `level_by_group`: a line asks for a lower level than a group rule gives; the level is left as it is.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::words::Names;
use super::{Check, Finding, Remark, Rule, Severity, Topic, count};
use crate::model::access::{AccessLevel, EffectiveLevel};
use crate::model::desired::Place;
use crate::model::live::Member;
use crate::model::person::Email;
use crate::plan::context::Context;

/// A level that Azure DevOps would raise again: a group rule gives more.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{person} keeps {level}: a group rule gives it, and {asked} is less{}",
    perhaps(.named, *.groups)
)]
pub struct LevelByGroup {
    /// Who.
    pub person: Email,
    /// The level in the line.
    pub asked: AccessLevel,
    /// The level that the rule gives.
    pub level: EffectiveLevel,
    /// How many groups of the directory have a rule that gives it. In which of them the person is, or
    /// whether in another group, the service does not tell.
    pub groups: u32,
    /// The names of the first of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub named: BTreeSet<String>,
}

impl Remark for LevelByGroup {
    const RULE: Rule = Rule {
        code: "level_by_group",
        topic: Topic::People,
        severity: Severity::Warning,
        unless: &[],
        found_when: "a line asks for a lower level than a group rule gives; the level is left as it \
                     is, because Azure DevOps raises a lower one to that of the rule",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "write the level that the rule gives, or take the person out of the group"
    }
}

/// How many groups are named.
const NAMED_MAX: usize = 5;

impl LevelByGroup {
    /// Whether a rule stands before what a line asks for. When the organization leaves its tenant, the
    /// tenant's groups go, and the rules on them.
    pub(in crate::plan) fn overrules(
        context: &Context<'_>,
        asked: AccessLevel,
        member: &Member,
    ) -> bool {
        let groups_go = context.leaves().is_some();
        !groups_go && asked.is_overruled_by(member.access, member.access_by_group)
    }

    /// The finding about the line of such a person.
    pub(in crate::plan) fn finding(
        context: &Context<'_>,
        (person, asked): (&Email, AccessLevel),
        member: &Member,
        place: &Place,
    ) -> Finding {
        let preflight = &context.live.preflight;
        let rules = preflight.group_rules.known().into_iter().flatten();
        let giving = rules.filter(|(_, level)| **level == member.access);
        let groups = preflight.directory_groups.known();
        let names: BTreeSet<&String> = giving.filter_map(|(id, _)| groups?.get(id)).collect();
        let found = Self {
            person: person.clone(),
            asked,
            level: member.access,
            groups: count(names.len()),
            named: names.into_iter().take(NAMED_MAX).cloned().collect(),
        };
        found.found(Some(place))
    }
}

/// The groups that the rule may be on, behind a sentence.
fn perhaps(named: &BTreeSet<String>, groups: u32) -> String {
    let all = usize::try_from(groups).unwrap_or(usize::MAX);
    let shown = Names(named, all);
    match all {
        0 => String::new(),
        1 => format!("; perhaps the rule on {shown}"),
        _ => format!("; perhaps the rule on one of {shown}"),
    }
}
