//! Kinds: the sorts of things that an address names, and what is true of each whatever it holds.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What sort of thing an address names. The order is the order in which apply goes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Somebody has been told what will happen.
    #[serde(rename = "notice.before")]
    NoticeBefore,
    /// An unwanted user is out of the organization.
    Removal,
    /// Somebody's SSH keys are revoked.
    SshKey,
    /// Somebody's personal access tokens are revoked.
    Token,
    /// A member exists in the tenant.
    DirectoryUser,
    /// A guest has been invited to the tenant.
    Invitation,
    /// The organization is backed by the tenant.
    Connection,
    /// A member of the organization is an identity of the directory.
    Mapping,
    /// A policy of the organization is on or off.
    Policy,
    /// Somebody has an access level in the organization.
    Access,
    /// Somebody has been told what is left for them to do.
    #[serde(rename = "notice.after")]
    NoticeAfter,
}

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

/// How a step touches people, for a reviewer's eye.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Only our record changes.
    None,
    /// It can be undone.
    Low,
    /// It cannot be undone, and nobody loses access by it.
    OneWay,
    /// Somebody loses access.
    Destructive,
}

/// What making a thing of a kind takes from a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// Their place in the organization.
    Access,
    /// Keys or tokens. Their owners have to make new ones.
    Credentials,
}

/// What is true of every thing of a kind.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own about a kind"
)]
struct Row {
    kind: Kind,
    /// The spelling in addresses.
    word: &'static str,
    /// The stage in which its steps run.
    stage: Stage,
    /// Whether the key of its addresses is a person.
    is_per_person: bool,
    /// What making one takes from a person.
    takes: Takes,
    /// Whether its steps wait until people have been told and have had their time.
    waits_until_told: bool,
    /// Whether the organization lets only its administrators do it.
    takes_an_administrator: bool,
    /// Whether it holds for one tenant, and says nothing of another.
    belongs_to_tenant: bool,
    /// How making or changing one touches people, unless its content says otherwise.
    risk: Risk,
}

/// Every kind in the order of the enum: a kind is the index of its row.
const ROWS: [Row; 11] = [
    Row {
        kind: Kind::NoticeBefore,
        word: "notice.before",
        stage: Stage::Announce,
        is_per_person: true,
        takes: Takes::Nothing,
        waits_until_told: false,
        takes_an_administrator: false,
        belongs_to_tenant: false,
        risk: Risk::Low,
    },
    Row {
        kind: Kind::Removal,
        word: "removal",
        stage: Stage::Clean,
        is_per_person: true,
        takes: Takes::Access,
        waits_until_told: true,
        takes_an_administrator: true,
        belongs_to_tenant: false,
        risk: Risk::Destructive,
    },
    Row {
        kind: Kind::SshKey,
        word: "ssh_key",
        stage: Stage::Clean,
        is_per_person: true,
        takes: Takes::Credentials,
        waits_until_told: true,
        takes_an_administrator: true,
        belongs_to_tenant: false,
        risk: Risk::Destructive,
    },
    Row {
        kind: Kind::Token,
        word: "token",
        stage: Stage::Clean,
        is_per_person: true,
        takes: Takes::Credentials,
        waits_until_told: true,
        takes_an_administrator: true,
        belongs_to_tenant: false,
        risk: Risk::Destructive,
    },
    Row {
        kind: Kind::DirectoryUser,
        word: "directory_user",
        stage: Stage::Directory,
        is_per_person: true,
        takes: Takes::Nothing,
        waits_until_told: false,
        takes_an_administrator: false,
        belongs_to_tenant: true,
        risk: Risk::Low,
    },
    Row {
        kind: Kind::Invitation,
        word: "invitation",
        stage: Stage::Directory,
        is_per_person: true,
        takes: Takes::Nothing,
        waits_until_told: false,
        takes_an_administrator: false,
        belongs_to_tenant: true,
        risk: Risk::OneWay,
    },
    Row {
        kind: Kind::Connection,
        word: "connection",
        stage: Stage::Connect,
        is_per_person: false,
        takes: Takes::Nothing,
        waits_until_told: true,
        takes_an_administrator: true,
        belongs_to_tenant: false,
        risk: Risk::OneWay,
    },
    Row {
        kind: Kind::Mapping,
        word: "mapping",
        stage: Stage::Map,
        is_per_person: true,
        takes: Takes::Nothing,
        waits_until_told: true,
        takes_an_administrator: true,
        belongs_to_tenant: true,
        risk: Risk::OneWay,
    },
    Row {
        kind: Kind::Policy,
        word: "policy",
        stage: Stage::Settings,
        is_per_person: false,
        takes: Takes::Nothing,
        waits_until_told: true,
        takes_an_administrator: true,
        belongs_to_tenant: false,
        risk: Risk::Low,
    },
    Row {
        kind: Kind::Access,
        word: "access",
        stage: Stage::Access,
        is_per_person: true,
        takes: Takes::Nothing,
        waits_until_told: true,
        takes_an_administrator: true,
        belongs_to_tenant: false,
        risk: Risk::Low,
    },
    Row {
        kind: Kind::NoticeAfter,
        word: "notice.after",
        stage: Stage::Inform,
        is_per_person: true,
        takes: Takes::Nothing,
        waits_until_told: true,
        takes_an_administrator: false,
        belongs_to_tenant: false,
        risk: Risk::Low,
    },
];

impl Kind {
    /// Every kind, in order.
    #[expect(
        clippy::indexing_slicing,
        reason = "evaluated by the compiler: an index out of range does not compile"
    )]
    pub const ALL: [Self; ROWS.len()] = {
        let mut all = [Self::NoticeBefore; ROWS.len()];
        let mut at = 0;
        while at < ROWS.len() {
            assert!(
                ROWS[at].kind as usize == at,
                "a row stands at the index of its kind"
            );
            all[at] = ROWS[at].kind;
            at += 1;
        }
        all
    };

    #[expect(
        clippy::indexing_slicing,
        reason = "there is a row for each kind: `ALL` is checked when it is compiled"
    )]
    const fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The spelling in addresses.
    pub const fn as_str(self) -> &'static str {
        self.row().word
    }

    /// The stage in which its steps run.
    pub const fn stage(self) -> Stage {
        self.row().stage
    }

    /// Whether the key of its addresses is a person.
    pub const fn is_per_person(self) -> bool {
        self.row().is_per_person
    }

    /// Whether what it makes is an absence: somebody or something is taken away.
    pub const fn takes_away(self) -> bool {
        !matches!(self.row().takes, Takes::Nothing)
    }

    /// Whether it revokes keys or tokens, so that their owners have to make new ones.
    pub const fn revokes(self) -> bool {
        matches!(self.row().takes, Takes::Credentials)
    }

    /// Whether its steps wait until people have been told and have had their time. What is only
    /// prepared in the directory does nobody any harm.
    pub const fn waits_until_told(self) -> bool {
        self.row().waits_until_told
    }

    /// Whether the organization lets only its administrators do it.
    pub const fn takes_an_administrator(self) -> bool {
        self.row().takes_an_administrator
    }

    /// Whether it holds for one tenant, and says nothing of another: an account, or who in the
    /// organization is which account. What the organization gives stays with its users' storage keys.
    pub const fn belongs_to_tenant(self) -> bool {
        self.row().belongs_to_tenant
    }

    /// How making or changing one touches people, unless its content says otherwise.
    pub const fn risk(self) -> Risk {
        self.row().risk
    }

    /// Whether it tells a person something.
    pub const fn is_notice(self) -> bool {
        matches!(self.stage(), Stage::Announce | Stage::Inform)
    }

    /// Whether it makes members of the organization identities of the directory.
    pub const fn maps(self) -> bool {
        matches!(self.stage(), Stage::Map)
    }

    /// Whether it makes an account in the directory.
    pub const fn makes_account(self) -> bool {
        matches!(self.stage(), Stage::Directory)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
