//! A state that is an object of a cloud. A write is conditional on the object that was read before it,
//! so whatever happens to the lock, no update is lost.

mod connect;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use object_store::path::Path;
use object_store::{ObjectStore, PutMode};
use uuid::Uuid;

use super::history::{self, PreviousState};
use crate::model::ids::Serial;
use crate::model::state_url::ObjectUrl;
use crate::state::bucket::{Bucket, Object, modified};
use crate::state::codec;
use crate::state::disk::{Disk, RealDisk};
use crate::state::error::StoreError;
use crate::state::journal::segments::{Journals, Segments};
use crate::state::journal::unfinished::{self, Unfinished};
use crate::state::lock::holder::{Holder, LockInfo};
use crate::state::lock::lease::{HeldLease, Lease, LeaseSpot, Timing};
use crate::state::place::Place;
use crate::state::value::State;
pub use connect::Variables;

/// A state in a container.
#[derive(Clone, Debug)]
pub struct RemoteStore {
    bucket: Bucket,
    key: Path,
    spot: LeaseSpot,
    journals: Journals,
    disk: Arc<dyn Disk>,
    /// What this store writes under; none until its lock is taken.
    held: Arc<Mutex<Option<Arc<HeldLease>>>>,
}

impl RemoteStore {
    /// The store at a URL. `folder` is one of this machine, for this state alone: what the store does
    /// not get is kept there. Nothing is sent or touched yet.
    ///
    /// # Errors
    /// [`StoreError::Remote`] when the variables do not say how it is reached.
    pub fn new(url: ObjectUrl, variables: &Variables, folder: PathBuf) -> Result<Self, StoreError> {
        let objects = connect::container(&url, variables)?;
        Ok(Self::on(objects, url, folder, Timing::USUAL))
    }

    fn on(objects: Arc<dyn ObjectStore>, url: ObjectUrl, folder: PathBuf, timing: Timing) -> Self {
        let key = Path::from(url.path.as_str());
        let bucket = Bucket::new(objects, url);
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        Self {
            spot: LeaseSpot {
                bucket: bucket.clone(),
                state: key.clone(),
                folder: folder.clone(),
                disk: Arc::clone(&disk),
                timing,
            },
            journals: Journals {
                bucket: bucket.clone(),
                folder: Path::from(format!("{key}.journal")),
                files: folder,
                disk: Arc::clone(&disk),
            },
            bucket,
            key,
            disk,
            held: Arc::default(),
        }
    }

    /// The folder of this machine in which is kept what the store does not get.
    pub fn folder(&self) -> &std::path::Path {
        &self.spot.folder
    }

    /// What people are told of where it is.
    pub fn place(&self) -> Place {
        self.bucket.place(&self.key)
    }

    /// Reads the state; where there is none, one without a lineage that owns nothing.
    pub(super) async fn load(&self) -> Result<State, StoreError> {
        match self.bucket.get(&self.key).await? {
            Some(object) => self.decode(&object),
            None => Ok(State::unsaved()),
        }
    }

    fn decode(&self, object: &Object) -> Result<State, StoreError> {
        let text = String::from_utf8_lossy(&object.bytes);
        codec::decode(&text).map_err(|error| StoreError::Codec {
            place: self.place(),
            error,
        })
    }

    /// What earlier runs left in their journals, oldest first. There are two where one lost its lock to
    /// the other.
    pub(super) async fn unfinished(&self, state: &State) -> Result<Option<Unfinished>, StoreError> {
        let mut all: Option<Unfinished> = None;
        for left in self.journals.left().await? {
            let Some(found) = unfinished::read(&left.bytes, &left.place, state)? else {
                continue;
            };
            match &mut all {
                Some(all) => all.append(found),
                None => all = Some(found),
            }
        }
        Ok(all)
    }

    /// When a journal was written last.
    pub(super) async fn journal_written(&self) -> Option<Timestamp> {
        self.journals.written().await.ok()?
    }

    /// Deletes the journals that the state has taken in, or that hold nothing.
    pub(super) async fn discard_journal(&self) -> Result<(), StoreError> {
        self.journals.discard().await
    }

    /// Opens an empty place for a journal.
    pub(super) async fn open_journal(&self) -> Result<Segments, StoreError> {
        self.discard_journal().await?;
        self.journals.open(self.held()?)
    }

    /// Writes the state with the next serial, if what is there is what `state` came from.
    pub(super) async fn save(&self, state: &mut State) -> Result<(), StoreError> {
        let current = self.bucket.get(&self.key).await?;
        if let Some(current) = &current {
            let current = self.decode(current)?;
            if (current.lineage, current.serial) != (state.lineage, state.serial) {
                return Err(self.moved());
            }
        }
        self.write(current, state).await
    }

    /// The same, whatever is there.
    pub(super) async fn overwrite(&self, state: &mut State) -> Result<(), StoreError> {
        let current = self.bucket.get(&self.key).await?;
        self.write(current, state).await
    }

    async fn write(&self, current: Option<Object>, state: &mut State) -> Result<(), StoreError> {
        let serial = state.serial;
        state.serial = serial.next();
        let text = codec::encode(state).map_err(|error| StoreError::Codec {
            place: self.place(),
            error,
        });
        let written = match text {
            Ok(text) => self.replace(current, &text).await.map(|()| text),
            Err(error) => Err(error),
        };
        if written.is_err() {
            state.serial = serial;
        }
        let text = written?;
        // The state is safe, and its serial says that the journals are over.
        if let Err(error) = self.discard_journal().await {
            tracing::warn!(%error, "the journal was not deleted");
        }
        if let Err(error) = self.keep(state.serial, &text).await {
            tracing::warn!(%error, "no copy of the state was kept");
        }
        Ok(())
    }

    /// Writes a text in the place of the state, and nothing else.
    pub(super) async fn put(&self, text: &str) -> Result<(), StoreError> {
        let current = self.bucket.get(&self.key).await?;
        self.replace(current, text).await
    }

    async fn replace(&self, current: Option<Object>, text: &str) -> Result<(), StoreError> {
        self.held()?.check()?;
        let mode = current.map_or(PutMode::Create, |it| PutMode::Update(it.version));
        let written = self.bucket.put(&self.key, text.as_bytes(), mode).await?;
        if written.is_some() {
            return Ok(());
        }
        // An attempt of ours may have done it whose answer was lost.
        let there = self.bucket.get(&self.key).await?;
        if there.is_some_and(|object| object.bytes == text.as_bytes()) {
            return Ok(());
        }
        Err(self.moved())
    }

    fn moved(&self) -> StoreError {
        StoreError::Moved {
            place: self.place(),
        }
    }

    fn history(&self) -> Path {
        Path::from(format!("{}.history", self.key))
    }

    async fn keep(&self, serial: Serial, text: &str) -> Result<(), StoreError> {
        let key = |serial| self.history().join(history::name_of(serial));
        let mode = PutMode::Overwrite;
        self.bucket.put(&key(serial), text.as_bytes(), mode).await?;
        let found = self.bucket.list(&self.history()).await?;
        let all: Vec<_> = found
            .iter()
            .filter_map(|meta| {
                let serial = history::serial_of(meta.location.filename()?)?;
                Some((serial, modified(meta)))
            })
            .collect();
        for old in history::too_old(&all, serial) {
            self.bucket.delete(&key(old)).await?;
        }
        Ok(())
    }

    /// The previous states that are kept, in order.
    pub(super) async fn previous_states(&self) -> Result<Vec<PreviousState>, StoreError> {
        let mut previous_states = Vec::new();
        for meta in self.bucket.list(&self.history()).await? {
            let serial = meta.location.filename().and_then(history::serial_of);
            let object = self.bucket.get(&meta.location).await?;
            if let Some((serial, object)) = serial.zip(object) {
                previous_states.push(PreviousState {
                    serial,
                    written: object.modified,
                    text: String::from_utf8_lossy(&object.bytes).into_owned(),
                });
            }
        }
        previous_states.sort_unstable_by_key(|previous| previous.serial);
        Ok(previous_states)
    }

    /// Keeps what stands in the place of the state before it is written over, and says where.
    pub(super) async fn keep_damaged(&self) -> Result<Place, StoreError> {
        self.held()?.check()?;
        let copy = Path::from(format!("{}.damaged", self.key));
        if let Some(object) = self.bucket.get(&self.key).await? {
            let mode = PutMode::Overwrite;
            self.bucket.put(&copy, &object.bytes, mode).await?;
        }
        Ok(self.bucket.place(&copy))
    }

    /// Takes the lock.
    pub(super) async fn lock(&self, info: &LockInfo) -> Result<Lease, StoreError> {
        let folder = &self.spot.folder;
        self.disk
            .make_folder(folder)
            .map_err(|error| StoreError::io("create", folder.as_path(), error))?;
        let lease = self.spot.take(info).await?;
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(lease.held());
        Ok(lease)
    }

    /// Who holds the lock.
    pub(super) async fn holder(&self) -> Result<Option<Holder>, StoreError> {
        self.spot.holder().await
    }

    /// Ends the lock with this id, whoever holds it.
    pub(super) async fn unlock(&self, id: Uuid) -> Result<LockInfo, StoreError> {
        self.spot.unlock(id).await
    }

    fn held(&self) -> Result<Arc<HeldLease>, StoreError> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.clone().ok_or_else(|| StoreError::LeaseLost {
            place: self.place(),
        })
    }
}
