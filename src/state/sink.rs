//! Where the lines of a journal go. What is appended is safe once that returns.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::disk::{Disk, DiskFile, folder_of};
use super::error::{Place, StoreError};
use super::remote::segments::Segments;

/// An open place for a journal, with nothing in it at first.
#[derive(Debug)]
pub enum Sink {
    /// A file.
    File(FileSink),
    /// Objects, one for each time that something is appended, and a file of this machine.
    Segments(Box<Segments>),
}

impl Sink {
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

/// A file that grows.
#[derive(Debug)]
pub struct FileSink {
    place: Place,
    file: Box<dyn DiskFile>,
}

impl FileSink {
    /// Makes a file. There must be none of that name.
    ///
    /// # Errors
    /// [`StoreError`] with the path.
    pub fn create(disk: &Arc<dyn Disk>, path: &Path) -> Result<Self, StoreError> {
        let failed = |error| StoreError::io("create", path, error);
        let file = disk.create(path).map_err(failed)?;
        disk.sync_folder(folder_of(path)).map_err(failed)?;
        Ok(Self {
            place: path.into(),
            file,
        })
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let written = self.file.write(bytes).and_then(|()| self.file.sync());
        written.map_err(|error| self.failed(error))
    }

    pub(super) fn failed(&self, error: io::Error) -> StoreError {
        StoreError::io("write", self.place.clone(), error)
    }
}
