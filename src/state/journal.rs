//! The journal: an append-only log of intents and outcomes beside the state file.
//!
//! Before a request goes out its intent is on disk; after the answer the outcome follows. A group of
//! intents shares one sync. Whatever stops the program, the next run finds here what was done and
//! what may have been done.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::codec::EntryText;
use super::error::StoreError;
use super::sink::Sink;
use super::value::{Effect, State};
use crate::model::address::Address;
use crate::model::attributes::Attributes;
use crate::model::ids::{Lineage, Serial};

/// The version of the format that this program writes and the only one that it reads.
pub(super) const FORMAT_VERSION: u32 = 1;

/// What a request is about to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// To what.
    pub address: Address,
    /// As it shall be; absent when it is taken away.
    pub after: Option<Attributes>,
}

/// What became of an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// It was carried out, and does this to the state.
    Done(Effect),
    /// It was not carried out.
    NotDone,
}

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Line {
    Journal {
        format_version: u32,
        lineage: Lineage,
        serial: Serial,
    },
    Intent {
        address: Address,
        after: Option<Value>,
    },
    Own {
        address: Address,
        entry: EntryText,
    },
    Disown {
        address: Address,
    },
    NotDone {
        address: Address,
    },
}

/// An open journal.
#[derive(Debug)]
pub struct Journal {
    sink: Sink,
}

impl Journal {
    /// Starts a journal for a state in an empty place: the leftover of an earlier run is read and
    /// folded first.
    ///
    /// # Errors
    /// [`StoreError`] with the place.
    pub async fn start(sink: Sink, state: &State) -> Result<Self, StoreError> {
        let mut journal = Self { sink };
        let head = Line::Journal {
            format_version: FORMAT_VERSION,
            lineage: state.lineage,
            serial: state.serial,
        };
        journal.append(&[head]).await?;
        Ok(journal)
    }

    /// Writes intents and waits until they are safe. Only then may their requests go out.
    ///
    /// # Errors
    /// [`StoreError`]; the requests must not be sent then.
    pub async fn intend(&mut self, intents: &[Intent]) -> Result<(), StoreError> {
        let lines = intents
            .iter()
            .map(|intent| {
                let after = intent
                    .after
                    .as_ref()
                    .map(serde_json::to_value)
                    .transpose()?;
                Ok(Line::Intent {
                    address: intent.address.clone(),
                    after,
                })
            })
            .collect::<Result<Vec<_>, serde_json::Error>>()
            .map_err(|error| self.sink.failed(error.into()))?;
        self.append(&lines).await
    }

    /// Writes what became of intents.
    ///
    /// # Errors
    /// [`StoreError`]; the next run then settles them by looking.
    pub async fn settle(
        &mut self,
        settlements: &[(Address, Settlement)],
    ) -> Result<(), StoreError> {
        let lines = settlements
            .iter()
            .map(|(address, settlement)| {
                let address = address.clone();
                Ok(match settlement {
                    Settlement::Done(Effect::Own(entry)) => Line::Own {
                        address,
                        entry: EntryText::from_entry(entry)?,
                    },
                    Settlement::Done(Effect::Disown) => Line::Disown { address },
                    Settlement::NotDone => Line::NotDone { address },
                })
            })
            .collect::<Result<Vec<_>, serde_json::Error>>()
            .map_err(|error| self.sink.failed(error.into()))?;
        self.append(&lines).await
    }

    async fn append(&mut self, lines: &[Line]) -> Result<(), StoreError> {
        let mut bytes = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut bytes, line)
                .map_err(|error| self.sink.failed(error.into()))?;
            bytes.push(b'\n');
        }
        self.sink.append(&bytes).await
    }
}
