//! `domain_not_verified`: an account is to be created in a domain that the tenant has not verified.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::words::Names;
use super::{Check, Finding, Remark, Rule, Severity, Topic, count, lockout};
use crate::model::desired::DesiredMember;
use crate::model::person::Email;
use crate::plan::context::Context;
use crate::plan::nearest::nearest;

/// An account that the directory does not take: its domain is not one of the tenant.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{to} cannot be created for {person}: {domain} is not among the tenant's verified domains \
     ({known}){hint}",
    domain = .to.domain(),
    known = Names(.verified, usize::try_from(*.domains).unwrap_or(usize::MAX)),
    hint = .near.as_ref().map_or_else(String::new, |near| format!("; did you mean {near}?"))
)]
pub struct DomainNotVerified {
    /// Who is to become the account.
    pub person: Email,
    /// The account.
    pub to: Email,
    /// How many domains the tenant has verified.
    pub domains: u32,
    /// The first of them.
    pub verified: BTreeSet<String>,
    /// The one that may have been meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<String>,
}

impl Remark for DomainNotVerified {
    const RULE: Rule = Rule {
        code: "domain_not_verified",
        topic: Topic::People,
        severity: Severity::Fatal,
        unless: &[(Severity::Blocked, "once connected")],
        found_when: "an account is to be created in a domain that the tenant has not verified",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "correct the address, or verify the domain in the tenant and plan again"
    }
}

/// How many verified domains are named: a tenant may have thousands.
const NAMED_MAX: usize = 5;

/// How much of a domain has to be right: all but one letter in five. Many domains end alike.
const NEAR: f64 = 0.8;

/// What the domain ends in that every tenant is created with.
const INITIAL: &str = ".onmicrosoft.com";

impl DomainNotVerified {
    /// Whether the directory refuses a new account. A snapshot without any domain says nothing of
    /// them, and one without the initial domain does not say what that is.
    pub(in crate::plan) fn refuses(context: &Context<'_>, account: &Email) -> bool {
        let verified = &context.live.directory.verified_domains;
        let domain = account.domain();
        let is_same = |known: &String| {
            known
                .chars()
                .flat_map(char::to_lowercase)
                .eq(domain.chars())
        };
        let is_verified = || verified.contains(domain) || verified.iter().any(is_same);
        let is_initial = |known: &String| known.to_lowercase().ends_with(INITIAL);
        let may_be_initial = || domain.ends_with(INITIAL) && !verified.iter().any(is_initial);
        !(verified.is_empty() || is_verified() || may_be_initial())
    }

    /// The finding about the line of such an account. Looking for what was meant takes time, so that
    /// is done only where it is to be `hinted` at.
    pub(in crate::plan) fn finding(
        context: &Context<'_>,
        person: &Email,
        line: &DesiredMember,
        hinted: bool,
    ) -> Finding {
        let to = &line.to;
        let verified = &context.live.directory.verified_domains;
        let known = verified.iter().filter(|_| hinted);
        let near = nearest(to.domain(), NEAR, known, |known| known.to_lowercase());
        let found = Self {
            person: person.clone(),
            to: to.clone(),
            domains: count(verified.len()),
            verified: verified.iter().take(NAMED_MAX).cloned().collect(),
            near: near.first().map(|near| (*near).clone()),
        };
        found.weighed(lockout::of_member(context), Some(&line.place))
    }
}
