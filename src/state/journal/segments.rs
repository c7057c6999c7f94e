//! The journal of a state that is an object. Objects cannot be appended to, so each group of lines is
//! one of its own: a segment. The same lines go to a file of this machine first. When the store is away
//! they are still there, and the next run in this folder takes them in.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use object_store::path::Path;
use object_store::{ObjectMeta, PutMode};

use super::file::FileTarget;
use crate::state::bucket::{Bucket, modified};
use crate::state::disk::{self, Disk};
use crate::state::error::StoreError;
use crate::state::lock::lease::HeldLease;
use crate::state::place::Place;

/// How many segments are read at once.
const AT_ONCE: usize = 16;

/// How the names of files begin that hold what belongs to a journal of a store elsewhere.
const FILE: &str = "journal-";

/// An open journal.
#[derive(Debug)]
pub struct Segments {
    bucket: Bucket,
    folder: Path,
    next: u64,
    file: FileTarget,
    held: Arc<HeldLease>,
}

/// Where the journals of a state are.
#[derive(Clone, Debug)]
pub(in crate::state) struct Journals {
    pub(in crate::state) bucket: Bucket,
    /// The name that those of all segments begin with.
    pub(in crate::state) folder: Path,
    /// The folder of this machine.
    pub(in crate::state) files: PathBuf,
    pub(in crate::state) disk: Arc<dyn Disk>,
}

/// A journal that was left, whole.
pub(in crate::state) struct LeftJournal {
    pub(in crate::state) place: Place,
    pub(in crate::state) bytes: Vec<u8>,
}

impl Segments {
    /// Writes the lines to the file and then to the store. Once the lock may be somebody else's, only to
    /// the file.
    pub(in crate::state) async fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.file.append(bytes)?;
        self.held.check()?;
        let key = self.folder.clone().join(format!("{:08}", self.next));
        // Nobody else writes here, so an attempt whose answer was lost is simply made again.
        let mode = PutMode::Overwrite;
        self.bucket.put(&key, bytes, mode).await?;
        self.next += 1;
        Ok(())
    }

    pub(in crate::state) fn failed(&self, error: io::Error) -> StoreError {
        self.file.failed(error)
    }
}

impl Journals {
    /// Opens one that is called like the lock under which it is written.
    pub(in crate::state) fn open(&self, held: Arc<HeldLease>) -> Result<Segments, StoreError> {
        let name = held.id().to_string();
        let path = self.files.join(format!("{FILE}{name}"));
        Ok(Segments {
            bucket: self.bucket.clone(),
            folder: self.folder.clone().join(name),
            next: 0,
            file: FileTarget::create(&self.disk, &path)?,
            held,
        })
    }

    /// All that are left, those of this machine with all that the store did not get.
    pub(in crate::state) async fn left(&self) -> Result<Vec<LeftJournal>, StoreError> {
        let mut left = self.in_store().await?;
        for (name, path) in self.on_disk()? {
            let failed = |error| StoreError::io("read", path.as_path(), error);
            let bytes = match self.disk.read(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                read => read.map_err(failed)?,
            };
            let in_store = left.get(&name);
            if in_store.is_none_or(|stored| bytes.starts_with(&stored.bytes)) {
                let place = path.as_path().into();
                left.insert(name, LeftJournal { place, bytes });
            }
        }
        Ok(left.into_values().collect())
    }

    /// When one was written last.
    pub(in crate::state) async fn written(&self) -> Result<Option<Timestamp>, StoreError> {
        let found = self.bucket.list(&self.folder).await?;
        let in_store = found.iter().filter_map(modified);
        let on_disk = self.on_disk()?;
        let on_disk = on_disk.iter().filter_map(|(_, path)| self.modified(path));
        Ok(in_store.chain(on_disk).max())
    }

    fn modified(&self, path: &FilePath) -> Option<Timestamp> {
        Timestamp::try_from(self.disk.modified(path).ok()?).ok()
    }

    async fn in_store(&self) -> Result<BTreeMap<String, LeftJournal>, StoreError> {
        let found = self.bucket.list(&self.folder).await?;
        let reads = found.into_iter().map(|meta| self.read(meta));
        // In the order of the names, whichever is answered first.
        let mut read = stream::iter(reads).buffered(AT_ONCE);
        let mut left = BTreeMap::<String, LeftJournal>::new();
        while let Some((name, segment)) = read.try_next().await? {
            match left.get_mut(&name) {
                Some(journal) => journal.bytes.extend(segment.bytes),
                None => drop(left.insert(name, segment)),
            }
        }
        Ok(left)
    }

    async fn read(&self, meta: ObjectMeta) -> Result<(String, LeftJournal), StoreError> {
        let journal = self.journal_of(&meta.location);
        let object = self.bucket.get(&meta.location).await?;
        // One that is deleted meanwhile belonged to a journal that the state has taken in.
        let bytes = object.map(|object| object.bytes).unwrap_or_default();
        let left = LeftJournal {
            place: self
                .bucket
                .place(&self.folder.clone().join(journal.clone())),
            bytes,
        };
        Ok((journal, left))
    }

    /// The journal of a segment, by name.
    fn journal_of(&self, key: &Path) -> String {
        let mut parts = key.prefix_match(&self.folder).into_iter().flatten();
        let name = parts.next();
        name.map_or_else(String::new, |name| name.as_ref().to_owned())
    }

    fn on_disk(&self) -> Result<Vec<(String, PathBuf)>, StoreError> {
        let failed = |error| StoreError::io("read", self.files.as_path(), error);
        let names = self.disk.names(&self.files).map_err(failed)?;
        let ours = names.into_iter().filter_map(|name| {
            let path = self.files.join(&name);
            Some((name.strip_prefix(FILE)?.to_owned(), path))
        });
        Ok(ours.collect())
    }

    /// Deletes all of them: the state has taken them in. The first segment of each goes last, for it
    /// tells that it is over to whoever finds only some.
    pub(in crate::state) async fn discard(&self) -> Result<(), StoreError> {
        let found = self.bucket.list(&self.folder).await?;
        let is_first = |meta: &ObjectMeta| meta.location.filename() == Some("00000000");
        let (first, later): (Vec<_>, Vec<_>) = found.into_iter().partition(is_first);
        for group in [later, first] {
            let keys = group.into_iter().map(|meta| meta.location).collect();
            self.bucket.delete_all(keys).await?;
        }
        for (_, path) in self.on_disk()? {
            self.remove(&path)?;
        }
        Ok(())
    }

    fn remove(&self, path: &FilePath) -> Result<(), StoreError> {
        disk::remove_if_there(&*self.disk, path)
            .map_err(|error| StoreError::io("delete", path, error))
    }
}
