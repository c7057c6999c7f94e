//! Stages: groups of steps that may run side by side.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::address::Kind;

/// A group of steps that may run side by side. The order is the order in which apply goes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// People are told what will happen.
    Announce,
    /// Unwanted users leave, credentials are revoked.
    Clean,
    /// Missing members are made, guests are invited.
    Directory,
    /// The organization is connected to the tenant.
    Connect,
    /// Members become identities of the directory.
    Map,
    /// Policies of the organization.
    Settings,
    /// Access levels.
    Access,
    /// People are told what is left for them to do.
    Inform,
}

impl Stage {
    /// The stage in which a kind's steps run.
    pub const fn of(kind: Kind) -> Self {
        match kind {
            Kind::NoticeBefore => Self::Announce,
            Kind::Removal | Kind::SshKey | Kind::Token => Self::Clean,
            Kind::DirectoryUser | Kind::Invitation => Self::Directory,
            Kind::Connection => Self::Connect,
            Kind::Mapping => Self::Map,
            Kind::Policy => Self::Settings,
            Kind::Access => Self::Access,
            Kind::NoticeAfter => Self::Inform,
        }
    }

    /// The word that is printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Announce => "announce",
            Self::Clean => "clean",
            Self::Directory => "directory",
            Self::Connect => "connect",
            Self::Map => "map",
            Self::Settings => "settings",
            Self::Access => "access",
            Self::Inform => "inform",
        }
    }

    /// What its steps do, for a heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Announce => "tell people what will happen",
            Self::Clean => "take unwanted users out",
            Self::Directory => "create members and invite guests",
            Self::Connect => "connect the organization to the tenant",
            Self::Map => "map members to their directory identities",
            Self::Settings => "set the organization's policies",
            Self::Access => "set access levels",
            Self::Inform => "tell people what is left to do",
        }
    }
}
