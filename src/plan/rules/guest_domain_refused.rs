//! `guest_domain_refused`: the tenant's list of domains shuts the guest's out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::person::Email;
use crate::plan::context::Context;

/// A guest from a domain that the tenant takes no guests from.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{guest} cannot be invited: the tenant takes no guests from {domain}",
    domain = .guest.domain()
)]
pub struct GuestDomainRefused {
    /// Who.
    pub guest: Email,
}

impl Remark for GuestDomainRefused {
    const RULE: Rule = Rule {
        code: "guest_domain_refused",
        topic: Topic::Guests,
        severity: Severity::Fatal,
        unless: &[(
            Severity::Blocked,
            "for a guest who is no user of the organization, or once connected",
        )],
        found_when: "the tenant's list of domains shuts the guest's out",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "have the domain allowed in the tenant's external collaboration settings, or take the \
         person off [guests]"
    }
}

impl GuestDomainRefused {
    /// Looks at a guest whom the directory does not know.
    pub(in crate::plan) fn look(context: &Context<'_>, person: &Email) -> Option<Self> {
        let domains = context.live.preflight.guest_domains.known()?;
        let is_refused = !domains.allow(person.domain());
        is_refused.then(|| Self {
            guest: person.clone(),
        })
    }
}
