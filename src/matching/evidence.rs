//! What speaks for a match and against it, each as a value and as a sentence.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::names::Relation;

/// A fact about a user and an account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(strum::EnumIter))]
pub enum Evidence {
    /// A line of org.toml decided.
    Line {
        /// What it says.
        says: String,
    },
    /// The organization already has the account's object id.
    Bound,
    /// The sign-in names are the same.
    SignInName,
    /// The account is used with this very personal account, by its id.
    PersonalAccount,
    /// The account is used with this identity.
    Identity {
        /// Who vouches for it.
        issuer: String,
        /// The address.
        address: String,
    },
    /// The sign-in name is the account's address for mail.
    Mail {
        /// The address.
        address: String,
    },
    /// The sign-in name is an address at which the account's mailbox is reached.
    ProxyAddress {
        /// The address.
        address: String,
    },
    /// The sign-in name is listed among the account's further addresses.
    OtherMail {
        /// The address.
        address: String,
    },
    /// The sign-in name of the guest account spells the address.
    GuestName {
        /// The address.
        address: String,
    },
    /// The sign-in name leads to a mailbox of the account, spelt otherwise.
    SameMailbox {
        /// The account's spelling.
        address: String,
    },
    /// The sign-in name is an address of the account but for dots.
    Dots {
        /// The account's spelling.
        address: String,
    },
    /// The address for mail in the organization is one of the account's.
    Contact {
        /// The address.
        address: String,
    },
    /// With the new name of the domain, the sign-in name is an address of the account.
    RenamedDomain {
        /// The domain as it was.
        from: String,
        /// The domain as it is.
        to: String,
        /// How many certain pairs show it.
        pairs: usize,
    },
    /// The names agree.
    FullName,
    /// The sign-in name spells the account's name.
    AddressName,
    /// The first part of the addresses is the same.
    LocalPart,
    /// Part of the name agrees.
    NameHint {
        /// How the names fit.
        relation: Relation,
    },
    /// The names do not say that it is one person.
    Names {
        /// How the names fit.
        relation: Relation,
    },
    /// The account is younger than the last visit.
    Younger,
    /// Several accounts hold the address.
    Several {
        /// How many, at least.
        accounts: usize,
    },
    /// The address looks like that of a shared mailbox.
    SharedMailbox,
    /// The user and the account have names of a machine or a function.
    Machine,
    /// Another account fits as well.
    AnotherAccount {
        /// Its sign-in name.
        account: String,
    },
    /// Several accounts have the name.
    Namesakes {
        /// How many, at least.
        accounts: usize,
    },
    /// Both parts of the name are common in the directory.
    Common {
        /// How many accounts share the rarer part.
        accounts: usize,
    },
    /// The domain looks like one of the tenant's.
    LookAlike {
        /// The tenant's domain.
        domain: String,
    },
    /// The account is blocked.
    Blocked,
    /// The account is deleted and could be restored.
    Deleted,
    /// The account is a guest with another address.
    GuestOfAnotherAddress,
    /// The people of this company are guests here.
    Partner {
        /// The company's domain.
        domain: String,
    },
    /// Too long not seen for a match by name.
    Away,
    /// The account has long not been used.
    Unused,
    /// The account is already the match of another user.
    Taken {
        /// That user's sign-in name.
        by: String,
    },
    /// Nobody in the directory fits.
    NoAccount,
    /// Of a domain of the tenant, and nobody in the directory fits.
    OwnDomain {
        /// The domain.
        domain: String,
    },
    /// From outside.
    Outside {
        /// The domain.
        domain: String,
    },
    /// The sign-in name is no address that could be invited.
    NoAddress,
    /// Not seen for so many days.
    Unseen {
        /// How many.
        days: i64,
    },
    /// Never signed in since access was given so many days ago.
    NeverSeen {
        /// How many.
        days: i64,
    },
    /// The owner of the organization is never proposed for removal.
    Owner,
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "one list of sentences in three parts; a test says that each has one"
)]
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { says } => write!(f, "org.toml says {says}"),
            Self::Several { accounts } => write!(f, "{accounts} accounts hold this address"),
            Self::AnotherAccount { account } => write!(f, "the account {account} fits too"),
            Self::Namesakes { accounts } => write!(f, "{accounts} accounts have this name"),
            Self::Common { accounts } => write!(
                f,
                "both parts of the name are common here: {accounts} accounts share even the rarer one"
            ),
            Self::LookAlike { domain } => write!(f, "the domain only looks like {domain}"),
            Self::Partner { domain } => write!(f, "people of {domain} are guests here"),
            Self::Taken { by } => write!(f, "the account is already the match of {by}"),
            Self::OwnDomain { domain } => {
                write!(
                    f,
                    "{domain} is a domain of this tenant, but no account has the address"
                )
            }
            Self::Outside { domain } => write!(f, "{domain} is not a domain of this tenant"),
            Self::Unseen { days } => write!(f, "last seen {days} days ago"),
            Self::NeverSeen { days } => {
                write!(f, "never signed in since access was given {days} days ago")
            }
            Self::Names { relation } => f.write_str(names(*relation)),
            Self::NameHint { relation } => f.write_str(hint(*relation)),
            other => other.fmt_address(f),
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "one list of sentences in three parts; a test says that each has one"
)]
impl Evidence {
    /// The sentences about addresses and identities, and those without data.
    fn fmt_address(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identity { issuer, address } => {
                write!(f, "the account is used with {address} ({issuer})")
            }
            Self::Mail { address } => write!(f, "{address} is the account's mail address"),
            Self::ProxyAddress { address } => {
                write!(f, "{address} is an alias of the account's mailbox")
            }
            Self::OtherMail { address } => {
                write!(f, "{address} is listed among the account's other addresses")
            }
            Self::GuestName { address } => write!(f, "the guest account was made for {address}"),
            Self::SameMailbox { address } => {
                write!(f, "the same mailbox as {address}, spelled differently")
            }
            Self::Dots { address } => write!(f, "differs from {address} by dots only"),
            Self::Contact { address } => write!(
                f,
                "their mail address in the organization, {address}, is one of the account's"
            ),
            Self::RenamedDomain { from, to, pairs } => write!(
                f,
                "{from} is {to} now, as {pairs} certain matches show, and that address is the account's"
            ),
            other => f.write_str(other.plain()),
        }
    }

    /// The sentences without data.
    const fn plain(&self) -> &'static str {
        match self {
            Self::Bound => "the organization already knows the account by its object id",
            Self::SignInName => "signs in under the same name",
            Self::PersonalAccount => "the account is used with this very personal account",
            Self::FullName => "the names agree",
            Self::AddressName => "the sign-in name spells the account's name",
            Self::LocalPart => "the addresses agree up to the @",
            Self::Younger => {
                "the account is younger than their last visit: the address may have been handed on"
            }
            Self::SharedMailbox => "the address looks like that of a shared mailbox",
            Self::Machine => "looks like a machine or a service, not a person",
            Self::Blocked => "the account is blocked",
            Self::Deleted => "the account is deleted and could be restored",
            Self::GuestOfAnotherAddress => "the account is a guest with another address",
            Self::Away => "not seen for too long to go by the name",
            Self::Unused => "the account has not been used for as long",
            Self::NoAccount => "no account of the directory fits",
            Self::NoAddress => "the sign-in name is no address that could be invited",
            Self::Owner => "owns the organization",
            _ => "",
        }
    }
}

const fn names(relation: Relation) -> &'static str {
    match relation {
        Relation::Same => "the names are the same",
        Relation::Within => "the names agree, and one of them has more parts",
        Relation::Short => "the names agree as far as an initial or a short form shows",
        Relation::Unknown => "the names cannot be compared",
        Relation::OtherFamily => "the given names agree, the family names do not",
        Relation::Partly => "the names agree in part only",
        Relation::OtherGiven => {
            "the family names agree, the given names do not: perhaps a relative"
        }
        Relation::Different => "the names have nothing in common",
        Relation::Function => "one name is a person's, the other one names a function or a machine",
    }
}

const fn hint(relation: Relation) -> &'static str {
    match relation {
        Relation::Short => "the name could be a short form or have an initial",
        Relation::Same
        | Relation::Within
        | Relation::Unknown
        | Relation::OtherFamily
        | Relation::Partly
        | Relation::OtherGiven
        | Relation::Different
        | Relation::Function => "part of the name agrees, and few accounts have it",
    }
}

impl Serialize for Evidence {
    /// As its sentence.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn evidence_has_a_sentence_each() {
        let mut sentences: Vec<_> = Evidence::iter()
            .map(|evidence| evidence.to_string())
            .collect();
        assert!(
            sentences.iter().all(|sentence| sentence.len() > 10),
            "{sentences:?}"
        );
        let all = sentences.len();
        sentences.sort();
        sentences.dedup();
        assert_eq!(sentences.len(), all, "no two say the same");
    }
}
