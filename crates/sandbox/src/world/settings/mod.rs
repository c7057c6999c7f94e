//! How the services of a world behave, where the reader of this file can choose.

pub(super) mod devops;
pub(super) mod directory;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use devops::DevOps;
use directory::DirectorySettings;

/// How the services behave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// An organization from before access levels: it answers every request for one with
    /// `earlyAdopter`.
    pub early_adopter: bool,
    /// Above this many users nobody can be mapped; `null` for no limit.
    pub mapping_user_limit: Option<u32>,
    /// Entitlements on a page.
    pub entitlements_page: u32,
    /// Graph users on a page.
    pub graph_users_page: u32,
    /// Directory users on a page, at most; a client can ask for fewer.
    pub directory_page_max: u32,
    /// How long a change of tenant takes until the tenant header shows it, in milliseconds of the
    /// sandbox's clock.
    pub connect_takes_ms: u32,
    /// How long a group rule takes until it is carried out, in milliseconds of the sandbox's clock.
    pub group_rules_take_ms: u32,
    /// How many paid licences of each kind there are; `null` for as many as asked for.
    pub licences: Option<u32>,
    /// Whether a removed user's entitlement is answered with status `none` instead of 404.
    pub removed_are_found: bool,
    /// How the directory behaves.
    pub directory: DirectorySettings,
    /// How late others learn of what was done.
    pub lag: Lag,
    /// Azure DevOps, where its documentation says nothing.
    pub devops: DevOps,
    /// What a caller may use up.
    pub throttling: Throttling,
}

/// What a caller may use up, as both services document it. Nothing is limited by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Throttling {
    /// Whether Azure DevOps limits.
    pub devops: bool,
    /// Whether Microsoft Graph limits.
    pub graph: bool,
    /// All limits are divided by this, so that a small world can reach them.
    pub scale: u32,
    /// Whether `Retry-After` tells how long to wait.
    pub told: bool,
}

impl Default for Throttling {
    fn default() -> Self {
        Self {
            devops: false,
            graph: false,
            scale: 1,
            told: true,
        }
    }
}

/// How late others learn of what was done, in milliseconds of the sandbox's clock. Not at all by
/// default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Lag {
    /// The shortest time until a look by name finds it.
    pub min_ms: u32,
    /// The longest. Each object has its own between the two, and always the same.
    pub max_ms: u32,
    /// How much later lists have it.
    pub lists_ms: u32,
    /// Every other request comes to a replica that does not lag: seen, not seen, seen.
    pub flip_flop: bool,
    /// Whether changes and deletions come as late as what is new. Who looks too early sees what was
    /// there before.
    pub changes: bool,
}

impl Settings {
    /// The same with some fields changed, such as `{"lag":{"max_ms":3000}}`.
    ///
    /// # Errors
    /// The field that is none, or cannot have that value.
    pub fn changed(&self, fields: Value) -> Result<Self, serde_json::Error> {
        let mut whole = serde_json::to_value(self)?;
        merge(&mut whole, fields);
        serde_json::from_value(whole)
    }
}

fn merge(whole: &mut Value, fields: Value) {
    match (whole, fields) {
        (Value::Object(whole), Value::Object(fields)) => {
            for (name, value) in fields {
                merge(whole.entry(name).or_insert(Value::Null), value);
            }
        }
        (whole, value) => *whole = value,
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            early_adopter: false,
            // The number of the documentation's checklist for connecting an organization.
            mapping_user_limit: Some(100),
            // What the service sends; a client cannot choose.
            entitlements_page: 100,
            graph_users_page: 500,
            // The largest `$top` that Microsoft Graph takes.
            directory_page_max: 999,
            connect_takes_ms: 0,
            group_rules_take_ms: 0,
            licences: None,
            removed_are_found: false,
            directory: DirectorySettings::default(),
            lag: Lag::default(),
            devops: DevOps::default(),
            throttling: Throttling::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn some_fields_are_changed_and_the_others_stay() {
        let fields = json!({ "lag": { "max_ms": 9 }, "entitlements_page": 7 });
        let settings = Settings::default().changed(fields).unwrap();
        assert_eq!((settings.lag.max_ms, settings.lag.min_ms), (9, 0));
        assert_eq!(settings.entitlements_page, 7);
        assert_eq!(settings.graph_users_page, 500);
        let typo = json!({ "lag": { "max": 9 } });
        assert!(Settings::default().changed(typo).is_err());
    }
}
