//! Where the lines of a journal go. What is appended is safe once that returns.

use std::io;

use super::file::FileTarget;
use super::segments::Segments;
use crate::state::error::StoreError;

/// An open place for a journal, with nothing in it at first.
#[derive(Debug)]
pub enum JournalTarget {
    /// A file.
    File(FileTarget),
    /// Objects, one for each time that something is appended, and a file of this machine.
    Segments(Box<Segments>),
}

impl JournalTarget {
    /// Appends, and waits until it is safe.
    ///
    /// # Errors
    /// [`StoreError`]; a part of it may have been written.
    pub async fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        match self {
            Self::File(file) => file.append(bytes),
            Self::Segments(segments) => segments.append(bytes).await,
        }
    }

    /// What could not be appended.
    pub fn failed(&self, error: io::Error) -> StoreError {
        match self {
            Self::File(file) => file.failed(error),
            Self::Segments(segments) => segments.failed(error),
        }
    }
}
