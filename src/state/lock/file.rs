//! A lock on a file of this machine.
//!
//! The system's file lock decides; the text in the file only names the holder. So a killed process
//! never leaves a lock behind, whatever the text says.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use uuid::Uuid;

use super::holder::{Holder, LockInfo};
use crate::state::error::StoreError;
use crate::state::place::Place;

/// Whoever takes a lock says who they are a moment later, and whoever only looks holds it for a moment
/// and says nothing: a lock without a name is looked at again.
const LOOKS: u32 = 25;
const UNTIL_NAMED: Duration = Duration::from_millis(10);

/// A lock on a file of this machine. Dropping it releases it.
#[derive(Debug)]
pub struct FileLock {
    file: File,
}

impl FileLock {
    /// Locks a file, which is made where there is none. `None` when somebody else holds it.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn take(path: &Path, info: &LockInfo) -> io::Result<Option<Self>> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let text = serde_json::to_vec(info)?;
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(&text)?;
        Ok(Some(Self { file }))
    }

    /// Whether somebody holds a lock on a file; `None` where there is no such file.
    pub(super) fn is_held(path: &Path) -> Option<bool> {
        let file = File::open(path).ok()?;
        Some(matches!(
            file.try_lock_shared(),
            Err(TryLockError::WouldBlock)
        ))
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // The file stays: deleting it would let two processes lock two files of one name.
        drop(self.file.set_len(0));
        drop(self.file.unlock());
    }
}

/// The file that is locked while somebody works on a state of this machine.
#[derive(Debug)]
pub(in crate::state) struct LockFile {
    pub(in crate::state) path: PathBuf,
    /// The state.
    pub(in crate::state) guards: Place,
}

impl LockFile {
    /// Takes the lock.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when somebody else holds it.
    pub(in crate::state) fn take(&self, info: &LockInfo) -> Result<FileLock, StoreError> {
        let mut holder = None;
        for _ in 0..LOOKS {
            let lock = FileLock::take(&self.path, info);
            let lock = lock.map_err(|error| StoreError::io("lock", self.path.as_path(), error))?;
            if let Some(lock) = lock {
                return Ok(lock);
            }
            holder = read_holder(&self.path).map(Box::new);
            if holder.is_some() {
                break;
            }
            thread::sleep(UNTIL_NAMED);
        }
        Err(StoreError::Locked {
            place: self.guards.clone(),
            holder,
            ends_in: None,
        })
    }

    /// Holder of the lock at this moment, if there is one.
    pub(in crate::state) fn holder(&self) -> Option<Holder> {
        (FileLock::is_held(&self.path) == Some(true)).then(|| read_holder(&self.path).into())
    }

    /// Clears away what a killed process left of the lock with this id. The lock of one that lives is
    /// the system's, and nobody can take it away.
    ///
    /// # Errors
    /// [`StoreError`] when it is held, when there is none, or when it has another id.
    pub(in crate::state) fn unlock(&self, id: Uuid) -> Result<LockInfo, StoreError> {
        let place = || self.guards.clone();
        let Some(holder) = read_holder(&self.path) else {
            return Err(StoreError::NotLocked { place: place() });
        };
        if holder.id != id {
            return Err(StoreError::OtherLock {
                place: place(),
                holder: Box::new(holder),
            });
        }
        drop(self.take(&holder)?);
        Ok(holder)
    }
}

fn read_holder(path: &Path) -> Option<LockInfo> {
    let mut text = String::new();
    File::open(path).ok()?.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "the tests play a killed process")]

    use jiff::Timestamp;

    use super::*;

    fn info(who: &str) -> LockInfo {
        LockInfo {
            id: Uuid::from_u128(77),
            who: who.to_owned(),
            host: "desk".to_owned(),
            pid: 7,
            operation: "apply".to_owned(),
            since: Timestamp::UNIX_EPOCH,
        }
    }

    fn lock() -> (tempfile::TempDir, LockFile) {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("org.state.json");
        let lock = LockFile {
            path: folder.path().join("org.state.json.lock"),
            guards: state.as_path().into(),
        };
        (folder, lock)
    }

    #[test]
    fn the_second_learns_who_the_first_is() {
        let (_folder, lock) = lock();
        assert_eq!(lock.holder(), None);
        let held = lock.take(&info("ana")).unwrap();
        assert_eq!(lock.holder(), Some(Holder::Named(info("ana"))));
        let error = lock.take(&info("lee")).unwrap_err().to_string();
        assert!(
            error.contains("by ana on desk (process 7), apply since 1970-01-01T00:00:00Z"),
            "{error}"
        );
        drop(held);
        assert_eq!(lock.holder(), None);
        assert!(lock.take(&info("lee")).is_ok());
    }

    #[test]
    fn looking_who_holds_it_keeps_nobody_out() {
        let (_folder, lock) = lock();
        drop(lock.take(&info("ana")).unwrap());
        let looking = File::open(&lock.path).unwrap();
        looking.lock_shared().unwrap();
        assert_eq!(lock.holder(), None);
    }

    #[test]
    fn a_lock_is_cleared_away_by_its_id_and_only_when_its_owner_is_gone() {
        let (_folder, lock) = lock();
        let none = lock.unlock(info("ana").id).unwrap_err();
        assert!(matches!(none, StoreError::NotLocked { .. }), "{none}");
        let held = lock.take(&info("ana")).unwrap();
        let alive = lock.unlock(info("ana").id).unwrap_err();
        assert!(matches!(alive, StoreError::Locked { .. }), "{alive}");
        drop(held);
        // As a process that was killed leaves it.
        let text = serde_json::to_vec(&info("ana")).unwrap();
        std::fs::write(&lock.path, text).unwrap();
        let other = lock.unlock(Uuid::from_u128(78)).unwrap_err();
        assert!(matches!(other, StoreError::OtherLock { .. }), "{other}");
        assert_eq!(lock.unlock(info("ana").id).unwrap(), info("ana"));
        let none = lock.unlock(info("ana").id).unwrap_err();
        assert!(matches!(none, StoreError::NotLocked { .. }), "{none}");
    }

    #[test]
    fn the_text_of_an_older_version_has_no_id() {
        let text = r#"{"who":"ana","host":"desk","pid":7,"operation":"apply",
                       "since":"1970-01-01T00:00:00Z"}"#;
        let read: LockInfo = serde_json::from_str(text).unwrap();
        assert_eq!(
            read,
            LockInfo {
                id: Uuid::nil(),
                ..info("ana")
            }
        );
    }
}
