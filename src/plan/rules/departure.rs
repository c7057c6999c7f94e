//! Leaving a tenant: what the rules about it share, above all who can sign in without it.
//!
//! The rules are those of "Change your organization connection to a different Microsoft Entra ID"
//! and "Disconnect your organization from Microsoft Entra ID" in Microsoft's Azure DevOps
//! documentation.

use super::{Draft, Severity};
use crate::model::desired::{ConnectWith, Unlisted};
use crate::model::live::{Member, Origin};
use crate::model::person::Email;
use crate::plan::context::Context;

/// How somebody can sign in while personal accounts do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SignIn {
    /// They have a personal account, for certain.
    Personal,
    /// They have an account of the tenant that org.toml names. Microsoft has not let anybody make a
    /// personal account of such an address for years.
    OfTheTenant,
    /// Only they know.
    Unknown,
}

/// Whether the plan takes the organization off a tenant. Of a tenant that is left by mistake nothing
/// is known.
pub(super) fn is_planned(draft: &Draft<'_>) -> bool {
    let context = draft.context;
    context.leaves().is_some() && (context.wants_tenant() || context.is_connected())
}

/// Whether there is a time at which personal accounts sign in. A person changes the tenant in one
/// go; by requests it is left first.
pub(super) fn has_time_without_tenant(draft: &Draft<'_>) -> bool {
    let context = draft.context;
    let by_requests = context.desired.connect_with == ConnectWith::Api;
    is_planned(draft) && (!context.wants_tenant() || by_requests)
}

/// Whether the organization leaves its tenant for none.
pub(super) fn ends_without_tenant(draft: &Draft<'_>) -> bool {
    is_planned(draft) && !draft.context.wants_tenant()
}

/// The owner, where the service says who it is.
pub(super) fn owner<'a>(draft: &Draft<'a>) -> Option<(&'a Email, SignIn)> {
    let context = draft.context;
    let owner = context.live.preflight.owner.known().copied();
    let (_, owner) = owner.and_then(|key| context.member(key))?;
    Some((&owner.principal_name, sign_in(context, owner)))
}

/// Everybody who stays in an organization that is to have no tenant. While it stays with one, other
/// rules find people who have no place in it.
pub(super) fn people_without_tenant<'a>(
    draft: &Draft<'a>,
) -> impl Iterator<Item = (&'a Email, SignIn)> {
    let context = draft.context;
    let leaving = draft.leaving;
    let people = ends_without_tenant(draft).then(|| context.members());
    let people = people.into_iter().flatten();
    people
        .filter(|(key, _)| !leaving.contains(key))
        .map(|(_, user)| (&user.principal_name, sign_in(context, user)))
}

/// How grave it is that a person loses access with the tenant.
pub(super) fn lost_access(context: &Context<'_>) -> Severity {
    match context.guards.unlisted_users {
        Unlisted::Refuse => Severity::Fatal,
        Unlisted::Warn => Severity::Warning,
    }
}

/// How a member can sign in without the tenant.
pub(super) fn sign_in(context: &Context<'_>, member: &Member) -> SignIn {
    let name = &member.principal_name;
    let domains = &context.live.directory.verified_domains;
    // Whoever came to the tenant from outside may go by a name of its making.
    let is_external = name.as_str().contains("#ext#");
    let outside = member.mail.as_ref().filter(|_| is_external);
    let is_consumer = name.is_consumer() || outside.is_some_and(Email::is_consumer);
    if member.origin == Origin::Personal || is_consumer {
        SignIn::Personal
    } else if domains.contains(name.domain()) {
        SignIn::OfTheTenant
    } else {
        SignIn::Unknown
    }
}
