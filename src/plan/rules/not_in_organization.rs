//! `not_in_organization`: a line is about nobody. Suggests whom it may mean.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::likeness::{Likeness, SUGGESTED_FOR_MAX};
use super::words::Hint;
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic};
use crate::model::address::Kind;
use crate::model::desired::Place;
use crate::model::person::Email;
use crate::plan::context::Context;
use crate::plan::resolver::Account;

/// A line for somebody who is not in the organization.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{person} is not a user of the organization{hint}", hint = Hint(.suggestions))]
pub struct NotInOrganization {
    /// Who.
    pub person: Email,
    /// Users of the organization whom the line may mean, the likeliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Email>,
    /// The name of the account in the directory, where the line leads to one that is there: such a person
    /// can be added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Email>,
}

impl Remark for NotInOrganization {
    const RULE: Rule = Rule {
        code: "not_in_organization",
        topic: Topic::People,
        severity: Severity::Warning,
        unless: &[],
        found_when: "a line is about nobody. Suggests whom it may mean",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "delete the line, or correct the address"
    }

    fn advice(&self) -> Cow<'static, str> {
        match &self.account {
            Some(account) if self.suggestions.is_empty() => Cow::Owned(format!(
                "to add this person to the organization, replace the line by \"{account}\" = {{ access = \
                 \"basic\" }}; else delete the line, or correct the address"
            )),
            Some(_) | None => Cow::Borrowed(self.help()),
        }
    }
}

fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let context = draft.context;
    let desired = context.desired;
    let is_about_nobody = |person: &Email| {
        // Another finding says whose the name is by now.
        let is_somebody_else = matches!(
            context.account_of_line(person),
            Account::SomebodyElse { .. }
        );
        context.member_of_line(person).is_none()
            && !context.roster.doubles.contains_key(person)
            && !is_somebody_else
    };
    let members = desired.members.iter();
    let members = members.map(|(person, line)| (person, &line.place));
    let members = members.filter(|(person, _)| !context.roster.joiners.contains(person));
    let is_settled = |person: &Email| {
        context.entry(Kind::Removal, person).is_some()
            || context.live.group_only.contains_key(person)
    };
    let removals = desired.removals.iter();
    let removals = removals.map(|(person, line)| (person, &line.place));
    let removals = removals.filter(|(person, _)| !is_settled(person));
    let lines = members.chain(removals);
    let nobodies: Vec<(&Email, &Place)> = lines.filter(|(it, _)| is_about_nobody(it)).collect();
    if nobodies.is_empty() {
        return Vec::new();
    }
    let users = context.members().filter(|(key, _)| {
        let roster = &context.roster;
        !roster.spoken_of.contains(key) && !roster.unwanted.contains(key)
    });
    let likeness = Likeness::of_users(users.map(|(_, user)| user));
    let numbered = nobodies.into_iter().enumerate();
    let findings = numbered.map(|(n, (person, place))| {
        let is_looked_for = n < SUGGESTED_FOR_MAX;
        let suggestions = is_looked_for.then(|| likeness.suggest(person, ""));
        let found = NotInOrganization {
            person: person.clone(),
            suggestions: suggestions.unwrap_or_default(),
            account: account(context, person),
        };
        found.found(Some(place))
    });
    findings.collect()
}

/// The name of the account that a line of `[members]` leads to.
fn account(context: &Context<'_>, person: &Email) -> Option<Email> {
    let Account::There(found) = context.account_of_line(person) else {
        return None;
    };
    let is_own = found.user.enabled && !found.user.is_external();
    is_own.then(|| found.user.user_principal_name.clone())
}
