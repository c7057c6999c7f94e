//! Why something is so, where a rule has several answers, and how lists read in a sentence.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::ids::ProjectName;
use crate::model::person::Email;
use crate::model::preflight::TenantKind;

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

impl LockedOut {
    /// What to do about it.
    pub(super) const fn help(self) -> &'static str {
        match self {
            Self::Removed => {
                "take the owner's line out of [remove], or make somebody else the owner first"
            }
            Self::Disconnected => {
                "add a line for the owner to [members] that says who they are in the directory"
            }
            Self::NotThere => "write under organization.owner the address the owner signs in with",
        }
    }
}

/// Why the caller is no member of the tenant under the same name.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NoMember {
    /// The tenant does not know the name.
    NotThere,
    /// The tenant knows the address, of a user with another name.
    OtherName,
    /// A member who signs in with an account from outside. May connect the organization.
    External,
    /// A guest of the tenant.
    Guest,
    /// The account may not sign in.
    Disabled,
    /// An application, which is at home in one tenant.
    Application,
}

impl fmt::Display for NoMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotThere => {
                "is not in the tenant, so may not connect the organization to it, and could not \
                 sign in afterwards"
            }
            Self::OtherName => {
                "has another user principal name in the tenant, and could not sign in once the \
                 organization is connected"
            }
            Self::External => {
                "is a member of the tenant with an account from outside, and may be unable to \
                 sign in once the organization is connected"
            }
            Self::Guest => "is only a guest of the tenant, and guests connect no organization",
            Self::Disabled => "may not sign in to the tenant: the account is disabled",
            Self::Application => {
                "is an application: only a person can connect an organization, and an \
                 application stays behind in its own tenant"
            }
        })
    }
}

impl NoMember {
    /// What to do about it.
    pub(super) const fn help(self) -> &'static str {
        match self {
            Self::NotThere | Self::OtherName | Self::External | Self::Guest | Self::Disabled => {
                "plan and apply as an administrator of the organization who is a member of the \
                 tenant and signs in under the same name in both"
            }
            Self::Application => {
                "plan and apply as a person who administers the organization and is a member of \
                 the tenant; once it is connected, an application of the tenant can go on"
            }
        }
    }
}

/// Why the tenant would refuse every invitation.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NoInvitations {
    /// Nobody may invite guests.
    Nobody,
    /// Only administrators and guest inviters may, and the caller is neither.
    NoInviter,
    /// Guests may not, and the caller is one.
    Guest,
}

impl fmt::Display for NoInvitations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nobody => "the tenant lets nobody invite guests",
            Self::NoInviter => {
                "the tenant lets only administrators and guest inviters invite guests, and the \
                 caller is neither"
            }
            Self::Guest => "the tenant lets no guest invite guests, and the caller is one",
        })
    }
}

impl NoInvitations {
    /// What to do about it.
    pub(super) const fn help(self) -> &'static str {
        match self {
            Self::Nobody => {
                "have guest invitations allowed in the tenant's external collaboration settings"
            }
            Self::NoInviter | Self::Guest => {
                "give the caller the role Guest Inviter in the tenant, or plan and apply as \
                 somebody who has it"
            }
        }
    }
}

/// What could not be read.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// Who administers the organization.
    Administrators,
    /// How many licences there are.
    Licences,
    /// Who may bring organizations into the tenant.
    CreationPolicy,
    /// Who may invite guests.
    InvitationPolicy,
    /// The roles of the caller, where one is needed to invite.
    InviterRole,
    /// From which domains guests may come.
    GuestDomains,
    /// Users of the directory that were deleted.
    DeletedUsers,
    /// Which groups of the directory the organization knows, or the rules on them.
    DirectoryGroups,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Administrators => "the organization's administrators",
            Self::Licences => "the organization's licences",
            Self::CreationPolicy => "the tenant's policy on new organizations",
            Self::InvitationPolicy => "the tenant's policy on invitations",
            Self::InviterRole => "the caller's roles in the tenant",
            Self::GuestDomains => "the tenant's list of domains for guests",
            Self::DeletedUsers => "the tenant's deleted users",
            Self::DirectoryGroups => "the directory's groups in the organization",
        })
    }
}

impl Unread {
    /// What is not known for that.
    pub(super) const fn consequence(self) -> &'static str {
        match self {
            Self::Administrators => "the caller may lack the right to apply this",
            Self::Licences => "they may not be enough",
            Self::CreationPolicy => "it may forbid the caller to connect the organization",
            Self::InvitationPolicy | Self::InviterRole => "invitations may be refused",
            Self::GuestDomains => "single invitations may be refused",
            Self::DeletedUsers => "somebody who could be restored may be made anew",
            Self::DirectoryGroups => "what the change of directory destroys is not known",
        }
    }

    /// What the caller needs to read it.
    pub(super) const fn help(self) -> &'static str {
        match self {
            Self::Administrators | Self::Licences | Self::DirectoryGroups => {
                "the caller should be a Project Collection Administrator; a personal access token \
                 needs the scopes to read the graph and member entitlements"
            }
            Self::CreationPolicy => {
                "the tenant shows it to its Azure DevOps Administrators, signed in with the \
                 directory: ask one of them whether the caller is on its list"
            }
            Self::InvitationPolicy => "reading it takes the Graph permission Policy.Read.All",
            Self::InviterRole => {
                "check that the caller is a User Administrator or Guest Inviter of the tenant"
            }
            Self::GuestDomains => {
                "reading it takes the Graph permission Policy.Read.B2BManagementPolicy; or look at \
                 the collaboration restrictions in the tenant's settings"
            }
            Self::DeletedUsers => "reading them takes the Graph permission User.Read.All",
        }
    }
}

/// The tenant's sort, in a sentence.
pub(super) const fn tenant(kind: TenantKind) -> &'static str {
    match kind {
        TenantKind::Workforce => "one of an organization's own people",
        TenantKind::B2c => "an Azure AD B2C tenant",
        TenantKind::External => "an external tenant, of customers",
    }
}

/// Whom a restriction leaves out, in a sentence.
pub(super) struct Excepted<'a>(pub(super) &'a Email, pub(super) u32);

impl fmt::Display for Excepted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Excepted(caller, allowed) = self;
        match allowed {
            0 => f.write_str("nobody"),
            1 => write!(f, "only one user or group, not {caller} by name,"),
            _ => write!(f, "only {allowed} users and groups, not {caller} by name,"),
        }
    }
}

/// The likeliest people, behind a sentence.
pub(super) struct Hint<'a>(pub(super) &'a [Email]);

impl fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = "; perhaps ";
        for person in self.0 {
            write!(f, "{before}{person}")?;
            before = " or ";
        }
        Ok(())
    }
}

/// Projects that may have been meant, behind a sentence.
pub(super) struct Near<'a>(pub(super) &'a [ProjectName]);

impl fmt::Display for Near<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = "; did you mean ";
        for name in self.0 {
            write!(f, "{before}{:?}", name.as_str())?;
            before = " or ";
        }
        f.write_str(if self.0.is_empty() { "" } else { "?" })
    }
}

/// Names in a sentence, and how many there are in all.
pub(super) struct Names<'a>(pub(super) &'a BTreeSet<String>, pub(super) usize);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Names(names, all) = self;
        let mut before = "";
        for name in *names {
            write!(f, "{before}{name}")?;
            before = ", ";
        }
        match all.saturating_sub(names.len()) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// The exception of groups of the directory, where there are some.
pub(super) fn but_for(groups: &BTreeSet<String>) -> String {
    if groups.is_empty() {
        return String::new();
    }
    format!(", but for who is in {}", Names(groups, groups.len()))
}
