//! `administrator_by_group`: the administrators have a group of the directory among them, which the
//! caller may be in.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::administration::{Standing, standing};
use super::words::Names;
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::person::Email;

/// The caller administers the organization through a group of the directory, or not at all.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "it is not known whether {caller} is a Project Collection Administrator: only the \
     directory sees who is in {names}",
    names = Names(.groups, .groups.len())
)]
pub struct AdministratorByGroup {
    /// Who.
    pub caller: Email,
    /// The groups.
    pub groups: BTreeSet<String>,
}

impl Remark for AdministratorByGroup {
    const RULE: Rule = Rule {
        code: "administrator_by_group",
        topic: Topic::Caller,
        severity: Severity::Note,
        unless: &[],
        found_when: "the administrators have a group of the directory among them, which the caller \
                     may be in",
        check: Check::AnyPlan(check),
    };

    fn help(&self) -> &'static str {
        "if the caller is in none of these groups, sign in as somebody who is"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let Standing::ByGroup(groups) = standing(draft) else {
        return Vec::new();
    };
    let caller = draft.context.live.caller.principal_name.clone();
    let groups = groups.values().cloned().collect();
    vec![AdministratorByGroup { caller, groups }.found(None)]
}
