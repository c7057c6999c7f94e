//! Scope: what a reader has to look up for one configuration, so that nothing else is asked.

use std::collections::BTreeSet;

use super::{Desired, DesiredConnection, TenantRef};
use crate::ids::{ObjectId, OrganizationName};
use crate::person::Email;

impl Desired {
    /// What a reader has to look up to plan this. `owned` is of what the state speaks: org.toml may
    /// no longer name it.
    pub fn scope<'a>(&'a self, owned: &'a Owned) -> Scope<'a> {
        let mut addresses: BTreeSet<&Email> = self.guests.keys().chain(&owned.people).collect();
        addresses.extend(
            self.members
                .iter()
                .flat_map(|(from, member)| [from, &member.to]),
        );
        addresses.extend(self.owner.iter().map(|owner| &owner.email));
        let made = self.members.values().filter(|member| member.create);
        let newcomers = self.guests.keys().chain(made.map(|member| &member.to));
        Scope {
            organization: &self.organization,
            tenant: &self.tenant,
            connection: self.connection,
            addresses,
            identities: self
                .members
                .values()
                .filter_map(|line| line.id)
                .chain(owned.identities.iter().copied())
                .collect(),
            newcomers: newcomers.collect(),
            projects: owned.projects || self.names_projects(),
            who_invites: self.guests.values().any(|guest| guest.message.is_some()),
            policies: owned.policies || !self.policies.is_empty(),
            credentials: (self.credentials.revokes() || self.notices.is_some())
                && self.connection == DesiredConnection::Connected,
            revocations: owned.revocations,
        }
    }

    /// Whether anybody is to be a member of a project.
    fn names_projects(&self) -> bool {
        let members = self.members.values().map(|line| &line.projects);
        let guests = self.guests.values().map(|line| &line.projects);
        members.chain(guests).any(|projects| !projects.is_empty())
    }
}

/// Of whom and what the state speaks, or what else remembers an apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owned {
    /// By their names.
    pub people: BTreeSet<Email>,
    /// By their ids in the directory.
    pub identities: BTreeSet<ObjectId>,
    /// Whether it speaks of their projects.
    pub projects: bool,
    /// Whether policies of the organization may have been switched.
    pub policies: bool,
    /// Whether somebody's tokens or keys may or may not have been revoked.
    pub revocations: bool,
}

/// The part of the outside that concerns one configuration.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each asks for a list of its own, and any of them may be asked for together"
)]
pub struct Scope<'a> {
    /// The organization.
    pub organization: &'a OrganizationName,
    /// The tenant.
    pub tenant: &'a TenantRef,
    /// Whether it is to back the organization: what is lost with a tenant is read only when one is
    /// to be left.
    pub connection: DesiredConnection,
    /// The addresses whose directory users are wanted, besides those of the organization's members.
    pub addresses: BTreeSet<&'a Email>,
    /// Directory users who are not gone because a list misses them.
    pub identities: BTreeSet<ObjectId>,
    /// Those of the addresses at which somebody is to be made or invited: where nobody is there, the
    /// deleted users are looked through.
    pub newcomers: BTreeSet<&'a Email>,
    /// Whether projects and who is in them are wanted.
    pub projects: bool,
    /// Whether it matters that no person stands behind the one who invites.
    pub who_invites: bool,
    /// Whether the organization's policies are wanted.
    pub policies: bool,
    /// Whether everybody's tokens and keys are wanted while the organization is not connected to the
    /// tenant: a request a person.
    pub credentials: bool,
    /// Whether they are wanted in any case, to see what became of a revocation.
    pub revocations: bool,
}
