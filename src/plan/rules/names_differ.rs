//! `names_differ`: a member is mapped to an account of another name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::words::Called;
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic, pairs};
use crate::model::person::Email;

/// No part of the two names of a pair agrees.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{person}{name} becomes {to}{account}: no part of the two names agrees",
    name = Called(Some(.person_name)),
    account = Called(Some(.to_name))
)]
pub struct NamesDiffer {
    /// Who is mapped.
    pub person: Email,
    /// What the organization calls them.
    pub person_name: String,
    /// To whom.
    pub to: Email,
    /// What the directory calls that account.
    pub to_name: String,
}

impl Remark for NamesDiffer {
    const RULE: Rule = Rule {
        code: "names_differ",
        topic: Topic::People,
        severity: Severity::Warning,
        unless: &[],
        found_when: "somebody is to be mapped whose two display names have no part in common, and \
                     the line does not say why (`because`). Names are compared as people write them: \
                     case, accents, order, transliteration, initials and short forms make no \
                     difference. An account without a name is not compared",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "make sure that the two are one person: if so, say why in a line of [members] or [guests], \
         because = \"…\"; if not, correct the line"
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let foreign = pairs::unlike(draft).filter(|pair| {
        let (member, account) = pair.names();
        member.shares_nothing(&account)
    });
    foreign
        .map(|pair| {
            let found = NamesDiffer {
                person: pair.step.address.person(),
                person_name: pair.member.to_owned(),
                to: pair.mapping.to.clone(),
                to_name: pair.account.to_owned(),
            };
            found.found(pair.step.source.as_ref())
        })
        .collect()
}
