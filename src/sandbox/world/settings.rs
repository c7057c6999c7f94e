//! How the services of a world behave, where the reader of this file can choose.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::directory_settings::DirectorySettings;

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
    /// How many probes of the tenant header a change of tenant stays hidden from.
    pub connect_delay: u32,
    /// How many paid licences of each kind there are; `null` for as many as asked for.
    pub licences: Option<u32>,
    /// Whether a removed user's entitlement is answered with status `none` instead of 404.
    pub removed_are_found: bool,
    /// How the directory behaves.
    pub directory: DirectorySettings,
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
            connect_delay: 0,
            licences: None,
            removed_are_found: false,
            directory: DirectorySettings::default(),
        }
    }
}
