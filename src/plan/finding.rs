//! Findings: what the planner has to say besides the steps, with the evidence.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::desired::Place;
use crate::model::ids::{ProjectName, TenantId};
use crate::model::person::Email;

/// How much a finding matters. The order is the order of printing.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The plan is refused: nothing of it may be applied.
    Fatal,
    /// The steps of one person are left out of the plan; the rest may be applied.
    Blocked,
    /// Worth a look before applying.
    Warning,
    /// For information.
    Note,
}

impl Severity {
    /// The word that is printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fatal => "fatal",
            Self::Blocked => "blocked",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

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
    /// Another tenant backs the organization.
    #[error("the organization is connected to tenant {connected}, not to {wanted}")]
    ConnectedElsewhere {
        /// The tenant that does.
        connected: TenantId,
        /// The tenant that org.toml names.
        wanted: TenantId,
    },
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
    /// Members are to be mapped in an organization that is too large for it.
    #[error("the organization has {users} users; above {limit} Azure DevOps does not map members")]
    TooManyUsers {
        /// How many it has.
        users: u32,
        /// How many it may have.
        limit: u32,
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
    #[error("{person} would be disconnected: no line and no directory user covers them")]
    Uncovered {
        /// Who.
        person: Email,
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
    /// A line names a project that the organization does not have.
    #[error("{person} cannot be in {:?}: there is no such project{}", .project.as_str(), or_near(.near))]
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
}

/// Why the owner could not sign in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LockedOut {
    /// They are under `[remove]`.
    Removed,
    /// Nothing makes them an identity of the directory.
    Disconnected,
    /// They are not a user of the organization.
    NotThere,
}

impl fmt::Display for LockedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Removed => "would be removed",
            Self::Disconnected => "could not sign in after the move",
            Self::NotThere => "is not a user of the organization",
        })
    }
}

const MAKE_THE_PROJECT: &str = "correct the name, or make the project in the portal first";
const NAME_A_SENDER: &str = "name a mailbox under notices.sender, so that orgctl sends the mail \
                             itself, or have a person apply";
const LEAVE_THE_GROUP: &str =
    "take them out of the group, in the directory or in the organization settings";
const LOOK_AGAIN: &str = "look at the next plan: it names whoever still comes in";

impl Evidence {
    /// The rule that found it.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::ConnectionUnknown => "connection_unknown",
            Self::ConnectedElsewhere { .. } => "connected_elsewhere",
            Self::OwnerLockedOut { .. } => "owner_locked_out",
            Self::ProtectedRemoval { .. } => "protected_removal",
            Self::CallerRemoved { .. } => "caller_removed",
            Self::SameUser { .. } => "same_user",
            Self::TargetDisabled { .. } => "target_disabled",
            Self::GuestIsMember { .. } => "guest_is_member",
            Self::TooManyRemovals { .. } => "too_many_removals",
            Self::TooLargeRemovalShare { .. } => "too_large_removal_share",
            Self::TooManyUsers { .. } => "too_many_users",
            Self::SharedPrincipalName { .. } => "shared_principal_name",
            Self::Uncovered { .. } => "uncovered",
            Self::TargetActive { .. } => "target_active",
            Self::TargetMissing { .. } => "target_missing",
            Self::OwnDomainGuest { .. } => "own_domain_guest",
            Self::NotInOrganization { .. } => "not_in_organization",
            Self::UnknownProject { .. } => "unknown_project",
            Self::MessageLeftOut { .. } => "message_left_out",
            Self::KeepsAccess { .. } => "keeps_access",
            Self::StillComesIn { .. } => "still_comes_in",
            Self::GroupsKeepAccess { .. } => "groups_keep_access",
            Self::GroupOnly { .. } => "group_only",
        }
    }

    /// What to do about it.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::ConnectionUnknown => {
                "check the organization's name, and try again in a few minutes"
            }
            Self::ConnectedElsewhere { .. } => {
                "name that tenant under [tenant], or disconnect the organization first"
            }
            Self::OwnerLockedOut {
                why: LockedOut::Removed,
                ..
            } => "take the owner's line out of [remove], or name another owner",
            Self::OwnerLockedOut {
                why: LockedOut::Disconnected,
                ..
            } => "add a line for the owner to [members] that says who they are in the directory",
            Self::OwnerLockedOut {
                why: LockedOut::NotThere,
                ..
            } => "write under organization.owner the address the owner signs in with",
            Self::ProtectedRemoval { .. } => {
                "take the line out of [remove], or the person out of guards.protected"
            }
            Self::CallerRemoved { .. } => {
                "have another administrator apply it, or take the line out of [remove]"
            }
            Self::SameUser { .. } => "keep the line that says what you mean, delete the other",
            Self::TargetDisabled { .. } => {
                "enable the account in the directory, or remove the person"
            }
            Self::GuestIsMember { .. } => "move the person to [members]",
            Self::TooManyRemovals { .. } => {
                "remove fewer people at once, or raise guards.max_removals in a reviewed change"
            }
            Self::TooLargeRemovalShare { .. } => {
                "remove fewer people at once, or raise guards.max_removal_percent in a reviewed \
                 change"
            }
            Self::TooManyUsers { .. } => {
                "ask Azure DevOps support to map the members, then raise guards.max_users"
            }
            Self::SharedPrincipalName { .. } => {
                "remove or rename all but one of them in the organization settings"
            }
            Self::Uncovered { .. } => {
                "add them to [members], [guests] or [remove], or set guards.unlisted_users = \"warn\""
            }
            Self::TargetActive { .. } => {
                "remove the newer of the two users from the organization, then plan again"
            }
            Self::TargetMissing { .. } => {
                "correct the address, or add create = true and a name to make the identity"
            }
            Self::OwnDomainGuest { .. } => {
                "move the person to [members], with create = true if they have no account yet"
            }
            Self::NotInOrganization { .. } => "delete the line, or correct the address",
            Self::UnknownProject { .. } => MAKE_THE_PROJECT,
            Self::MessageLeftOut { .. } => NAME_A_SENDER,
            Self::KeepsAccess { .. } | Self::StillComesIn { .. } => LEAVE_THE_GROUP,
            Self::GroupsKeepAccess { .. } => LOOK_AGAIN,
            Self::GroupOnly { .. } => {
                "have them sign in once, so that they get an entitlement of their own"
            }
        }
    }
}

/// What may have been meant, as the end of a message.
fn or_near(near: &[ProjectName]) -> String {
    let names: Vec<String> = near
        .iter()
        .map(|name| format!("{:?}", name.as_str()))
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", names.join(" or "))
    }
}

/// A remark of the planner.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What was found.
    pub evidence: Evidence,
    /// Where org.toml says what it is about.
    pub place: Option<Place>,
}
