//! State files on a local disk: read whole, replaced atomically, guarded by a lock.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::history::{self, PreviousState};
use crate::model::ids::Serial;
use crate::state::codec;
use crate::state::disk::{self, Disk, RealDisk};
use crate::state::error::StoreError;
use crate::state::journal::file::FileTarget;
use crate::state::journal::unfinished::{self, Unfinished};
use crate::state::lock::file::{FileLock, LockFile};
use crate::state::lock::holder::{Holder, LockInfo};
use crate::state::place::Place;
use crate::state::value::State;

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

    /// Where the previous states are.
    pub fn history_path(&self) -> PathBuf {
        self.beside("history")
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
    /// See [`unfinished::read`].
    pub fn unfinished(&self, state: &State) -> Result<Option<Unfinished>, StoreError> {
        let path = self.journal_path();
        match self.read(&path)? {
            Some(bytes) => unfinished::read(&bytes, &Place::from(path.as_path()), state),
            None => Ok(None),
        }
    }

    /// When the journal was written last; none where that cannot be told.
    pub fn journal_written(&self) -> Option<Timestamp> {
        self.written(&self.journal_path())
    }

    /// Opens an empty place for a journal. One that is still there is one that the state has taken
    /// in, or that holds nothing: whoever starts a journal has read and saved what was left before.
    ///
    /// # Errors
    /// See [`FileTarget::create`].
    pub fn open_journal(&self) -> Result<FileTarget, StoreError> {
        self.discard_journal()?;
        FileTarget::create(&self.disk, &self.journal_path())
    }

    /// Writes the state with the next serial, then deletes the journal that it has taken in and keeps
    /// a copy of the state.
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
            .and_then(|text| self.put(&text).map(|()| text));
        if written.is_err() {
            state.serial = serial;
        }
        let text = written?;
        self.discard_journal()?;
        if let Err(error) = self.keep(state.serial, &text) {
            tracing::warn!(%error, "no copy of the state was kept");
        }
        Ok(())
    }

    /// Writes a text in the place of the state, and nothing else.
    ///
    /// # Errors
    /// [`StoreError`]; what was there before is then still there.
    pub fn put(&self, text: &str) -> Result<(), StoreError> {
        disk::replace(
            &*self.disk,
            &self.path,
            text.as_bytes(),
            &self.beside("new"),
        )
        .map_err(|error| StoreError::io("write", self.path(), error))
    }

    /// Keeps a copy. The state itself is safe by then, so nothing depends on it but the way back.
    fn keep(&self, serial: Serial, text: &str) -> io::Result<()> {
        let folder = self.history_path();
        self.disk.make_folder(&folder)?;
        let path = folder.join(history::name_of(serial));
        disk::replace(&*self.disk, &path, text.as_bytes(), &folder.join("new"))?;
        let names = self.disk.names(&folder)?;
        let serials = history::serials(&names);
        let all: Vec<_> = serials
            .into_iter()
            .map(|serial| (serial, self.written(&folder.join(history::name_of(serial)))))
            .collect();
        for old in history::too_old(&all, serial) {
            self.disk.remove(&folder.join(history::name_of(old)))?;
        }
        Ok(())
    }

    fn written(&self, path: &Path) -> Option<Timestamp> {
        Timestamp::try_from(self.disk.modified(path).ok()?).ok()
    }

    /// The previous states that are kept, in order.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read. That one of them is damaged is none.
    pub fn previous_states(&self) -> Result<Vec<PreviousState>, StoreError> {
        let folder = self.history_path();
        let names = self.disk.names(&folder);
        let names = names.map_err(|error| StoreError::io("read", folder.as_path(), error))?;
        let mut previous_states = Vec::new();
        for serial in history::serials(&names) {
            let path = folder.join(history::name_of(serial));
            // Another run may have taken it away meanwhile.
            let Some(bytes) = self.read(&path)? else {
                continue;
            };
            previous_states.push(PreviousState {
                serial,
                written: self.written(&path),
                text: String::from_utf8_lossy(&bytes).into_owned(),
            });
        }
        Ok(previous_states)
    }

    /// Keeps what stands in the place of the state before it is written over, and says where.
    ///
    /// # Errors
    /// [`StoreError`] with the path.
    pub fn keep_damaged(&self) -> Result<Place, StoreError> {
        let copy = self.beside("damaged");
        let bytes = self.read(&self.path)?.unwrap_or_default();
        disk::replace(&*self.disk, &copy, &bytes, &self.beside("new"))
            .map_err(|error| StoreError::io("write", copy.as_path(), error))?;
        Ok(copy.as_path().into())
    }

    /// Deletes a journal that the state has taken in, or that holds nothing.
    ///
    /// # Errors
    /// [`StoreError`] with the path.
    pub fn discard_journal(&self) -> Result<(), StoreError> {
        let path = self.journal_path();
        disk::remove_if_there(&*self.disk, &path)
            .map_err(|error| StoreError::io("delete", path.as_path(), error))
    }

    fn lock_file(&self) -> LockFile {
        LockFile {
            path: self.lock_path(),
            guards: self.path().into(),
        }
    }

    /// Takes the lock.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when somebody else holds it.
    pub fn lock(&self, info: &LockInfo) -> Result<FileLock, StoreError> {
        self.lock_file().take(info)
    }

    /// Holder of the lock at this moment, if there is one.
    pub fn holder(&self) -> Option<Holder> {
        self.lock_file().holder()
    }

    /// Clears away what a killed process left of the lock with this id.
    ///
    /// # Errors
    /// [`StoreError`] when it is held, when there is none, or when it has another id.
    pub fn unlock(&self, id: Uuid) -> Result<LockInfo, StoreError> {
        self.lock_file().unlock(id)
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
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn the_last_states_are_kept_as_they_were_written() {
        let (_folder, store) = store();
        let mut state = State::new(Lineage::new(Uuid::from_u128(1)));
        for _ in 0..7 {
            store.save(&mut state).unwrap();
        }
        let kept = store.previous_states().unwrap();
        let serials: Vec<Serial> = kept.iter().map(|kept| kept.serial).collect();
        assert_eq!(serials, [3, 4, 5, 6, 7].map(Serial::new));
        assert!(kept.iter().all(|kept| kept.written.is_some()));
        let newest = std::fs::read_to_string(store.path()).unwrap();
        assert_eq!(kept.last().unwrap().text, newest);
        for kept in &kept {
            assert_eq!(codec::decode(&kept.text).unwrap().serial, kept.serial);
        }
    }

    #[test]
    fn a_copy_that_cannot_be_kept_fails_no_save() {
        let (_folder, store) = store();
        std::fs::write(store.history_path(), "in the way").unwrap();
        let mut state = State::new(Lineage::new(Uuid::from_u128(1)));
        drop(store.open_journal().unwrap());
        store.save(&mut state).unwrap();
        assert_eq!(store.load().unwrap(), state);
        assert!(!store.journal_path().exists());
    }

    #[test]
    fn no_journal_leaves_nothing() {
        let (_folder, store) = store();
        assert_eq!(store.unfinished(&State::unsaved()).unwrap(), None);
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
