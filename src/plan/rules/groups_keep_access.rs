//! `groups_keep_access`: people of the directory are taken out of a connected organization, and a
//! group may still let them in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};

/// People are taken out of an organization to which directory groups may give access.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{removals} of those removed may still come in, through a directory group")]
pub struct GroupsKeepAccess {
    /// How many are taken out.
    pub removals: u32,
}

impl Remark for GroupsKeepAccess {
    const RULE: Rule = Rule {
        code: "groups_keep_access",
        topic: Topic::People,
        severity: Severity::Note,
        unless: &[],
        found_when: "people of the directory are taken out of a connected organization, and a \
                     group may still let them in",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "look at the next plan: it names everybody who still comes in"
    }
}
