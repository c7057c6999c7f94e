//! The hosts, and the audience whose tokens each may be given.

use crate::apply::port::Call;
use crate::model::ids::OrganizationName;

use super::encode::encode;

/// For whom a token is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Azure DevOps.
    DevOps,
    /// Microsoft Graph.
    Graph,
}

impl Audience {
    /// What to ask the sign-in service for. The GUID is the application id of Azure DevOps, the
    /// same in every tenant.
    pub(crate) const fn scope(self) -> &'static str {
        match self {
            Self::DevOps => "499b84ac-1321-427f-aa17-267ca6975798/.default",
            Self::Graph => "https://graph.microsoft.com/.default",
        }
    }

    /// As a person knows it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::DevOps => "Azure DevOps",
            Self::Graph => "Microsoft Graph",
        }
    }
}

/// A host of the services, of the public cloud: Azure DevOps is in no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Host {
    /// The organization itself.
    DevOps,
    /// Its identities.
    Identities,
    /// Its entitlements.
    Entitlements,
    /// The directory.
    Graph,
    /// The sign-in service. Never given a token.
    SignIn,
}

impl Host {
    /// The host that answers a call.
    pub(crate) const fn of(call: Call) -> Self {
        match call {
            Call::ConnectionData
            | Call::Backing
            | Call::DisconnectedUsers
            | Call::Projects
            | Call::ReadPolicies
            | Call::SetPolicy
            | Call::Owner => Self::DevOps,
            Call::Subjects
            | Call::Groups
            | Call::GroupMemberships
            | Call::Descriptor
            | Call::Identities
            | Call::MapMember
            | Call::Credentials
            | Call::RevokeCredentials
            | Call::CreationPolicy
            | Call::ChangeTenant => Self::Identities,
            Call::Members
            | Call::SetAccess
            | Call::RemoveMember
            | Call::Licences
            | Call::GroupRules
            | Call::Organizations => Self::Entitlements,
            Call::SignedIn
            | Call::OwnRoles
            | Call::Tenant
            | Call::CountUsers
            | Call::Users
            | Call::InvitationPolicy
            | Call::GuestDomains
            | Call::Batch
            | Call::CreateUser
            | Call::DeleteUser
            | Call::RestoreUser
            | Call::Invite
            | Call::SendMail => Self::Graph,
            Call::FindTenant | Call::Token => Self::SignIn,
        }
    }

    /// The name in a URL.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::DevOps => "dev.azure.com",
            Self::Identities => "vssps.dev.azure.com",
            Self::Entitlements => "vsaex.dev.azure.com",
            Self::Graph => "graph.microsoft.com",
            Self::SignIn => "login.microsoftonline.com",
        }
    }

    /// Whose tokens this host may be given.
    pub(crate) const fn audience(self) -> Option<Audience> {
        match self {
            Self::DevOps | Self::Identities | Self::Entitlements => Some(Audience::DevOps),
            Self::Graph => Some(Audience::Graph),
            Self::SignIn => None,
        }
    }
}

/// The path of something in an organization, `/contoso/_apis/…`, without a query.
pub(crate) fn in_organization(organization: &OrganizationName, rest: &str) -> String {
    format!("/{}/{rest}", encode(organization.as_str()))
}
