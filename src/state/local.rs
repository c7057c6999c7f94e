//! State files on a local disk: read whole, replaced atomically, guarded by a lock.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::codec;
use super::disk::{self, Disk, RealDisk};
use super::error::{Place, StoreError};
use super::leftover::{self, Leftover};
use super::sink::Sink;
use super::value::State;

/// A state on a local disk.
#[derive(Clone, Debug)]
pub struct LocalStore {
    path: PathBuf,
    disk: Arc<dyn Disk>,
}

impl LocalStore {
    /// The store at a path; nothing is touched yet.
    pub fn new(path: PathBuf) -> Self {
        Self::on(path, Arc::new(RealDisk))
    }

    /// The store at a path of a certain disk.
    pub const fn on(path: PathBuf, disk: Arc<dyn Disk>) -> Self {
        Self { path, disk }
    }

    /// Where the state is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where its journal is.
    pub fn journal_path(&self) -> PathBuf {
        self.beside("journal")
    }

    /// Where its lock is.
    pub fn lock_path(&self) -> PathBuf {
        self.beside("lock")
    }

    fn beside(&self, extension: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".");
        name.push(extension);
        name.into()
    }

    fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
        match self.disk.read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::io("read", path, error)),
        }
    }

    /// Reads the state; where there is no file, one without a lineage that owns nothing.
    ///
    /// # Errors
    /// [`StoreError`] when a file is there and is not a whole state.
    pub fn load(&self) -> Result<State, StoreError> {
        let Some(bytes) = self.read(&self.path)? else {
            return Ok(State::unsaved());
        };
        codec::decode(&String::from_utf8_lossy(&bytes)).map_err(|error| StoreError::Codec {
            place: self.path().into(),
            error,
        })
    }

    /// What an earlier run left in the journal.
    ///
    /// # Errors
    /// See [`leftover::read`].
    pub fn leftover(&self, state: &State) -> Result<Option<Leftover>, StoreError> {
        let path = self.journal_path();
        match self.read(&path)? {
            Some(bytes) => leftover::read(&bytes, &Place::from(path.as_path()), state),
            None => Ok(None),
        }
    }

    /// When the journal was written last; none where that cannot be told.
    pub fn journal_written(&self) -> Option<Timestamp> {
        let written = self.disk.modified(&self.journal_path());
        Timestamp::try_from(written.ok()?).ok()
    }

    /// Opens an empty place for a journal. One that is still there is one that the state has taken
    /// in, or that holds nothing: whoever starts a journal has read and saved what was left before.
    ///
    /// # Errors
    /// See [`Sink::create`].
    pub fn open_journal(&self) -> Result<Sink, StoreError> {
        self.discard_journal()?;
        Sink::create(&self.disk, &self.journal_path())
    }

    /// Writes the state with the next serial, then deletes the journal that it has taken in.
    ///
    /// # Errors
    /// [`StoreError`]; the state file is then the old one or the new one, whole, and the journal is
    /// still there unless the new one is.
    pub fn save(&self, state: &mut State) -> Result<(), StoreError> {
        let serial = state.serial;
        state.serial = serial.next();
        let written = codec::encode(state)
            .map_err(|error| StoreError::Codec {
                place: self.path().into(),
                error,
            })
            .and_then(|text| {
                let temporary = self.beside("new");
                disk::replace(&*self.disk, &self.path, text.as_bytes(), &temporary)
                    .map_err(|error| StoreError::io("write", self.path(), error))
            });
        if written.is_err() {
            state.serial = serial;
        }
        written.and_then(|()| self.discard_journal())
    }

    fn discard_journal(&self) -> Result<(), StoreError> {
        let path = self.journal_path();
        disk::remove_if_there(&*self.disk, &path)
            .map_err(|error| StoreError::io("delete", path.as_path(), error))
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::disallowed_methods,
        reason = "the tests damage files on purpose"
    )]

    use super::*;
    use crate::model::ids::Lineage;
    use uuid::Uuid;

    fn store() -> (tempfile::TempDir, LocalStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore::new(folder.path().join("org.state.json"));
        (folder, store)
    }

    #[test]
    fn saving_counts_up_and_ends_the_journal() {
        let (folder, store) = store();
        let mut state = State::new(Lineage::new(Uuid::from_u128(1)));
        drop(store.open_journal().unwrap());
        store.save(&mut state).unwrap();
        assert_eq!(store.load().unwrap(), state);
        assert_eq!(state.serial.to_string(), "1");
        assert!(!store.journal_path().exists());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn no_journal_leaves_nothing() {
        let (_folder, store) = store();
        assert_eq!(store.leftover(&State::unsaved()).unwrap(), None);
        assert_eq!(store.journal_written(), None);
    }

    #[test]
    fn no_file_is_a_state_without_lineage_and_an_empty_file_is_an_error() {
        let (_folder, store) = store();
        assert_eq!(store.load().unwrap(), State::unsaved());
        std::fs::write(store.path(), "").unwrap();
        let error = store.load().unwrap_err().to_string();
        assert!(
            error.ends_with("org.state.json: the state is empty"),
            "{error}"
        );
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_leaves_the_old_file_and_the_serial() {
        let (folder, store) = store();
        let mut state = State::new(Lineage::new(Uuid::from_u128(1)));
        store.save(&mut state).unwrap();
        let before = std::fs::read(store.path()).unwrap();
        let gone = LocalStore::new(folder.path().join("no such folder").join("org.state.json"));
        assert!(gone.save(&mut state).is_err());
        assert_eq!(state.serial.to_string(), "1");
        assert_eq!(std::fs::read(store.path()).unwrap(), before);
    }
}
