//! `somebody_else`: the name that a line gives to an account belongs to another one now.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic, lockout};
use crate::model::desired::Place;
use crate::model::directory_index::Found;
use crate::model::ids::ObjectId;
use crate::model::live::DirectoryUser;
use crate::model::person::Email;
use crate::plan::context::Context;
use crate::plan::resolver::Account;

/// The name of an account that we know belongs to another one.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{name} is somebody else now: {now}, where {recorded} was{}", Restorable(*.can_be_restored))]
pub struct SomebodyElse {
    /// The line.
    pub person: Email,
    /// The name that the line gives to the account.
    pub name: Email,
    /// The account that has the name now.
    pub now: Box<AccountName>,
    /// The account that we know.
    pub recorded: Box<AccountName>,
    /// Whether the account that we know was deleted and can still be restored.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub can_be_restored: bool,
}

/// An account of the directory, as a person tells it from others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct AccountName {
    /// The object id.
    pub id: ObjectId,
    /// The name that others see, where it is known. From outside: never trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The sign-in name, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_in_name: Option<Email>,
    /// When it was created, as the service writes it, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.display_name {
            write!(f, "{name} ")?;
        }
        write!(f, "({}", self.id)?;
        if let Some(created) = &self.created {
            let day = created
                .split_once('T')
                .map_or(created.as_str(), |(day, _)| day);
            write!(f, ", created {day}")?;
        }
        f.write_str(")")
    }
}

struct Restorable(bool);

impl fmt::Display for Restorable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 {
            ", who was deleted and can be restored"
        } else {
            ""
        })
    }
}

impl Remark for SomebodyElse {
    const RULE: Rule = Rule {
        code: "somebody_else",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[(
            Severity::Blocked,
            "once connected, or for a person who is no user of the organization",
        )],
        found_when: "the name that a line gives to an account belongs to another account than the one \
                     that the state recorded. Nothing is done to this person until the line names the \
                     account by `id`",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "restore the old account in the directory, or write the name that it has now; if the new account \
         is the right one, write its id beside `to`: id = \"...\""
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let accounts = context.roster.accounts();
    let findings = accounts.filter_map(|(line, account)| {
        let Account::SomebodyElse { recorded, now } = account else {
            return None;
        };
        Some(finding(context, line, recorded, &now))
    });
    findings.collect()
}

fn finding(context: &Context<'_>, line: &Email, recorded: ObjectId, now: &Found<'_>) -> Finding {
    let member = context.desired.members.get(line);
    let guest = || context.desired.guests.get(line).map(|guest| &guest.place);
    let place: Option<&Place> = member.map(|member| &member.place).or_else(guest);
    let deleted = context.deleted(recorded).map(|(_, user)| user);
    let renamed = context.account_with_id(recorded).map(|found| found.user);
    let found = SomebodyElse {
        person: line.clone(),
        name: member.map_or(line, |member| &member.to).clone(),
        now: Box::new(AccountName::of(now.id, Some(now.user))),
        recorded: Box::new(AccountName::of(recorded, renamed.or(deleted))),
        can_be_restored: deleted.is_some(),
    };
    let severity = if context.member_of_line(line).is_some() {
        lockout::of_member(context)
    } else {
        Severity::Blocked
    };
    found.weighed(severity, place)
}

impl AccountName {
    pub(super) fn of(id: ObjectId, user: Option<&DirectoryUser>) -> Self {
        Self {
            id,
            display_name: user.map(|user| user.display_name.clone()),
            sign_in_name: user.map(|user| user.user_principal_name.clone()),
            created: user.and_then(|user| user.created.clone()),
        }
    }
}
