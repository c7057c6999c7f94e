//! The user's files, apart from the state: read whole, replaced atomically.
#![expect(
    clippy::disallowed_methods,
    reason = "this is where the commands read files"
)]

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::error::{CommandError, Exit};
use crate::state::store::replace_file;

/// Goes to a folder: every path of the command line is meant from there.
pub(super) fn enter(directory: &Path) -> Result<(), CommandError> {
    std::env::set_current_dir(directory).map_err(|error| {
        CommandError::new(
            Exit::Usage,
            format!("cannot enter {}: {error}", directory.display()),
        )
    })
}

/// A path that is good in every folder. What it leads to need not be there.
pub(super) fn absolute(path: &Path) -> Result<PathBuf, CommandError> {
    std::path::absolute(path).map_err(|error| cannot("find", path, &error))
}

/// Reads a text file; `None` where there is none.
pub(super) fn read_if_there(path: &Path) -> Result<Option<String>, CommandError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(cannot("read", path, &error)),
    }
}

/// Reads a text file that must be there.
pub(super) fn read(path: &Path) -> Result<String, CommandError> {
    read_if_there(path)?.ok_or_else(|| {
        CommandError::new(Exit::Usage, format!("there is no file {}", path.display()))
    })
}

/// Replaces a file, whole or not at all.
pub(super) fn write(path: &Path, text: &str) -> Result<(), CommandError> {
    replace_file(path, text.as_bytes()).map_err(|error| cannot("write", path, &error))
}

/// Makes a folder of ours that version control does not see.
pub(super) fn make_private_folder(path: &Path) -> Result<(), CommandError> {
    std::fs::create_dir_all(path).map_err(|error| cannot("create", path, &error))?;
    let ignore = path.join(".gitignore");
    if ignore.exists() {
        Ok(())
    } else {
        write(&ignore, "*\n")
    }
}

/// Appends a line to a file that nobody else may read, and waits until it is on disk.
pub(super) fn append_secret(path: &Path, line: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(line.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Deletes a file; says whether there was one.
pub(super) fn delete(path: &Path) -> Result<bool, CommandError> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(cannot("delete", path, &error)),
    }
}

fn cannot(verb: &str, path: &Path, error: &std::io::Error) -> CommandError {
    CommandError::new(
        Exit::Failure,
        format!("cannot {verb} {}: {error}", path.display()),
    )
}
