//! What a person is told about the move, and by which way.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use super::ids::StorageKey;
use super::person::Email;

/// By which way people are told.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Deliver {
    /// Files, for somebody to hand on. Writing one twice does no harm.
    #[default]
    Files,
    /// Mail by way of Microsoft Graph. Never sent twice.
    Graph,
}

impl Deliver {
    /// The spelling of org.toml.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// In which language people are told.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
}

impl Language {
    /// The spelling of org.toml and of the `lang` of a page.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What the move makes of a user of the organization.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The directory has an account of the name that they sign in with, so they keep it.
    Matched,
    /// They become another account of the directory.
    Mapped,
    /// They become a guest of the directory.
    Guest,
    /// They are taken out.
    Removed,
    /// Nothing makes them an account of the directory.
    Disconnected,
}

impl Fate {
    /// The word that is printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Mapped => "mapped",
            Self::Guest => "guest",
            Self::Removed => "removed",
            Self::Disconnected => "disconnected",
        }
    }
}

/// Something that only the person can do. The order is the one in which to do them. Names of
/// credentials were chosen by their owner and are never trusted; none means that it is not known
/// which there are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Todo {
    /// Accept the invitation to the directory.
    AcceptInvitation,
    /// Ask for the first password of an account that is new.
    FetchPassword,
    /// Sign out everywhere and in again.
    SignInAnew,
    /// Make Git forget the sign-in that it remembers.
    ClearGitCredentials,
    /// Make these personal access tokens anew: they are revoked.
    RenewTokens(Vec<String>),
    /// See whether these personal access tokens still work, and make anew those that do not.
    CheckTokens(Vec<String>),
    /// Make these SSH keys anew: they do not survive the move.
    RenewSshKeys(Vec<String>),
    /// Give the personal account another address: the work account has the same.
    RenamePersonalAccount,
    /// Have the Visual Studio subscription follow to the new account.
    AdjustSubscription,
}

impl Todo {
    /// The word that is printed.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::AcceptInvitation => "accept the invitation",
            Self::FetchPassword => "fetch the first password",
            Self::SignInAnew => "sign in anew",
            Self::ClearGitCredentials => "clear Git's sign-in",
            Self::RenewTokens(_) => "renew tokens",
            Self::CheckTokens(_) => "check tokens",
            Self::RenewSshKeys(_) => "renew SSH keys",
            Self::RenamePersonalAccount => "rename the personal account",
            Self::AdjustSubscription => "adjust the Visual Studio subscription",
        }
    }

    /// The credentials that it is about, by name.
    pub fn names(&self) -> &[String] {
        match self {
            Self::RenewTokens(names) | Self::CheckTokens(names) | Self::RenewSshKeys(names) => {
                names
            }
            Self::AcceptInvitation
            | Self::FetchPassword
            | Self::SignInAnew
            | Self::ClearGitCredentials
            | Self::RenamePersonalAccount
            | Self::AdjustSubscription => &[],
        }
    }
}

/// What one person is told. The address holds the sign-in name of before the move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NoticeAttributes {
    /// Who.
    pub member: StorageKey,
    /// Where mail reaches them.
    pub mail: Email,
    /// What becomes of them.
    pub fate: Fate,
    /// The name to sign in with after the move; absent for whoever loses access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Email>,
    /// What is left for them to do, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub todo: Vec<Todo>,
    /// By which way they are told.
    pub deliver: Deliver,
}

impl NoticeAttributes {
    /// Whether whoever was told the other need not be told this: the account to sign in with is
    /// the same, and for somebody who loses access the way in which they do.
    pub fn is_same_news(&self, other: &Self) -> bool {
        self.account == other.account && (self.account.is_some() || self.fate == other.fate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(fate: Fate, account: Option<&str>) -> NoticeAttributes {
        NoticeAttributes {
            member: StorageKey::NONE,
            mail: Email::from_service("lee@outlook.com"),
            fate,
            account: account.map(Email::from_service),
            todo: vec![Todo::SignInAnew, Todo::CheckTokens(vec!["CI".to_owned()])],
            deliver: Deliver::Graph,
        }
    }

    #[test]
    fn only_another_account_or_another_end_is_news() {
        let mapped = notice(Fate::Mapped, Some("lee@contoso.com"));
        let mut more_to_do = mapped.clone();
        more_to_do.todo.clear();
        more_to_do.mail = Email::from_service("other@outlook.com");
        assert!(mapped.is_same_news(&more_to_do));
        assert!(mapped.is_same_news(&notice(Fate::Guest, Some("lee@contoso.com"))));
        assert!(!mapped.is_same_news(&notice(Fate::Mapped, Some("lee.c@contoso.com"))));
        assert!(!mapped.is_same_news(&notice(Fate::Removed, None)));
        let removed = notice(Fate::Removed, None);
        assert!(!removed.is_same_news(&notice(Fate::Disconnected, None)));
        assert!(removed.is_same_news(&removed));
    }

    #[test]
    fn reads_back_what_it_writes() {
        let text = serde_json::to_string(&notice(Fate::Mapped, Some("lee@contoso.com"))).unwrap();
        assert!(
            text.contains(r#""todo":["sign_in_anew",{"check_tokens":["CI"]}],"deliver":"graph""#),
            "{text}"
        );
        let back: NoticeAttributes = serde_json::from_str(&text).unwrap();
        assert_eq!(back, notice(Fate::Mapped, Some("lee@contoso.com")));
    }
}
