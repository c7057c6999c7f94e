//! The facts that the planner looked at for a step, and a digest of them. They are read when a plan
//! is saved and again before it is applied: where both differ, somebody changed what was reviewed.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::model::ids::Digest;

/// One thing that the planner looked at.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// What backs the organization.
    Connection,
    /// How a policy stands.
    Policy,
    /// Which user of the organization it is.
    Member,
    /// Under which name they sign in.
    SignInName,
    /// What they are called. Chosen by that person.
    Name,
    /// Which identity they are.
    Identity,
    /// Their access level.
    Access,
    /// Whether they have it by a group.
    AccessByGroup,
    /// What they are in the projects that the step is about.
    Projects,
    /// Their tokens or keys, by id.
    Credentials,
    /// Which user of the directory it is.
    Account,
    /// Under which name that user signs in.
    AccountName,
    /// What the directory calls that user. Chosen by strangers.
    NameInDirectory,
    /// Whether that user is a member or a guest, and may sign in.
    AccountKind,
    /// How far a guest has come.
    Invitation,
}

impl Fact {
    /// What a person calls it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Policy => "policy",
            Self::Member => "user of the organization",
            Self::SignInName => "sign-in name",
            Self::Name => "name",
            Self::Identity => "identity",
            Self::Access => "access level",
            Self::AccessByGroup => "access by a group",
            Self::Projects => "projects",
            Self::Credentials => "tokens or keys",
            Self::Account => "account in the directory",
            Self::AccountName => "account's name",
            Self::NameInDirectory => "name in the directory",
            Self::AccountKind => "kind of account",
            Self::Invitation => "invitation",
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word for what is not there.
pub const NOTHING: &str = "none";

/// What the planner looked at for one step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "Seen")]
pub struct Facts(BTreeMap<Fact, String>);

/// Something that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// What.
    pub fact: Fact,
    /// As it was reviewed.
    pub before: String,
    /// As it is.
    pub now: String,
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fact, before, now } = self;
        write!(f, "{fact}: {before} → {now}")
    }
}

impl Facts {
    /// A digest over all of it: each part with its length, so that no two texts run into another.
    pub fn fingerprint(&self) -> Digest {
        let mut hash = Sha256::new();
        for (fact, value) in &self.0 {
            hash.update(format!("{fact} {}\n{value}\n", value.len()).as_bytes());
        }
        Digest::from_hash(&hash.finalize())
    }

    /// What it says of one thing.
    pub fn get(&self, fact: Fact) -> Option<&str> {
        self.0.get(&fact).map(String::as_str)
    }

    /// What differs, in the order of the facts. What one side did not look at is no difference.
    pub fn moved(&self, now: &Self) -> Vec<Moved> {
        let both = self.0.iter().filter_map(|(fact, before)| {
            let now = now.0.get(fact)?;
            (before != now).then(|| Moved {
                fact: *fact,
                before: before.clone(),
                now: now.clone(),
            })
        });
        both.collect()
    }

    pub(in crate::plan) fn put(&mut self, fact: Fact, value: impl Into<String>) {
        self.0.insert(fact, value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(facts: &[(Fact, &str)]) -> Facts {
        let facts = facts.iter();
        Facts(
            facts
                .map(|(fact, value)| (*fact, (*value).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn a_fingerprint_tells_texts_apart_that_run_into_each_other() {
        let one = facts(&[
            (Fact::Name, "Lee\naccess level 5\nbasic"),
            (Fact::Access, "x"),
        ]);
        let other = facts(&[(Fact::Name, "Lee"), (Fact::Access, "basic\nx")]);
        assert_ne!(one.fingerprint(), other.fingerprint());
        assert_eq!(one.fingerprint(), one.fingerprint());
        let unlike = facts(&[(Fact::SignInName, "x")]);
        assert_ne!(
            unlike.fingerprint(),
            facts(&[(Fact::Name, "x")]).fingerprint()
        );
    }

    #[test]
    fn what_differs_is_told_as_before_and_now() {
        let before = facts(&[(Fact::Name, "Lee"), (Fact::Access, "basic")]);
        let now = facts(&[
            (Fact::Name, "Lee"),
            (Fact::Access, "none"),
            (Fact::Account, "a"),
        ]);
        let moved: Vec<String> = before.moved(&now).iter().map(Moved::to_string).collect();
        assert_eq!(moved, ["access level: basic → none"]);
        assert!(before.moved(&before).is_empty());
    }
}
