//! `restore_refused`: a deleted account cannot be brought back, because another one has its name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{AccountName, Check, Evidence, Remark, RestoreInDoubt, Rule, Severity, Topic};
use crate::model::person::Email;
use crate::plan::context::Context;
use crate::plan::resolver::Deleted;

/// The name of a deleted account belongs to another one now.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{deleted} was deleted and cannot be brought back for {person}: its name belongs to {now}")]
pub struct RestoreRefused {
    /// The line.
    pub person: Email,
    /// The deleted account.
    pub deleted: Box<AccountName>,
    /// The account that has its name.
    pub now: Box<AccountName>,
}

impl Remark for RestoreRefused {
    const RULE: Rule = Rule {
        code: "restore_refused",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[(
            Severity::Blocked,
            "once connected, or for a guest who is no user of the organization",
        )],
        found_when: "a line would bring back a deleted account whose sign-in name belongs to another \
                     account now: the directory refuses that",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "if the other account is this person's, write its sign-in name and its id into the line; if not, \
         give it another name in the directory first"
    }
}

/// Why the account of a line is not brought back, if it was deleted.
pub(in crate::plan) fn look(context: &Context<'_>, line: &Email) -> Option<Evidence> {
    match context.deleted_of_line(line)? {
        Deleted::Theirs(..) => None,
        Deleted::InDoubt(id, user) => {
            let deleted = AccountName::of(id, Some(user));
            Some(RestoreInDoubt::of(context, line, deleted).into())
        }
        Deleted::NameTaken(id, user, now) => {
            let refused = RestoreRefused {
                person: line.clone(),
                deleted: Box::new(AccountName::of(id, Some(user))),
                now: Box::new(AccountName::of(now.id, Some(now.user))),
            };
            Some(refused.into())
        }
    }
}
