//! Who holds a lock, as the lock itself says.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Holder of a lock at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The lock names its holder.
    Named(LockInfo),
    /// The lock is held, and does not name its holder.
    Unnamed,
}

impl From<Option<LockInfo>> for Holder {
    fn from(info: Option<LockInfo>) -> Self {
        info.map_or(Self::Unnamed, Self::Named)
    }
}

/// What a lock says of its holder.
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

/// A lock that was somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenOver {
    /// Its owner, a process of this machine, has ended.
    Dead(LockInfo),
    /// Its owner has shown no sign of life for too long.
    Expired(LockInfo),
}
