//! The lock: one apply at a time, and a name for whoever holds it.
//!
//! On a disk the system's file lock decides; the text in the file only tells. So a killed process never
//! leaves a lock behind, whatever the text says. Elsewhere it is a lease, see `remote::lease`.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::StoreError;
use super::local::LocalStore;
use super::remote::lease::Lease;

/// Whoever takes a lock says who they are a moment later, and whoever only looks holds it for a moment
/// and says nothing: a lock without a name is looked at again.
const LOOKS: u32 = 25;
const UNTIL_NAMED: Duration = Duration::from_millis(10);

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockInfo {
    /// What the lock is called: nobody ends one that they cannot name.
    #[serde(default = "Uuid::nil")]
    pub id: Uuid,
    /// The user's name.
    pub who: String,
    /// The machine.
    pub host: String,
    /// The process.
    pub pid: u32,
    /// The command.
    pub operation: String,
    /// Since when.
    pub since: Timestamp,
}

impl fmt::Display for LockInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            id: _,
            who,
            host,
            pid,
            operation,
            since,
        } = self;
        write!(
            f,
            "{who} on {host} (process {pid}), {operation} since {since:.0}"
        )
    }
}

/// A held lock. Dropping it releases a file at once, and lets a lease run out.
#[derive(Debug)]
pub enum Lock {
    /// On a file.
    File(FileLock),
    /// On an object.
    Lease(Box<Lease>),
}

/// A lock that was somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenOver {
    /// Its owner, a process of this machine, has ended.
    Dead(LockInfo),
    /// Its owner has shown no sign of life for too long.
    Expired(LockInfo),
}

impl Lock {
    /// Whose lock it was, where it had to be taken from somebody.
    pub fn taken_over(&self) -> Option<&TakenOver> {
        match self {
            Self::File(_) => None,
            Self::Lease(lease) => lease.taken_over(),
        }
    }

    /// Gives the lock back.
    pub async fn release(self) {
        match self {
            Self::File(lock) => drop(lock),
            Self::Lease(lease) => lease.release().await,
        }
    }
}

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

impl LocalStore {
    /// Takes the lock.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when somebody else holds it.
    pub fn lock(&self, info: &LockInfo) -> Result<FileLock, StoreError> {
        let path = self.lock_path();
        let mut holder = None;
        for _ in 0..LOOKS {
            let lock = FileLock::take(&path, info);
            let lock = lock.map_err(|error| StoreError::io("lock", path.as_path(), error))?;
            if let Some(lock) = lock {
                return Ok(lock);
            }
            holder = read_holder(&path).map(Box::new);
            if holder.is_some() {
                break;
            }
            thread::sleep(UNTIL_NAMED);
        }
        Err(StoreError::Locked {
            place: self.path().into(),
            holder,
            ends_in: None,
        })
    }

    /// Who holds the lock at this moment; `Some(None)` where somebody does who cannot be named.
    pub fn holder(&self) -> Option<Option<LockInfo>> {
        let path = self.lock_path();
        (FileLock::is_held(&path) == Some(true)).then(|| read_holder(&path))
    }

    /// Clears away what a killed process left of the lock with this id. The lock of one that lives is
    /// the system's, and nobody can take it away.
    ///
    /// # Errors
    /// [`StoreError`] when it is held, when there is none, or when it has another id.
    pub fn unlock(&self, id: Uuid) -> Result<LockInfo, StoreError> {
        let path = self.lock_path();
        let Some(holder) = read_holder(&path) else {
            return Err(StoreError::NotLocked {
                place: self.path().into(),
            });
        };
        if holder.id != id {
            return Err(StoreError::OtherLock {
                place: self.path().into(),
                holder: Box::new(holder),
            });
        }
        drop(self.lock(&holder)?);
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

    fn store() -> (tempfile::TempDir, LocalStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore::new(folder.path().join("org.state.json"));
        (folder, store)
    }

    #[test]
    fn the_second_learns_who_the_first_is() {
        let (_folder, store) = store();
        assert_eq!(store.holder(), None);
        let held = store.lock(&info("ana")).unwrap();
        assert_eq!(store.holder(), Some(Some(info("ana"))));
        let error = store.lock(&info("lee")).unwrap_err().to_string();
        assert!(
            error.contains("by ana on desk (process 7), apply since 1970-01-01T00:00:00Z"),
            "{error}"
        );
        drop(held);
        assert_eq!(store.holder(), None);
        assert!(store.lock(&info("lee")).is_ok());
    }

    #[test]
    fn looking_who_holds_it_keeps_nobody_out() {
        let (_folder, store) = store();
        drop(store.lock(&info("ana")).unwrap());
        let looking = File::open(store.lock_path()).unwrap();
        looking.lock_shared().unwrap();
        assert_eq!(store.holder(), None);
    }

    #[test]
    fn a_lock_is_cleared_away_by_its_id_and_only_when_its_owner_is_gone() {
        let (_folder, store) = store();
        let none = store.unlock(info("ana").id).unwrap_err();
        assert!(matches!(none, StoreError::NotLocked { .. }), "{none}");
        let held = store.lock(&info("ana")).unwrap();
        let alive = store.unlock(info("ana").id).unwrap_err();
        assert!(matches!(alive, StoreError::Locked { .. }), "{alive}");
        drop(held);
        // As a process that was killed leaves it.
        let text = serde_json::to_vec(&info("ana")).unwrap();
        std::fs::write(store.lock_path(), text).unwrap();
        let other = store.unlock(Uuid::from_u128(78)).unwrap_err();
        assert!(matches!(other, StoreError::OtherLock { .. }), "{other}");
        assert_eq!(store.unlock(info("ana").id).unwrap(), info("ana"));
        let none = store.unlock(info("ana").id).unwrap_err();
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
