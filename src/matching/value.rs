//! What matching is given and what it answers: plain values of both sides.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use crate::model::ids::{ObjectId, StorageKey};

use super::evidence::Evidence;

/// What a user of the organization is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserKind {
    /// A personal Microsoft account (`msa`).
    #[default]
    Personal,
    /// An identity of a Microsoft Entra tenant (`aad`).
    Directory,
    /// Anything else that signs in, such as a GitHub account.
    Other,
    /// A service principal or managed identity: not a person, and not matched.
    Application,
}

/// A user of the organization, with the names as the service gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationUser {
    /// Their id in the organization.
    pub id: StorageKey,
    /// The sign-in name.
    pub principal_name: String,
    /// The address for mail. It may be absent, or differ from the sign-in name.
    pub mail: Option<String>,
    /// The name that others see. Chosen by the person.
    pub display_name: String,
    /// What the user is.
    pub kind: UserKind,
    /// The object id that the organization has for them: of this tenant once it is connected.
    pub object_id: Option<ObjectId>,
    /// The 16 hexadecimal digits by which Microsoft knows a personal account.
    pub puid: Option<String>,
    /// When they last used the organization; absent: never, or the service does not say.
    pub last_seen: Option<Timestamp>,
    /// When they were given their access.
    pub entitled: Option<Timestamp>,
    /// Invited, and never signed in.
    pub pending: bool,
    /// The owner of the organization.
    pub is_owner: bool,
}

impl OrganizationUser {
    /// A user of whom nothing else is known.
    pub fn new(id: StorageKey, principal_name: &str, display_name: &str) -> Self {
        Self {
            id,
            principal_name: principal_name.to_owned(),
            mail: None,
            display_name: display_name.to_owned(),
            kind: UserKind::Personal,
            object_id: None,
            puid: None,
            last_seen: None,
            entitled: None,
            pending: false,
            is_owner: false,
        }
    }
}

/// An identity with which an account of the directory can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FederatedIdentity {
    /// Who vouches for it: `MicrosoftAccount`, `ExternalAzureAD`, `google.com`, `mail`, a domain.
    pub issuer: String,
    /// What the issuer calls it: an address or an id. The service often leaves it out in lists.
    pub id: Option<String>,
}

/// An account of the directory, with the names as the service gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryAccount {
    /// The object id.
    pub id: ObjectId,
    /// The sign-in name. A guest's holds `#EXT#` and is not their address.
    pub user_principal_name: String,
    /// The name that others see.
    pub display_name: String,
    /// The given name, where the directory has it apart.
    pub given_name: Option<String>,
    /// The family name, where the directory has it apart.
    pub surname: Option<String>,
    /// The address for mail.
    pub mail: Option<String>,
    /// Addresses at which the mailbox is reached, as served: `SMTP:` first, `smtp:`, `SIP:`, `X500:`.
    pub proxy_addresses: Vec<String>,
    /// Further addresses; for a guest the one that was invited.
    pub other_mails: Vec<String>,
    /// Identities with which the account is used.
    pub identities: Vec<FederatedIdentity>,
    /// Invited, rather than one of the tenant's own.
    pub guest: bool,
    /// Whether the account may sign in.
    pub enabled: bool,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When it was deleted; such an account can be restored, and is nobody's until then.
    pub deleted: Option<Timestamp>,
    /// When it was last used, where the tenant shows it.
    pub last_sign_in: Option<Timestamp>,
    /// The object id of the manager: for grouping only.
    pub manager: Option<ObjectId>,
    /// The department: for grouping only.
    pub department: Option<String>,
}

impl DirectoryAccount {
    /// An enabled member account of which nothing else is known.
    pub fn new(id: ObjectId, user_principal_name: &str, display_name: &str) -> Self {
        Self {
            id,
            user_principal_name: user_principal_name.to_owned(),
            display_name: display_name.to_owned(),
            given_name: None,
            surname: None,
            mail: None,
            proxy_addresses: Vec::new(),
            other_mails: Vec::new(),
            identities: Vec::new(),
            guest: false,
            enabled: true,
            created: None,
            deleted: None,
            last_sign_in: None,
            manager: None,
            department: None,
        }
    }
}

/// What a line of org.toml has decided about somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The account of the directory that is theirs.
    Account {
        /// Its sign-in name.
        to: String,
        /// Its object id, where the line names it.
        id: Option<ObjectId>,
        /// The account is made if it is not there.
        create: bool,
    },
    /// They are invited, or are a guest already.
    Guest,
    /// They are removed from the organization.
    Remove,
}

/// A line of org.toml about one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The sign-in name in the organization.
    pub person: String,
    /// What was decided.
    pub decision: Decision,
}

/// Both sides, whole, and what was decided before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The users of the organization.
    pub users: Vec<OrganizationUser>,
    /// The accounts of the directory, deleted ones among them where they could be read.
    pub accounts: Vec<DirectoryAccount>,
    /// The domains that the tenant has proved to own.
    pub verified_domains: BTreeSet<String>,
    /// What org.toml decides. It wins.
    pub lines: Vec<Line>,
    /// The time from which "not seen" is counted.
    pub now: Timestamp,
    /// After how many days without a visit a user without an account is proposed for removal.
    pub unseen_days: u32,
}

impl Input {
    /// The number of days of `--unseen-days` where it is not given.
    pub const UNSEEN_DAYS: u32 = 180;
}

/// What is proposed for one user of the organization.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    strum::IntoStaticStr,
    strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Class {
    /// An address says it and nothing contradicts.
    Certain,
    /// A unique name, or an address with a doubt.
    Likely,
    /// A person has to decide, among the candidates where there are any.
    Ask,
    /// To be invited: from outside, with no account in the directory.
    Guest,
    /// No account in the directory and not seen for long.
    Remove,
}

/// A user of the organization, as named in a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserName {
    /// The storage key.
    pub id: StorageKey,
    /// The sign-in name as served.
    pub principal_name: String,
    /// The name that others see.
    pub display_name: String,
}

/// An account of the directory, as named in a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountName {
    /// The object id.
    pub id: ObjectId,
    /// The sign-in name as served.
    pub user_principal_name: String,
    /// The name that others see.
    pub display_name: String,
}

/// An account that may be somebody's, and what speaks for and against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The account.
    #[serde(flatten)]
    pub account: AccountName,
    /// What speaks for it and against it, strongest first.
    pub evidence: Vec<Evidence>,
}

/// The row of one user of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The user.
    pub user: UserName,
    /// What is proposed.
    pub class: Class,
    /// Their account: for certain and likely only.
    pub target: Option<AccountName>,
    /// Accounts to choose from, best first.
    pub candidates: Vec<Candidate>,
    /// Why the row is in this class.
    pub evidence: Vec<Evidence>,
}

/// Everybody, in the order of the users that were given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct People {
    /// The version of this format.
    pub format_version: &'static str,
    /// One row a user of the organization.
    pub people: Vec<Person>,
}

impl People {
    /// The version that [`People::format_version`] holds.
    pub const FORMAT_VERSION: &'static str = "1.0";
}
