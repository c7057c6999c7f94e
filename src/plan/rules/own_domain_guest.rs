//! `own_domain_guest`: the guest's address is in a domain of the tenant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Check, Remark, Rule, Severity, Topic};
use crate::model::person::Email;
use crate::plan::context::Context;

/// A guest whose address is in a domain that the tenant owns.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error("{guest} cannot be a guest: the tenant owns {domain}", domain = .guest.domain())]
pub struct OwnDomainGuest {
    /// Who.
    pub guest: Email,
}

impl Remark for OwnDomainGuest {
    const RULE: Rule = Rule {
        code: "own_domain_guest",
        topic: Topic::Guests,
        severity: Severity::Fatal,
        unless: &[(
            Severity::Blocked,
            "for a guest who is no user of the organization, or once connected",
        )],
        found_when: "the guest's address is in a domain of the tenant",
        check: Check::Steps,
    };

    fn help(&self) -> &'static str {
        "move the person to [members], with create = true if they have no account yet"
    }
}

impl OwnDomainGuest {
    /// Looks at a guest whom the directory does not know.
    pub(in crate::plan) fn look(context: &Context<'_>, person: &Email) -> Option<Self> {
        let verified = &context.live.directory.verified_domains;
        let is_own = verified.contains(person.domain());
        is_own.then(|| Self {
            guest: person.clone(),
        })
    }
}
