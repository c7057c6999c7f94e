//! The disk, one action at a time. Whatever the state layer does to files it does by these, so that a
//! disk that stops after any one of them can be put in its place.

use std::fmt::Debug;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use uuid::Uuid;

/// Single actions on files. Each either happens or does not; what makes several of them safe together
/// is the business of whoever calls.
pub trait Disk: Debug + Send + Sync {
    /// Reads a whole file.
    ///
    /// # Errors
    /// The system's.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Makes a file that only its owner may read. There must be none of that name.
    ///
    /// # Errors
    /// The system's.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Gives a file another name, and takes the place of one that has it.
    ///
    /// # Errors
    /// The system's.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// The system's.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in a folder survive a loss of power.
    ///
    /// # Errors
    /// The system's.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;

    /// When a file was written last.
    ///
    /// # Errors
    /// The system's.
    fn modified(&self, path: &Path) -> io::Result<SystemTime>;

    /// Makes a folder, and those above it, that only their owner may enter; one that is there stays.
    ///
    /// # Errors
    /// The system's.
    fn make_folder(&self, folder: &Path) -> io::Result<()>;

    /// The names in a folder, in order; none where there is no folder.
    ///
    /// # Errors
    /// The system's.
    fn names(&self, folder: &Path) -> io::Result<Vec<String>>;
}

/// An open file that grows at its end.
pub trait DiskFile: Debug + Send + Sync {
    /// Writes at the end of the file. Where it fails, a part may have been written.
    ///
    /// # Errors
    /// The system's.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes what was written survive a loss of power.
    ///
    /// # Errors
    /// The system's.
    fn sync(&mut self) -> io::Result<()>;
}

/// How much is written at a time: enough that the calls are not what takes long.
const BUFFER: usize = 64 * 1024;

/// The disk of this machine.
#[derive(Clone, Copy, Debug)]
pub struct RealDisk;

impl Disk for RealDisk {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the place where state files are read"
    )]
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        options.append(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Box::new(options.open(path)?))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    /// Only Unix needs it, and only Unix can.
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        if cfg!(unix) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        path.metadata()?.modified()
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let entries = match std::fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            // Nothing of ours has a name that is not text.
            names.extend(entry?.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    }
}

impl DiskFile for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        // The length goes with the data; when it was written is worth no wait.
        self.sync_data()
    }
}

/// Replaces a file so that a crash at any moment leaves the old content or the new, whole.
///
/// # Errors
/// The system's, when the folder cannot be written to or is full; the old file is then untouched.
pub fn replace_file(path: &Path, content: &[u8]) -> io::Result<()> {
    put_file(path, |file| file.write_all(content))?;
    sync_folder_of(path)
}

/// The same without [`sync_folder_of`], which is enough once for many files of one folder, and with
/// content that need not be there all at once.
///
/// # Errors
/// See [`replace_file`]; and those of `write`.
pub fn put_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    put(&RealDisk, path, &temporary_of(path), write)
}

/// Makes the names in a file's folder survive a loss of power.
///
/// # Errors
/// The system's.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    RealDisk.sync_folder(folder_of(path))
}

/// [`replace_file`] on any disk, by way of a temporary file whose name nobody else uses meanwhile: the
/// caller holds a lock. What a crash leaves under that name is cleared away by the next one.
pub(super) fn replace(
    disk: &dyn Disk,
    path: &Path,
    content: &[u8],
    temporary: &Path,
) -> io::Result<()> {
    remove_if_there(disk, temporary)?;
    put(disk, path, temporary, |file| file.write_all(content))?;
    disk.sync_folder(folder_of(path))
}

fn put(
    disk: &dyn Disk,
    path: &Path,
    temporary: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = disk.create(temporary)?;
    let written = write_buffered(&mut *file, write)
        .and_then(|()| file.sync())
        .and_then(|()| disk.rename(temporary, path));
    if written.is_err() {
        // What matters is why it could not be written; nothing depends on the half of it.
        drop(disk.remove(temporary));
    }
    written
}

/// What is larger than the buffer goes by it in one piece.
fn write_buffered(
    file: &mut dyn DiskFile,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    struct Appending<'a>(&'a mut dyn DiskFile);
    impl Write for Appending<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes).map(|()| bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut buffer = BufWriter::with_capacity(BUFFER, Appending(file));
    write(&mut buffer)?;
    buffer.flush()
}

/// Removes a file where there is one.
pub(super) fn remove_if_there(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    match disk.remove(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Begins the name of each file that is not whole yet.
pub const TEMPORARY: &str = ".tmp";

/// A name in the folder of a file that nobody else comes upon.
fn temporary_of(path: &Path) -> PathBuf {
    folder_of(path).join(format!("{TEMPORARY}{}", Uuid::new_v4().simple()))
}

/// The folder of a file.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "the tests look at the files")]

    use super::*;

    #[test]
    fn replacing_a_file_leaves_no_other_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        replace_file(&path, b"one").unwrap();
        replace_file(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_crash_left_half_written_is_cleared_away() {
        let folder = tempfile::tempdir().unwrap();
        let (path, temporary) = (folder.path().join("file"), folder.path().join("file.new"));
        std::fs::write(&temporary, "ha").unwrap();
        replace(&RealDisk, &path, b"whole", &temporary).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert!(!temporary.exists());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_written_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        replace_file(&path, b"names").unwrap();
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
