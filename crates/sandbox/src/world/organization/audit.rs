//! The audit log: what was done, by whom. Actions are those of "Auditing events list" in the Azure
//! DevOps documentation; every write of the world leaves one entry.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use orgctl_model::ids::StorageKey;

use crate::world::World;
use crate::world::time::stamp::Stamp;

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditEntry {
    /// When.
    pub(crate) at: Stamp,
    /// Its number in the log, from 1.
    pub(crate) number: u64,
    /// What, such as `Group.CreateGroups`.
    pub(crate) action: String,
    /// Who did it.
    pub(crate) actor: StorageKey,
    /// In a sentence.
    pub(crate) details: String,
    /// The parts of the sentence, by name.
    #[serde(default)]
    pub(crate) data: BTreeMap<String, String>,
}

impl World {
    /// How many entries are kept. The service keeps 90 days; a world is written to a file after
    /// each change, and 5,000 entries are some 2 MB of it.
    const AUDIT_KEPT: usize = 5_000;

    /// Writes down what the caller has just done.
    pub(in crate::world) fn record(
        &mut self,
        action: &str,
        details: String,
        data: &[(&str, &str)],
    ) {
        let at = self.now();
        let actor = self.organization().caller;
        let log = &mut self.contents_mut().audit;
        let number = log.back().map_or(1, |last| last.number + 1);
        if log.len() >= Self::AUDIT_KEPT {
            log.pop_front();
        }
        let data = data.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        log.push_back(AuditEntry {
            at,
            number,
            action: action.to_owned(),
            actor,
            details,
            data: data.collect(),
        });
    }

    /// Entries from the newest to the oldest, from before the entry with a number.
    pub(crate) fn audit_before(&self, number: Option<u64>) -> impl Iterator<Item = &AuditEntry> {
        let log = &self.contents().audit;
        let end = number.map_or(log.len(), |number| {
            log.partition_point(|entry| entry.number < number)
        });
        log.range(..end).rev()
    }
}
