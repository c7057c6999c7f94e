//! Sign-ins by device code: a program waits while a person types a code somewhere else.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use orgctl_model::ids::ObjectId;

use crate::world::World;
use crate::world::time::stamp::{Stamp, derived_guid};

/// What the person does with a code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeOutcome {
    /// Nothing yet.
    #[default]
    Pending,
    /// Signs in.
    Approved,
    /// Says no.
    Declined,
    /// Nothing, for too long.
    Expired,
    /// Nothing yet, and the program asks too often.
    SlowDown,
}

/// A sign-in by device code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceCode {
    /// What the person types.
    pub(crate) user_code: String,
    /// The program.
    pub(crate) client: String,
    /// What it asks for.
    pub(crate) scopes: BTreeSet<String>,
    /// What the person does.
    pub(crate) outcome: CodeOutcome,
    /// Who signs in; absent for the sandbox's caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<ObjectId>,
    /// When it began.
    pub(crate) created: Stamp,
}

impl World {
    /// Begins a sign-in; the first text is what the program polls with.
    pub(crate) fn begin_device_code(
        &mut self,
        client: &str,
        scopes: BTreeSet<String>,
    ) -> (String, DeviceCode) {
        let created = self.tick();
        let serial = self.document.serial.to_string();
        let code = derived_guid(&["device code", &serial]).simple().to_string();
        let user_code = derived_guid(&["user code", &serial]).simple().to_string();
        let user_code: String = user_code.to_uppercase().chars().take(9).collect();
        let row = DeviceCode {
            user_code,
            client: client.to_owned(),
            scopes,
            outcome: self.settings().directory.device_code,
            user: None,
            created,
        };
        let codes = &mut self.document.directory.device_codes;
        codes.insert(code.clone(), row.clone());
        (code, row)
    }

    pub(crate) fn device_code(&self, code: &str) -> Option<&DeviceCode> {
        self.document.directory.device_codes.get(code)
    }

    /// Forgets a sign-in that came to its end: a code is good once.
    pub(crate) fn end_device_code(&mut self, code: &str) {
        self.document.directory.device_codes.remove(code);
    }

    /// Does what the person does, with the code that they type or with every open one; says with
    /// how many.
    pub(crate) fn decide_device_codes(
        &mut self,
        user_code: Option<&str>,
        outcome: CodeOutcome,
        user: Option<ObjectId>,
    ) -> usize {
        let rows = self.document.directory.device_codes.values_mut();
        let meant = |row: &&mut DeviceCode| {
            user_code.is_none_or(|typed| typed.eq_ignore_ascii_case(&row.user_code))
        };
        let mut decided = 0;
        for row in rows.filter(meant) {
            row.outcome = outcome;
            row.user = user.or(row.user);
            decided += 1;
        }
        decided
    }
}
