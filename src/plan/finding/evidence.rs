//! What was found, with the data that shows it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::leaving::Leaving;
use super::reasons::{
    Excepted, Hint, LockedOut, Names, Near, NoInvitations, NoMember, Unread, but_for, tenant,
};
use crate::model::access::EffectiveLevel;
use crate::model::ids::{ObjectId, ProjectName};
use crate::model::person::Email;
use crate::model::policy::{Policy, switch};
use crate::model::preflight::TenantKind;

/// What was found, with the data that shows it. Its `Display` is the message.
#[derive(
    thiserror::Error,
    Clone,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Evidence {
    /// The service did not say what backs the organization.
    #[error("the service did not say which tenant backs the organization")]
    ConnectionUnknown,
    /// The owner could not sign in afterwards.
    #[error("the owner {owner} {why}")]
    OwnerLockedOut {
        /// Who.
        owner: Email,
        /// Why not.
        why: LockedOut,
    },
    /// A line asks for the removal of somebody who is protected.
    #[error("{person} is protected and would be removed")]
    ProtectedRemoval {
        /// Who.
        person: Email,
    },
    /// The one whose credentials are used would be taken out, and nothing after that would work.
    #[error("{caller}, whose credentials are in use, would be removed")]
    CallerRemoved {
        /// Who.
        caller: Email,
    },
    /// Whoever administers the organization would be taken out, or could not sign in afterwards.
    #[error("nobody would be left who administers the organization{}", but_for(.groups))]
    NoAdministratorLeft {
        /// The directory's groups among the administrators, in which somebody may be.
        groups: BTreeSet<String>,
    },
    /// Two lines are about one user.
    #[error("{person} and {other} are the same user of the organization")]
    SameUser {
        /// One line.
        person: Email,
        /// The other.
        other: Email,
    },
    /// The identity that a member becomes may not sign in.
    #[error("{person} would become {to}, whose account is disabled")]
    TargetDisabled {
        /// Who is to be mapped, or is matched.
        person: Email,
        /// To whom.
        to: Email,
    },
    /// A line of `[guests]` for somebody who is a member of the directory.
    #[error("{guest} is no guest: the directory knows the address as that of {member}")]
    GuestIsMember {
        /// The line.
        guest: Email,
        /// The member's name.
        member: Email,
    },
    /// More people would be taken out than `guards.max_removals` allows.
    #[error("{removals} people would be removed; guards.max_removals is {limit}")]
    TooManyRemovals {
        /// How many would be.
        removals: u32,
        /// How many may be.
        limit: u32,
    },
    /// A larger share would be taken out than `guards.max_removal_percent` allows.
    #[error(
        "{removals} of {members} people would be removed; \
             guards.max_removal_percent is {limit_percent}"
    )]
    TooLargeRemovalShare {
        /// How many would be.
        removals: u32,
        /// Of how many.
        members: u32,
        /// How many per cent may be.
        limit_percent: u8,
    },
    /// The organization is too large for mapping. Connecting and matching by name still work.
    #[error(
        "{unmapped} of {users} users can only be mapped by Microsoft support: above {limit} users \
             Azure DevOps still connects and matches by sign-in name, but maps nobody"
    )]
    TooManyUsers {
        /// How many users it has once those who leave have left.
        users: u32,
        /// How many it may have.
        limit: u32,
        /// How many of them would have to be mapped.
        unmapped: u32,
    },
    /// Somebody whom the organization's size keeps from being mapped.
    #[error("{person} is not mapped to {to}: the organization has too many users")]
    NotMapped {
        /// Who.
        person: Email,
        /// To whom they would be.
        to: Email,
    },
    /// Several users share a sign-in name; the service refuses to connect them.
    #[error("{users} users share the sign-in name {principal_name}")]
    SharedPrincipalName {
        /// The name.
        principal_name: Email,
        /// How many share it.
        users: u32,
    },
    /// An organization user whom neither org.toml nor the directory covers.
    #[error(
        "{person} would be disconnected: no line and no directory user covers them{hint}",
        hint = Hint(.suggestions)
    )]
    Uncovered {
        /// Who.
        person: Email,
        /// Who in the directory they may be, by the likeness of the names; the likeliest first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        suggestions: Vec<Email>,
    },
    /// The identity that a member is to be mapped to is a user of the organization already.
    #[error("{person} cannot become {to}, who is a user of the organization already")]
    TargetActive {
        /// Who is to be mapped.
        person: Email,
        /// To whom.
        to: Email,
    },
    /// The identity that a member is to be mapped to does not exist.
    #[error("{person} cannot become {to}, who is not in the directory")]
    TargetMissing {
        /// Who is to be mapped.
        person: Email,
        /// To whom.
        to: Email,
    },
    /// A guest whose address is in a domain that the tenant owns.
    #[error("{guest} cannot be a guest: the tenant owns {domain}", domain = .guest.domain())]
    OwnDomainGuest {
        /// Who.
        guest: Email,
    },
    /// A line of `[members]` for somebody who is not in the organization.
    #[error("{person} is not a user of the organization")]
    NotInOrganization {
        /// Who.
        person: Email,
    },
    /// The service did not tell how a policy stands.
    #[error("the service does not tell how {policy} stands")]
    PolicyUnknown {
        /// Which.
        policy: Policy,
    },
    /// A policy would be switched whose name says the opposite of what its value is taken for.
    #[error(
        "{policy} would be switched {to}, which is {name} = {raw}",
        to = switch(*.to),
        name = .policy.service_name(),
        raw = .to
    )]
    PolicyInverted {
        /// Which.
        policy: Policy,
        /// As the portal's switch would show it.
        to: bool,
    },
    /// The service did not tell which tokens and keys there are.
    #[error("the service does not tell which tokens and keys there are: {why}")]
    CredentialsUnknown {
        /// The service's own words.
        why: String,
    },
    /// Mail is to go out and no mailbox is named that sends it.
    #[error("notices are sent from the mailbox of whoever is signed in; an application has none")]
    NoSender,
    /// A line names a project that the organization does not have.
    #[error(
        "{person} cannot be in {:?}: there is no such project{}",
        .project.as_str(),
        Near(.near)
    )]
    UnknownProject {
        /// Who.
        person: Email,
        /// The name in the line.
        project: ProjectName,
        /// Names of projects that may have been meant, the nearest first.
        near: Vec<ProjectName>,
    },
    /// The text of invitations that an application sends is left out by the service.
    #[error("an invitation that an application sends loses its text; that concerns {guests}")]
    MessageLeftOut {
        /// How many.
        guests: u32,
    },
    /// Somebody is taken out and would come in again through a group.
    #[error("{person} would keep access: it comes through a group that they are in")]
    KeepsAccess {
        /// Who.
        person: Email,
    },
    /// Somebody was taken out and comes in through a group.
    #[error("{person} still has access, through a directory group")]
    StillComesIn {
        /// Who.
        person: Email,
    },
    /// People are taken out of an organization to which directory groups may give access.
    #[error("{removals} of those removed may still come in, through a directory group")]
    GroupsKeepAccess {
        /// How many are taken out.
        removals: u32,
    },
    /// Users who come in through a directory group only: their connection cannot be planned.
    #[error("{users} users have access through a directory group only and are not planned for")]
    GroupOnly {
        /// How many.
        users: u32,
    },
    /// The caller may not do what the plan does to the organization.
    #[error("{caller}, whose credentials are in use, is no Project Collection Administrator")]
    CallerNotAdministrator {
        /// Who.
        caller: Email,
    },
    /// The caller administers the organization through a group of the directory, or not at all.
    #[error(
        "it is not known whether {caller} is a Project Collection Administrator: only the \
             directory sees who is in {names}",
        names = Names(.groups, .groups.len())
    )]
    AdministratorByGroup {
        /// Who.
        caller: Email,
        /// The groups.
        groups: BTreeSet<String>,
    },
    /// The caller is no member of the tenant under the same name. The service lets nobody else
    /// connect an organization, and afterwards the caller could not sign in.
    #[error("{caller}, whose credentials are in use, {why}")]
    CallerNotMember {
        /// Who.
        caller: Email,
        /// Why not.
        why: NoMember,
    },
    /// The tenant is of a sort that backs no organization.
    #[error("the tenant is {}, which Azure DevOps cannot be connected to", tenant(*.kind))]
    TenantUnsuitable {
        /// What it is.
        kind: TenantKind,
    },
    /// A guest from a domain that the tenant takes no guests from.
    #[error("{guest} cannot be invited: the tenant takes no guests from {domain}",
        domain = .guest.domain())]
    GuestDomainRefused {
        /// Who.
        guest: Email,
    },
    /// A guest whose invitation the tenant would refuse, like every other.
    #[error("{guest} cannot be invited: {why}")]
    InvitationRefused {
        /// Who.
        guest: Email,
        /// Why.
        why: NoInvitations,
    },
    /// Somebody whom the plan makes or invites was deleted from the directory and can be restored.
    #[error("{person} was deleted from the directory, as user {user}, and can still be restored")]
    SoftDeleted {
        /// Who.
        person: Email,
        /// The deleted user.
        user: ObjectId,
    },
    /// More licences are needed than are left.
    #[error("the plan takes {needed} more {level} licences; available: {available}")]
    TooFewLicences {
        /// Of which level.
        level: EffectiveLevel,
        /// How many the plan assigns, less those that it frees.
        needed: u32,
        /// How many are assigned to nobody.
        available: u32,
    },
    /// The tenant decides who may bring organizations into it.
    #[error(
        "the tenant lets {} bring organizations into it",
        Excepted(.caller, *.allowed)
    )]
    CreationRestricted {
        /// Who connects.
        caller: Email,
        /// How many users and groups are on the list. Who is in the groups is not seen.
        allowed: u32,
    },
    /// A directory user whom only a directory on premises can change.
    #[error("{person} cannot be changed: the user is synchronised from a directory on premises")]
    SyncedUser {
        /// Who.
        person: Email,
    },
    /// Groups of the directory, which a change of directory destroys with all that they were given.
    #[error(
        "{groups} groups of the directory and {rules} rules on them cease to exist in the \
             organization: {names}",
        names = Names(.named, usize::try_from(*.groups).unwrap_or(usize::MAX))
    )]
    DirectoryGroupsLost {
        /// How many.
        groups: u32,
        /// How many group rules are on them.
        rules: u32,
        /// The names of the first of them.
        named: BTreeSet<String>,
    },
    /// Something that rules would have looked at could not be read.
    #[error("{what} could not be read ({why}), so {rule}", rule = .what.consequence())]
    Unreadable {
        /// What.
        what: Unread,
        /// What the service said instead.
        why: String,
    },
    /// The organization is taken off a tenant.
    #[error("{0}")]
    #[serde(untagged)]
    Leaving(Leaving),
}
