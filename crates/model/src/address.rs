//! Addresses: the name of one managed thing, in Terraform's spelling: `mapping["lee@outlook.com"]`.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::OrganizationName;
use super::person::Email;
use super::policy::Policy;

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

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Self; 11] = [
        Self::NoticeBefore,
        Self::Removal,
        Self::SshKey,
        Self::Token,
        Self::DirectoryUser,
        Self::Invitation,
        Self::Connection,
        Self::Mapping,
        Self::Policy,
        Self::Access,
        Self::NoticeAfter,
    ];

    /// The spelling in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoticeBefore => "notice.before",
            Self::Removal => "removal",
            Self::SshKey => "ssh_key",
            Self::Token => "token",
            Self::DirectoryUser => "directory_user",
            Self::Invitation => "invitation",
            Self::Connection => "connection",
            Self::Mapping => "mapping",
            Self::Policy => "policy",
            Self::Access => "access",
            Self::NoticeAfter => "notice.after",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The name of one managed thing. Its order is the order of everything that is printed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = r#"^[a-z_.]+\["([^"\\]|\\.)+"\]$"#))]
pub struct Address {
    kind: Kind,
    key: Box<str>,
}

/// A text that is not an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressError(String);

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not an address such as mapping[\"lee@outlook.com\"]",
            self.0
        )
    }
}

impl std::error::Error for AddressError {}

impl Address {
    /// The address of a person's thing of one kind.
    pub fn of(kind: Kind, person: &Email) -> Self {
        Self {
            kind,
            key: person.as_str().into(),
        }
    }

    /// The address of the organization's connection.
    pub fn connection(organization: &OrganizationName) -> Self {
        Self {
            kind: Kind::Connection,
            key: organization.as_str().to_lowercase().into(),
        }
    }

    /// The address of a policy of the organization.
    pub fn policy(policy: Policy) -> Self {
        Self {
            kind: Kind::Policy,
            key: policy.as_str().into(),
        }
    }

    /// What stands before every address of a kind, and behind those of the kinds before it.
    pub fn begin(kind: Kind) -> Self {
        Self {
            kind,
            key: Box::default(),
        }
    }

    /// What sort of thing this names.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Which one of its kind: a person; for a connection the organization, for a policy its name.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[\"", self.kind)?;
        if self.key.contains(['"', '\\']) {
            for c in self.key.chars() {
                if matches!(c, '"' | '\\') {
                    f.write_str("\\")?;
                }
                write!(f, "{c}")?;
            }
        } else {
            f.write_str(&self.key)?;
        }
        f.write_str("\"]")
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || AddressError(text.to_owned());
        let (kind, rest) = text.split_once("[\"").ok_or_else(refused)?;
        let quoted = rest.strip_suffix("\"]").ok_or_else(refused)?;
        let kind = Kind::ALL
            .into_iter()
            .find(|k| k.as_str() == kind)
            .ok_or_else(refused)?;
        let mut key = String::with_capacity(quoted.len());
        let mut chars = quoted.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => key.push(chars.next().ok_or_else(refused)?),
                '"' => return Err(refused()),
                other => key.push(other),
            }
        }
        if key.is_empty() {
            Err(refused())
        } else {
            Ok(Self {
                kind,
                key: key.into(),
            })
        }
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_prints() {
        for key in [
            "lee@outlook.com",
            "o'brien@x.y",
            "a\"b\\c",
            "李雷@例子.公司",
        ] {
            for kind in Kind::ALL {
                let address = Address {
                    kind,
                    key: key.into(),
                };
                assert_eq!(address.to_string().parse(), Ok(address));
            }
        }
    }

    #[test]
    fn refuses_what_is_no_address() {
        for text in [
            "",
            "mapping",
            "mapping[]",
            "mapping[\"\"]",
            "seat[\"a\"]",
            "mapping[\"a\"b\"]",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }

    #[test]
    fn orders_by_stage_then_person() {
        let mapping = Address::of(Kind::Mapping, &Email::from_service("a@x.y"));
        let removal = Address::of(Kind::Removal, &Email::from_service("z@x.y"));
        assert!(removal < mapping);
    }
}
