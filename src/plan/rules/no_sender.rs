//! `no_sender`: notices go out by mail, and `notices.sender` names no mailbox: an application has
//! none of its own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};

/// Mail is to go out and no mailbox is named that sends it.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("notices are sent from the mailbox of whoever is signed in; an application has none")]
pub struct NoSender {}

impl Remark for NoSender {
    const RULE: Rule = Rule {
        code: "no_sender",
        topic: Topic::People,
        severity: Severity::Warning,
        unless: &[],
        found_when: "notices go out by mail, and `notices.sender` names no mailbox: an application \
                     has none of its own",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "name the mailbox that sends under notices.sender"
    }
}
