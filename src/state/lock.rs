//! The lock: one apply at a time, and a name for whoever holds it.
//!
//! The system's file lock decides; the text in the file only tells. So a killed process never leaves
//! a lock behind, whatever the text says.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::local::LocalStore;

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockInfo {
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

/// A held lock. Dropping it releases it.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl LocalStore {
    /// Takes the lock.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when somebody else holds it.
    pub fn lock(&self, info: &LockInfo) -> Result<Lock, StoreError> {
        let path = self.lock_path();
        let failed = |error| StoreError::io("lock", path.as_path(), error);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = read_holder(&path).map(Box::new);
                return Err(StoreError::Locked {
                    place: self.path().into(),
                    holder,
                });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let text = serde_json::to_vec(info).map_err(|error| failed(error.into()))?;
        file.set_len(0).map_err(failed)?;
        file.rewind().map_err(failed)?;
        file.write_all(&text).map_err(failed)?;
        Ok(Lock { file })
    }
}

fn read_holder(path: &Path) -> Option<LockInfo> {
    let mut text = String::new();
    File::open(path).ok()?.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The file stays: deleting it would let two processes lock two files of one name.
        drop(self.file.set_len(0));
        drop(self.file.unlock());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(who: &str) -> LockInfo {
        LockInfo {
            who: who.to_owned(),
            host: "desk".to_owned(),
            pid: 7,
            operation: "apply".to_owned(),
            since: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_second_learns_who_the_first_is() {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore::new(folder.path().join("org.state.json"));
        let held = store.lock(&info("ana")).unwrap();
        let error = store.lock(&info("lee")).unwrap_err().to_string();
        assert!(
            error.contains("by ana on desk (process 7), apply since 1970-01-01T00:00:00Z"),
            "{error}"
        );
        drop(held);
        assert!(store.lock(&info("lee")).is_ok());
    }
}
