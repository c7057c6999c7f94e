//! Leaving a tenant: what is lost with it, what has to be so before, and who can sign in without it.
//!
//! The rules are those of "Change your organization connection to a different Microsoft Entra ID"
//! and "Disconnect your organization from Microsoft Entra ID" in Microsoft's Azure DevOps
//! documentation.

use std::collections::BTreeSet;

use super::context::Context;
use super::finding::{Evidence, Finding, Leaving, Severity};
use super::preflight::count;
use crate::model::desired::{ConnectWith, Unlisted};
use crate::model::ids::StorageKey;
use crate::model::live::{Member, Origin};
use crate::model::person::Email;

/// How somebody can sign in while personal accounts do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SignIn {
    /// They have a personal account, for certain.
    Personal,
    /// They have an account of the tenant that org.toml names. Microsoft has not let anybody make a
    /// personal account of such an address for years.
    OfTheTenant,
    /// Only they know.
    Unknown,
}

/// What rules find.
type Found = Vec<(Severity, Leaving)>;

/// What a rule looks at.
struct Departure<'a> {
    context: &'a Context<'a>,
    /// Members whom other steps take out of the organization.
    taken_out: &'a BTreeSet<StorageKey>,
}

const RULES: [fn(&Departure<'_>) -> Found; 4] = [
    access_by_group_is_lost,
    owner_is_personal,
    caller_is_personal,
    everybody_can_sign_in,
];

/// Everything that there is to say when the plan takes the organization off a tenant, and that lines
/// about the directory wait for one.
pub(super) fn findings(context: &Context<'_>, taken_out: &BTreeSet<StorageKey>) -> Vec<Finding> {
    let departure = Departure { context, taken_out };
    let mut found = lines_wait(context);
    // Of a tenant that is left by mistake nothing is known.
    let is_known = context.wants_tenant() || context.is_connected();
    if context.leaves().is_some() && is_known {
        found.extend(RULES.iter().flat_map(|rule| rule(&departure)));
    }
    let finding = |(severity, evidence)| Finding {
        severity,
        evidence: Evidence::Leaving(evidence),
        place: Some(context.desired.tenant_place.clone()),
    };
    found.into_iter().map(finding).collect()
}

fn lines_wait(context: &Context<'_>) -> Found {
    let desired = context.desired;
    let (members, guests) = (count(desired.members.len()), count(desired.guests.len()));
    if context.wants_tenant() || members + guests == 0 {
        return Vec::new();
    }
    vec![(Severity::Note, Leaving::LinesWait { members, guests })]
}

fn access_by_group_is_lost(departure: &Departure<'_>) -> Found {
    let people = departure.context.live.group_only.keys();
    let lost = people.map(|person| Leaving::GroupAccessLost {
        person: person.clone(),
    });
    lost.map(|lost| (Severity::Warning, lost)).collect()
}

/// Whether there is a time at which personal accounts sign in. A person changes the tenant in one
/// go; by requests it is left first.
fn is_ever_without_a_tenant(context: &Context<'_>) -> bool {
    !context.wants_tenant() || context.desired.connect_with == ConnectWith::Api
}

fn owner_is_personal(departure: &Departure<'_>) -> Found {
    let context = departure.context;
    if !is_ever_without_a_tenant(context) {
        return Vec::new();
    }
    let owner = context.live.preflight.owner.known().copied();
    let Some((_, owner)) = owner.and_then(|key| context.member(key)) else {
        return vec![(Severity::Warning, Leaving::OwnerUnknown)];
    };
    let name = owner.principal_name.clone();
    match sign_in(context, owner) {
        SignIn::Personal => Vec::new(),
        SignIn::OfTheTenant => {
            let owner = name;
            vec![(Severity::Fatal, Leaving::OwnerNotPersonal { owner })]
        }
        SignIn::Unknown => {
            let owner = name;
            vec![(Severity::Warning, Leaving::OwnerMayNotBePersonal { owner })]
        }
    }
}

fn caller_is_personal(departure: &Departure<'_>) -> Found {
    let context = departure.context;
    let caller = &context.live.caller;
    let member = context.member(caller.storage_key);
    let is_personal = member.map_or_else(
        || caller.principal_name.is_consumer(),
        |(_, user)| sign_in(context, user) == SignIn::Personal,
    );
    if is_personal || !is_ever_without_a_tenant(context) {
        return Vec::new();
    }
    let caller = caller.principal_name.clone();
    vec![(Severity::Warning, Leaving::CallerMayBeLockedOut { caller })]
}

/// While the organization stays with a tenant, whoever has no place in it is found elsewhere.
fn everybody_can_sign_in(departure: &Departure<'_>) -> Found {
    let context = departure.context;
    if context.wants_tenant() {
        return Vec::new();
    }
    let severity = match context.guards.unlisted_users {
        Unlisted::Refuse => Severity::Fatal,
        Unlisted::Warn => Severity::Warning,
    };
    let mut found = Vec::new();
    let (mut personal, mut users) = (0, 0);
    for (_, user) in context
        .members()
        .filter(|(key, _)| !departure.taken_out.contains(key))
    {
        users += 1;
        let person = || user.principal_name.clone();
        match sign_in(context, user) {
            SignIn::Personal => personal += 1,
            SignIn::OfTheTenant => {
                found.push((severity, Leaving::SignInLost { person: person() }));
            }
            SignIn::Unknown => {
                found.push((severity, Leaving::SignInUncertain { person: person() }));
            }
        }
    }
    let (personal, users) = (count(personal), count(users));
    found.push((Severity::Note, Leaving::SignInRemains { personal, users }));
    found
}

fn sign_in(context: &Context<'_>, member: &Member) -> SignIn {
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
