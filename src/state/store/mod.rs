//! Where the state is kept, whichever kind of place that is. Whoever uses a store waits for it.

pub mod history;
pub mod local;
pub mod remote;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use crate::state::disk::Disk;
use crate::state::error::StoreError;
use crate::state::journal::Journal;
use crate::state::journal::target::JournalTarget;
use crate::state::journal::unfinished::Unfinished;
use crate::state::lock::Lock;
use crate::state::lock::holder::{Holder, LockInfo};
use crate::state::place::Place;
use crate::state::value::State;
use history::PreviousState;
use local::LocalStore;
use remote::RemoteStore;

/// Where the state is kept.
#[derive(Clone, Debug)]
pub enum Store {
    /// In files of this machine.
    Local(LocalStore),
    /// In an object of a cloud.
    Remote(Box<RemoteStore>),
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
            Self::Remote(remote) => remote.place(),
        }
    }

    /// Reads the state; where there is none, one without a lineage that owns nothing.
    ///
    /// # Errors
    /// [`StoreError`] when something is there and is not a whole state.
    pub async fn load(&self) -> Result<State, StoreError> {
        match self {
            Self::Local(local) => local.load(),
            Self::Remote(remote) => remote.load().await,
        }
    }

    /// What an earlier run left in the journal of the state.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read, is damaged or belongs to another state.
    pub async fn unfinished(&self, state: &State) -> Result<Option<Unfinished>, StoreError> {
        match self {
            Self::Local(local) => local.unfinished(state),
            Self::Remote(remote) => remote.unfinished(state).await,
        }
    }

    /// When the journal was written last; none where that cannot be told.
    pub async fn journal_written(&self) -> Option<Timestamp> {
        match self {
            Self::Local(local) => local.journal_written(),
            Self::Remote(remote) => remote.journal_written().await,
        }
    }

    /// Deletes a journal that the state has taken in, or that holds nothing: a run that was stopped
    /// between the two has left it.
    ///
    /// # Errors
    /// [`StoreError`] with the place.
    pub async fn discard_journal(&self) -> Result<(), StoreError> {
        match self {
            Self::Local(local) => local.discard_journal(),
            Self::Remote(remote) => remote.discard_journal().await,
        }
    }

    /// Starts a journal for the state. What an earlier run left has been read and saved by then.
    ///
    /// # Errors
    /// [`StoreError`] with the place.
    pub async fn start_journal(&self, state: &State) -> Result<Journal, StoreError> {
        let target = match self {
            Self::Local(local) => JournalTarget::File(local.open_journal()?),
            Self::Remote(remote) => JournalTarget::Segments(Box::new(remote.open_journal().await?)),
        };
        Journal::start(target, state).await
    }

    /// Writes the state with the next serial, then ends the journal that it has taken in and keeps a
    /// copy. A store elsewhere refuses a state that does not come from what is there.
    ///
    /// # Errors
    /// [`StoreError`]; what is kept is then the old state or the new one, whole, and the journal is
    /// still there unless the new one is.
    pub async fn save(&self, state: &mut State) -> Result<(), StoreError> {
        match self {
            Self::Local(local) => local.save(state),
            Self::Remote(remote) => remote.save(state).await,
        }
    }

    /// [`save`](Self::save) in the place of whatever is there.
    ///
    /// # Errors
    /// See there.
    pub async fn overwrite(&self, state: &mut State) -> Result<(), StoreError> {
        match self {
            Self::Local(local) => local.save(state),
            Self::Remote(remote) => remote.overwrite(state).await,
        }
    }

    /// Writes a text in the place of the state, and nothing else: the journal stays.
    ///
    /// # Errors
    /// [`StoreError`]; what was there before is then still there.
    pub async fn put(&self, text: &str) -> Result<(), StoreError> {
        match self {
            Self::Local(local) => local.put(text),
            Self::Remote(remote) => remote.put(text).await,
        }
    }

    /// The previous states that are kept, in order.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read. That one of them is damaged is none.
    pub async fn previous_states(&self) -> Result<Vec<PreviousState>, StoreError> {
        match self {
            Self::Local(local) => local.previous_states(),
            Self::Remote(remote) => remote.previous_states().await,
        }
    }

    /// Keeps what stands in the place of the state before it is written over, and says where.
    ///
    /// # Errors
    /// [`StoreError`] with the place.
    pub async fn keep_damaged(&self) -> Result<Place, StoreError> {
        match self {
            Self::Local(local) => local.keep_damaged(),
            Self::Remote(remote) => remote.keep_damaged().await,
        }
    }

    /// Takes the lock.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when somebody else holds it.
    pub async fn lock(&self, info: &LockInfo) -> Result<Lock, StoreError> {
        Ok(match self {
            Self::Local(local) => Lock::File(local.lock(info)?),
            Self::Remote(remote) => Lock::Lease(Box::new(remote.lock(info).await?)),
        })
    }

    /// Holder of the lock at this moment, if there is one.
    ///
    /// # Errors
    /// [`StoreError`] when a store elsewhere does not answer.
    pub async fn holder(&self) -> Result<Option<Holder>, StoreError> {
        match self {
            Self::Local(local) => Ok(local.holder()),
            Self::Remote(remote) => remote.holder().await,
        }
    }

    /// Ends the lock with this id, and says whose it was.
    ///
    /// # Errors
    /// [`StoreError`] when there is none, when it has another id, or when its owner lives and the
    /// system guards it.
    pub async fn unlock(&self, id: Uuid) -> Result<LockInfo, StoreError> {
        match self {
            Self::Local(local) => local.unlock(id),
            Self::Remote(remote) => remote.unlock(id).await,
        }
    }
}
