//! A journal in a file of this machine.

use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::state::disk::{Disk, DiskFile, folder_of};
use crate::state::error::StoreError;
use crate::state::place::Place;

/// A file that grows.
#[derive(Debug)]
pub struct FileTarget {
    place: Place,
    file: Box<dyn DiskFile>,
}

impl FileTarget {
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

    pub(in crate::state) fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let written = self.file.write(bytes).and_then(|()| self.file.sync());
        written.map_err(|error| self.failed(error))
    }

    pub(in crate::state) fn failed(&self, error: io::Error) -> StoreError {
        StoreError::io("write", self.place.clone(), error)
    }
}
