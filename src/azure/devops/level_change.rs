//! One change of an access level, and the operation for it. Pure.

use serde_json::{Value, json};

use crate::azure::transport::request::Repeat;
use crate::model::access::AccessLevel;
use crate::model::ids::{ObjectId, StorageKey};

/// Whose level is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// A directory identity's that is not in the organization yet.
    New(ObjectId),
    /// A member's.
    Existing(StorageKey),
}

/// A level to set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LevelChange {
    /// Whose.
    pub(crate) whose: Whose,
    /// To what.
    pub(crate) level: AccessLevel,
}

impl LevelChange {
    /// Setting a level twice is as good as once; adding somebody is looked up first.
    pub(super) const fn repeat(&self) -> Repeat {
        match self.whose {
            Whose::New(_) => Repeat::Never,
            Whose::Existing(_) => Repeat::Freely,
        }
    }

    /// The operation for it, as the service takes it.
    pub(super) fn operation(&self) -> Value {
        let level = match self.level {
            AccessLevel::Stakeholder => account("stakeholder"),
            AccessLevel::Basic => account("express"),
            AccessLevel::BasicTestPlans => account("advanced"),
            AccessLevel::VisualStudio => {
                json!({"licensingSource": "msdn", "msdnLicenseType": "eligible"})
            }
        };
        match self.whose {
            // One key and no empty one beside it: with both the service finds nobody.
            Whose::New(id) => json!({"from": "", "op": "add", "path": "", "value": {
                "accessLevel": level, "extensions": [], "projectEntitlements": [],
                "user": {"origin": "aad", "originId": id, "subjectKind": "user"},
            }}),
            Whose::Existing(key) => json!({
                "from": "", "op": "replace", "path": format!("/{key}/accessLevel"), "value": level,
            }),
        }
    }
}

fn account(licence: &str) -> Value {
    json!({"licensingSource": "account", "accountLicenseType": licence})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_addition_names_its_user_once() {
        let id = "66666666-5555-4555-8555-000000000005";
        let change = LevelChange {
            whose: Whose::New(id.parse().unwrap()),
            level: AccessLevel::Basic,
        };
        let operation = change.operation();
        assert_eq!(
            operation["value"]["user"],
            json!({"origin": "aad", "originId": id, "subjectKind": "user"})
        );
    }

    #[test]
    fn every_level_names_its_source() {
        for level in AccessLevel::ALL {
            let change = LevelChange {
                whose: Whose::Existing("22222222-1111-6111-8111-000000000001".parse().unwrap()),
                level,
            };
            let operation = change.operation();
            assert!(operation["value"]["licensingSource"].is_string(), "{level}");
        }
    }
}
