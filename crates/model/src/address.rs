//! Addresses: the name of one managed thing, in Terraform's spelling: `mapping["lee@outlook.com"]`.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::OrganizationName;
use super::person::Email;
use super::policy::Policy;

pub use super::kind::Kind;

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

    /// The person, where [`Kind::is_per_person`]: the key as an e-mail address.
    pub fn person(&self) -> Email {
        Email::from_service(&self.key)
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
