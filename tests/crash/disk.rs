//! A disk in memory that can be unplugged, lose power, run full and forbid. It knows what a disk keeps:
//! of a file what was synced, of names those that were there when their folder was.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use orgctl::state::disk::{Disk, DiskFile};

use super::plug::Plug;

/// The folder with states of before.
const HISTORY: &str = "org.state.json.history";

/// What is on a disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    /// The names that a process sees.
    names: BTreeMap<PathBuf, usize>,
    /// The names that are there after a loss of power.
    kept: BTreeMap<PathBuf, usize>,
    contents: Vec<Content>,
}

#[derive(Clone, Debug)]
struct Content {
    bytes: Vec<u8>,
    /// How much of it is there after a loss of power.
    synced: usize,
    modified: SystemTime,
}

/// What a crash takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// The process ends; the system writes what it has been given.
    Process,
    /// Nothing is kept that was not synced.
    Power,
    /// Names are kept, what was written and not synced is not.
    Content,
}

impl Loss {
    pub(crate) const ALL: [Self; 3] = [Self::Process, Self::Power, Self::Content];
}

impl Files {
    /// What is left after a crash.
    pub(crate) fn after(&self, loss: Loss) -> Self {
        let mut left = self.clone();
        if loss == Loss::Power {
            left.names = left.kept.clone();
        }
        for content in &mut left.contents {
            if loss != Loss::Process {
                content.bytes.truncate(content.synced);
            }
            content.synced = content.bytes.len();
        }
        left.kept = left.names.clone();
        left
    }

    /// The files with their contents, without the copies of states of before: an apply never looks
    /// at them.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        let is_copy = |name: &Path| name.parent().is_some_and(|it| it.ends_with(HISTORY));
        let names = self.names.iter().filter(move |(name, _)| !is_copy(name));
        names.map(|(name, number)| (name.as_path(), self.contents[*number].bytes.as_slice()))
    }

    pub(crate) fn read(&self, name: &str) -> Option<&[u8]> {
        let number = self.names.get(Path::new(name))?;
        Some(&self.contents[*number].bytes)
    }
}

/// Why a disk takes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// From the n-th write on there is no room.
    Full(usize),
    /// Nothing may be written.
    ReadOnly,
}

/// A disk with a plug.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    files: Arc<Mutex<Files>>,
    plug: Arc<Plug>,
    now: SystemTime,
    refusal: Option<Refusal>,
    writes: Arc<Mutex<usize>>,
}

impl Memory {
    pub(crate) fn new(files: Files, plug: &Arc<Plug>, now: SystemTime) -> Self {
        Self {
            files: Arc::new(Mutex::new(files)),
            plug: Arc::clone(plug),
            now,
            refusal: None,
            writes: Arc::default(),
        }
    }

    pub(crate) fn refusing(self, refusal: Option<Refusal>) -> Self {
        Self { refusal, ..self }
    }

    pub(crate) fn files(&self) -> Files {
        self.files.lock().unwrap().clone()
    }

    /// How often it was written to.
    pub(crate) fn writes(&self) -> usize {
        *self.writes.lock().unwrap()
    }

    /// A point at which the disk does something.
    fn point(&self, what: &'static str) -> io::Result<()> {
        if self.plug.goes_on(what) {
            return Ok(());
        }
        self.plug.pull();
        Err(unplugged())
    }

    /// The same for what takes room.
    fn taking(&self, what: &'static str) -> io::Result<()> {
        self.point(what)?;
        let mut writes = self.writes.lock().unwrap();
        *writes += 1;
        match self.refusal {
            Some(Refusal::Full(from)) if *writes > from => Err(ErrorKind::StorageFull.into()),
            Some(Refusal::ReadOnly) => Err(ErrorKind::PermissionDenied.into()),
            Some(Refusal::Full(_)) | None => Ok(()),
        }
    }

    fn modify<T>(&self, change: impl FnOnce(&mut Files) -> io::Result<T>) -> io::Result<T> {
        change(&mut self.files.lock().unwrap())
    }
}

fn unplugged() -> io::Error {
    io::Error::other("unplugged")
}

fn number(files: &Files, path: &Path) -> io::Result<usize> {
    let number = files.names.get(path).copied();
    number.ok_or_else(|| ErrorKind::NotFound.into())
}

impl Disk for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.point("read a file")?;
        self.modify(|files| Ok(files.contents[number(files, path)?].bytes.clone()))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.taking("create a file")?;
        let (now, this) = (self.now, self.clone());
        self.modify(|files| {
            if files.names.contains_key(path) {
                return Err(ErrorKind::AlreadyExists.into());
            }
            let number = files.contents.len();
            files.names.insert(path.to_owned(), number);
            files.contents.push(Content {
                bytes: Vec::new(),
                synced: 0,
                modified: now,
            });
            let file: Box<dyn DiskFile> = Box::new(MemoryFile { disk: this, number });
            Ok(file)
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.point("rename a file")?;
        if self.refusal == Some(Refusal::ReadOnly) {
            return Err(ErrorKind::PermissionDenied.into());
        }
        self.modify(|files| {
            let number = number(files, from)?;
            files.names.remove(from);
            files.names.insert(to.to_owned(), number);
            Ok(())
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.point("remove a file")?;
        self.modify(|files| {
            number(files, path)?;
            if self.refusal == Some(Refusal::ReadOnly) {
                return Err(ErrorKind::PermissionDenied.into());
            }
            files.names.remove(path);
            Ok(())
        })
    }

    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        self.point("sync the folder")?;
        self.modify(|files| {
            files.kept = files.names.clone();
            Ok(())
        })
    }

    fn make_folder(&self, _: &Path) -> io::Result<()> {
        self.taking("make a folder")
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.point("list a folder")?;
        let files = self.files.lock().unwrap();
        let names = files.names.keys();
        let inside = names.filter_map(|name| name.strip_prefix(folder).ok());
        Ok(inside.map(|name| name.display().to_string()).collect())
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        self.modify(|files| Ok(files.contents[number(files, path)?].modified))
    }
}

#[derive(Debug)]
struct MemoryFile {
    disk: Memory,
    number: usize,
}

impl MemoryFile {
    fn append(&self, bytes: &[u8]) {
        let now = self.disk.now;
        let mut files = self.disk.files.lock().unwrap();
        let content = &mut files.contents[self.number];
        content.bytes.extend_from_slice(bytes);
        content.modified = now;
    }
}

impl DiskFile for MemoryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.disk.taking("write") {
            // What there is room for is written all the same.
            if error.kind() == ErrorKind::StorageFull {
                self.append(&bytes[..bytes.len() / 2]);
            }
            return Err(error);
        }
        if let Err(error) = self.disk.point("half of it written") {
            self.append(&bytes[..bytes.len() / 2]);
            return Err(error);
        }
        self.append(bytes);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.disk.point("sync a file")?;
        let mut files = self.disk.files.lock().unwrap();
        let content = &mut files.contents[self.number];
        content.synced = content.bytes.len();
        Ok(())
    }
}
