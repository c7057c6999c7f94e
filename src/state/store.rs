//! State files on a local disk: read whole, replaced atomically, guarded by a lock.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::codec::{self, CodecError};
use super::journal::{self, Journal};
use super::leftover::{self, Leftover};
use super::lock::LockInfo;
use super::value::State;

/// What went wrong with a file of the state.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refused.
    #[error("cannot {verb} {}: {error}", path.display())]
    Io {
        /// What was tried.
        verb: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's word.
        error: io::Error,
    },
    /// The file is not a state.
    #[error("{}: {error}", path.display())]
    Codec {
        /// Which file.
        path: PathBuf,
        /// Why not.
        error: CodecError,
    },
    /// A line of a journal cannot be read, and it is not the last.
    #[error("{}:{line}: the journal is damaged: {why}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Which line, counted from 1.
        line: usize,
        /// The parser's word.
        why: String,
    },
    /// The journal beside the state was written for another one.
    #[error("{} belongs to another state", path.display())]
    ForeignJournal {
        /// Which file.
        path: PathBuf,
    },
    /// Somebody else is at work.
    #[error("{} is locked{}", path.display(), holder_phrase(holder.as_deref()))]
    Locked {
        /// Which state.
        path: PathBuf,
        /// Who, where the lock could be read.
        holder: Option<Box<LockInfo>>,
    },
}

fn holder_phrase(holder: Option<&LockInfo>) -> String {
    holder.map_or_else(String::new, |info| format!(" by {info}"))
}

impl StoreError {
    pub(super) fn io(verb: &'static str, path: &Path, error: io::Error) -> Self {
        Self::Io {
            verb,
            path: path.to_owned(),
            error,
        }
    }

    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, Self::Io { error, .. } if error.kind() == io::ErrorKind::NotFound)
    }
}

/// Reads a whole file.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place where state files are read"
)]
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, StoreError> {
    std::fs::read(path).map_err(|error| StoreError::io("read", path, error))
}

/// Replaces a file so that a crash at any moment leaves the old content or the new, whole.
///
/// # Errors
/// The system's, when the folder cannot be written to or is full; the old file is then untouched.
pub fn replace_file(path: &Path, content: &[u8]) -> io::Result<()> {
    put_file(path, content)?;
    sync_folder_of(path)
}

/// The same without [`sync_folder_of`], which is enough once for many files of one folder.
///
/// # Errors
/// See [`replace_file`].
pub fn put_file(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut temporary = tempfile::NamedTempFile::new_in(folder_of(path))?;
    temporary.write_all(content)?;
    temporary.as_file().sync_all()?;
    temporary.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// The folder of a file.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

/// Makes the names in a file's folder survive a loss of power.
///
/// # Errors
/// The system's.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    sync_folder(folder_of(path))
}

/// Makes a rename in a folder survive a loss of power. Only Unix needs it, and only Unix can.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// A state on a local disk.
#[derive(Clone, Debug)]
pub struct LocalStore {
    path: PathBuf,
}

impl LocalStore {
    /// The store at a path; nothing is touched yet.
    pub const fn new(path: PathBuf) -> Self {
        Self { path }
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

    /// Reads the state; where there is no file, one without a lineage that owns nothing.
    ///
    /// # Errors
    /// [`StoreError`] when a file is there and is not a whole state.
    pub fn load(&self) -> Result<State, StoreError> {
        match read_bytes(&self.path) {
            Ok(bytes) => {
                codec::decode(&String::from_utf8_lossy(&bytes)).map_err(|error| StoreError::Codec {
                    path: self.path.clone(),
                    error,
                })
            }
            Err(error) if error.is_not_found() => Ok(State::unsaved()),
            Err(error) => Err(error),
        }
    }

    /// What an earlier run left in the journal.
    ///
    /// # Errors
    /// See [`leftover::read`].
    pub fn leftover(&self, state: &State) -> Result<Option<Leftover>, StoreError> {
        leftover::read(&self.journal_path(), state)
    }

    /// When the journal was written last; none where that cannot be told.
    pub fn journal_written(&self) -> Option<Timestamp> {
        let written = self
            .journal_path()
            .metadata()
            .and_then(|file| file.modified());
        Timestamp::try_from(written.ok()?).ok()
    }

    /// Starts a journal for the state. One that is still there is one that the state has taken in,
    /// or that holds nothing: whoever starts a journal has read and saved what was left before.
    ///
    /// # Errors
    /// See [`Journal::create`].
    pub fn start_journal(&self, state: &State) -> Result<Journal, StoreError> {
        journal::discard(&self.journal_path())?;
        Journal::create(&self.journal_path(), state)
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
                path: self.path.clone(),
                error,
            })
            .and_then(|text| {
                replace_file(&self.path, text.as_bytes())
                    .map_err(|error| StoreError::io("write", &self.path, error))
            });
        if written.is_err() {
            state.serial = serial;
        }
        written.and_then(|()| journal::discard(&self.journal_path()))
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
        let (_folder, store) = store();
        let mut state = State::new(Lineage::new(Uuid::from_u128(1)));
        drop(store.start_journal(&state).unwrap());
        store.save(&mut state).unwrap();
        assert_eq!(store.load().unwrap(), state);
        assert_eq!(state.serial.to_string(), "1");
        assert!(!store.journal_path().exists());
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

    #[test]
    fn replacing_a_file_leaves_no_other_file() {
        let (folder, store) = store();
        replace_file(store.path(), b"one").unwrap();
        replace_file(store.path(), b"two").unwrap();
        assert_eq!(std::fs::read(store.path()).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
