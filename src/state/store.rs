//! Where the state is kept, whichever kind of place that is. Whoever uses a store waits for it.
#![expect(
    clippy::unused_async,
    reason = "a store need not be a disk of this machine"
)]

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::disk::Disk;
use super::error::{Place, StoreError};
use super::journal::Journal;
use super::leftover::Leftover;
use super::local::LocalStore;
use super::lock::{Lock, LockInfo};
use super::value::State;

/// Where the state is kept.
#[derive(Clone, Debug)]
pub enum Store {
    /// In files of this machine.
    Local(LocalStore),
}

impl Store {
    /// A store at a path; nothing is touched yet.
    pub fn local(path: PathBuf) -> Self {
        Self::Local(LocalStore::new(path))
    }

    /// A store at a path of a certain disk.
    pub const fn on(path: PathBuf, disk: Arc<dyn Disk>) -> Self {
        Self::Local(LocalStore::on(path, disk))
    }

    /// What people are told of where it is.
    pub fn place(&self) -> Place {
        match self {
            Self::Local(local) => local.path().into(),
        }
    }

    /// Reads the state; where there is none, one without a lineage that owns nothing.
    ///
    /// # Errors
    /// [`StoreError`] when something is there and is not a whole state.
    pub async fn load(&self) -> Result<State, StoreError> {
        match self {
            Self::Local(local) => local.load(),
        }
    }

    /// What an earlier run left in the journal of the state.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read, is damaged or belongs to another state.
    pub async fn leftover(&self, state: &State) -> Result<Option<Leftover>, StoreError> {
        match self {
            Self::Local(local) => local.leftover(state),
        }
    }

    /// When the journal was written last; none where that cannot be told.
    pub async fn journal_written(&self) -> Option<Timestamp> {
        match self {
            Self::Local(local) => local.journal_written(),
        }
    }

    /// Starts a journal for the state. What an earlier run left has been read and saved by then.
    ///
    /// # Errors
    /// [`StoreError`] with the place.
    pub async fn start_journal(&self, state: &State) -> Result<Journal, StoreError> {
        let sink = match self {
            Self::Local(local) => local.open_journal()?,
        };
        Journal::start(sink, state).await
    }

    /// Writes the state with the next serial, then ends the journal that it has taken in.
    ///
    /// # Errors
    /// [`StoreError`]; what is kept is then the old state or the new one, whole, and the journal is
    /// still there unless the new one is.
    pub async fn save(&self, state: &mut State) -> Result<(), StoreError> {
        match self {
            Self::Local(local) => local.save(state),
        }
    }

    /// Takes the lock.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when somebody else holds it.
    pub async fn lock(&self, info: &LockInfo) -> Result<Lock, StoreError> {
        match self {
            Self::Local(local) => local.lock(info),
        }
    }
}
