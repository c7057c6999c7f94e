//! `restore_in_doubt`: a deleted account would be brought back that seems to have been somebody else's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{AccountName, Check, Remark, Rule, Severity, Topic};
use crate::model::person::Email;
use crate::plan::context::Context;

/// The name of a line was that of an account which seems to have been somebody else's.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{name} was the account of {deleted} until it was deleted: it is not brought back for {}", .called.as_deref().unwrap_or(.person.as_str()))]
pub struct RestoreInDoubt {
    /// The line.
    pub person: Email,
    /// What the person is called, by the line or by the organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<String>,
    /// The name that the line gives to the account.
    pub name: Email,
    /// The deleted account.
    pub deleted: Box<AccountName>,
}

impl Remark for RestoreInDoubt {
    const RULE: Rule = Rule {
        code: "restore_in_doubt",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[(
            Severity::Blocked,
            "once connected, or for a guest who is no user of the organization",
        )],
        found_when: "a line would bring back a deleted account whose display name is not that of the \
                     person, and does not say why (`because`). An account that the state knows by its \
                     id is brought back under any name",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "if the deleted account is this person's, say so in the line: because = \"…\"; if it was \
         somebody else's, write another name, or delete that account for good first"
    }
}

impl RestoreInDoubt {
    /// Of the account `deleted`, whose name a line gives to somebody else.
    pub(super) fn of(context: &Context<'_>, line: &Email, deleted: AccountName) -> Self {
        let desired = context.desired;
        let member = desired.members.get(line);
        let guest = desired.guests.get(line);
        let written = member.map_or_else(|| guest?.name.as_ref(), |member| member.name.as_ref());
        let shown = || Some(&context.member_of_line(line)?.1.display_name);
        Self {
            person: line.clone(),
            called: written.or_else(shown).cloned(),
            name: member.map_or(line, |member| &member.to).clone(),
            deleted: Box::new(deleted),
        }
    }
}
