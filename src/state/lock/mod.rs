//! The lock: one apply at a time, and a name for its holder. On a disk it is a lock on a file,
//! elsewhere a lease on an object.

pub mod file;
pub mod holder;
pub mod lease;

use file::FileLock;
use holder::TakenOver;
use lease::Lease;

/// A held lock. Dropping it releases a file at once, and lets a lease run out.
#[derive(Debug)]
pub enum Lock {
    /// On a file.
    File(FileLock),
    /// On an object.
    Lease(Box<Lease>),
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
