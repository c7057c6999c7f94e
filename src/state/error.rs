//! What goes wrong where the state is kept.

use std::io;
use std::time::Duration;

use super::codec::CodecError;
use super::journal::line::FORMAT_VERSION;
use super::lock::holder::LockInfo;
use super::place::Place;

/// What went wrong where the state is kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refused.
    #[error("cannot {verb} {place}: {error}")]
    Io {
        /// What was tried.
        verb: &'static str,
        /// On what.
        place: Place,
        /// The system's word.
        #[source]
        error: io::Error,
    },
    /// It is not a state.
    #[error("{place}: {error}")]
    Codec {
        /// What is not.
        place: Place,
        /// Why not.
        #[source]
        error: CodecError,
    },
    /// A line of a journal cannot be read, and it is not the last.
    #[error("{place}:{line}: the journal is damaged: {why}")]
    Damaged {
        /// Which journal.
        place: Place,
        /// Which line, counted from 1.
        line: usize,
        /// The parser's word.
        why: String,
    },
    /// An orgctl of another version wrote the journal.
    #[error(
        "{place}: the journal has format version {found}, and this orgctl knows {FORMAT_VERSION}"
    )]
    JournalVersion {
        /// Which journal.
        place: Place,
        /// Its version.
        found: u32,
    },
    /// The journal beside the state was written for another one.
    #[error("{place} belongs to another state")]
    ForeignJournal {
        /// Which journal.
        place: Place,
    },
    /// Somebody else is at work.
    #[error("{place} is locked{}", holder_phrase(holder.as_deref()))]
    Locked {
        /// Which state.
        place: Place,
        /// Who, where the lock could be read.
        holder: Option<Box<LockInfo>>,
        /// When the lock ends by itself without a sign of life; none where it ends with its owner.
        ends_in: Option<Duration>,
    },
    /// There is no lock that could be ended.
    #[error("{place} is not locked")]
    NotLocked {
        /// Which state.
        place: Place,
    },
    /// The lock is another one than was named.
    #[error("the lock of {place} has another id: it is held by {holder}")]
    OtherLock {
        /// Which state.
        place: Place,
        /// Who has it.
        holder: Box<LockInfo>,
    },
    /// The lock could not be renewed in time, and may be somebody else's by now.
    #[error("the lock of {place} was lost")]
    LeaseLost {
        /// Which state.
        place: Place,
    },
    /// What was to be replaced is no longer there.
    #[error("{place} was written by somebody else meanwhile")]
    Moved {
        /// Which state.
        place: Place,
    },
    /// A store elsewhere cannot be reached, or refuses.
    #[error("cannot {verb} {place}: {why}")]
    Remote {
        /// What was tried.
        verb: &'static str,
        /// On what.
        place: Place,
        /// The store's word, without any secret.
        why: String,
    },
}

fn holder_phrase(holder: Option<&LockInfo>) -> String {
    holder.map_or_else(String::new, |info| format!(" by {info}"))
}

impl StoreError {
    pub(super) fn io(verb: &'static str, place: impl Into<Place>, error: io::Error) -> Self {
        Self::Io {
            verb,
            place: place.into(),
            error,
        }
    }
}
