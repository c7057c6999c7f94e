//! The journal: an append-only log of intents and outcomes beside the state file.
//!
//! Before a request goes out its intent is on disk; after the answer the outcome follows. A group of
//! intents shares one sync, and so do their outcomes. Whatever stops the program, the next run finds
//! here what was done and what may have been done. How a line is written is in `line`.

pub mod file;
pub(in crate::state) mod line;
pub mod segments;
pub mod target;
pub mod unfinished;

use crate::model::address::Address;
use crate::model::attributes::Attributes;
use crate::model::ids::TenantId;
use crate::state::codec::EntryText;
use crate::state::error::StoreError;
use crate::state::value::{Effect, Entry, State};
use line::{Chain, FORMAT_VERSION, JournalLine};
use target::JournalTarget;

/// What a request is about to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// To what.
    pub address: Address,
    /// As it shall be; absent when it is taken away.
    pub after: Option<Attributes>,
    /// The tenant for which, where its kind belongs to one.
    pub tenant: Option<TenantId>,
}

/// What became of an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// It was carried out, and does this to the state.
    Done(Effect),
    /// It counts as carried out, and whether it was nobody can know. Whoever reads this after a crash
    /// has not been told.
    InDoubt(Entry),
    /// It was not carried out.
    NotDone,
}

impl Settlement {
    /// What it does to the state.
    pub fn effect(&self) -> Option<Effect> {
        match self {
            Self::Done(effect) => Some(effect.clone()),
            Self::InDoubt(entry) => Some(Effect::Own(entry.clone())),
            Self::NotDone => None,
        }
    }
}

/// An open journal.
#[derive(Debug)]
pub struct Journal {
    target: JournalTarget,
    chain: Chain,
    // After a write that failed, half a line may stand at the end, and nothing may follow it.
    is_over: bool,
}

impl Journal {
    /// Starts a journal for a state in an empty place: the unfinished of an earlier run is read and
    /// folded first.
    ///
    /// # Errors
    /// [`StoreError`] with the place.
    pub async fn start(target: JournalTarget, state: &State) -> Result<Self, StoreError> {
        let mut journal = Self {
            target,
            chain: Chain::default(),
            is_over: false,
        };
        let head = JournalLine::Journal {
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
                Ok(JournalLine::Intent {
                    address: intent.address.clone(),
                    after,
                    tenant: intent.tenant,
                })
            })
            .collect::<Result<Vec<_>, serde_json::Error>>()
            .map_err(|error| self.target.failed(error.into()))?;
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
                    Settlement::Done(Effect::Own(entry)) => JournalLine::Own {
                        address,
                        entry: EntryText::from_entry(entry)?,
                        in_doubt: false,
                    },
                    Settlement::InDoubt(entry) => JournalLine::Own {
                        address,
                        entry: EntryText::from_entry(entry)?,
                        in_doubt: true,
                    },
                    Settlement::Done(Effect::Disown) => JournalLine::Disown { address },
                    Settlement::NotDone => JournalLine::NotDone { address },
                })
            })
            .collect::<Result<Vec<_>, serde_json::Error>>()
            .map_err(|error| self.target.failed(error.into()))?;
        self.append(&lines).await
    }

    /// Ends a journal that is kept, because some intents have no outcome: the next run looks what
    /// became of them.
    ///
    /// # Errors
    /// [`StoreError`]; the next run then takes this one for one that was cut short.
    pub async fn end(mut self) -> Result<(), StoreError> {
        self.append(&[JournalLine::Ended {}]).await
    }

    async fn append(&mut self, lines: &[JournalLine]) -> Result<(), StoreError> {
        if self.is_over {
            let error = std::io::Error::other("a write before this one has failed");
            return Err(self.target.failed(error));
        }
        if lines.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::new();
        for line in lines {
            self.chain
                .write(line, &mut bytes)
                .map_err(|error| self.target.failed(error.into()))?;
        }
        // Until it is known to be safe, and also when nobody waits for that any more.
        self.is_over = true;
        self.target.append(&bytes).await?;
        self.is_over = false;
        Ok(())
    }
}
