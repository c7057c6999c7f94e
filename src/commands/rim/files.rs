//! The user's files, apart from the state: read whole, replaced atomically.
#![expect(
    clippy::disallowed_methods,
    reason = "this is where the commands read files"
)]

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::error::{CommandError, Exit};
use crate::state::disk::{Disk as _, RealDisk, put_file, replace_file};

/// Goes to a folder: every path of the command line is meant from there.
pub(crate) fn enter(directory: &Path) -> Result<(), CommandError> {
    std::env::set_current_dir(directory).map_err(|error| {
        let text = format!("cannot enter {}", directory.display());
        CommandError::new(Exit::Usage, text).caused_by(&error)
    })
}

/// A path that is good in every folder. What it leads to need not be there.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf, CommandError> {
    std::path::absolute(path).map_err(|error| cannot("find", path, &error))
}

/// Reads a text file; `None` where there is none.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<String>, CommandError> {
    match std::fs::read(path) {
        Ok(bytes) => decode(path, bytes).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == ErrorKind::IsADirectory => Err(CommandError::new(
            Exit::Usage,
            format!("{} is a folder, not a file", path.display()),
        )),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            let text = format!("cannot read {}", path.display());
            Err(CommandError::new(Exit::Usage, text).caused_by(&error))
        }
        Err(error) => Err(cannot("read", path, &error)),
    }
}

/// Bytes as the text they are, or an error that names the first place that is not UTF-8.
fn decode(path: &Path, bytes: Vec<u8>) -> Result<String, CommandError> {
    const UTF_16: [[u8; 2]; 2] = [[0xff, 0xfe], [0xfe, 0xff]];
    let shown = path.display();
    let error = if UTF_16.iter().any(|mark| bytes.starts_with(mark)) {
        format!("{shown} is written in UTF-16, as a redirection of Windows PowerShell writes it")
    } else {
        match String::from_utf8(bytes) {
            Ok(text) => return Ok(text),
            Err(error) => {
                let good = error.utf8_error().valid_up_to();
                let (before, after) = error.as_bytes().split_at(good);
                let before = String::from_utf8_lossy(before);
                let line = before.matches('\n').count() + 1;
                let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
                let byte = after.first().copied().unwrap_or_default();
                format!("{shown} is not UTF-8: byte {byte:#04x} at line {line}, column {column}")
            }
        }
    };
    Err(CommandError::new(Exit::Usage, error).help("save the file as UTF-8"))
}

/// Reads a text file that must be there.
pub(crate) fn read(path: &Path) -> Result<String, CommandError> {
    read_if_there(path)?.ok_or_else(|| missing(path))
}

/// The error for a file that must be there and is not.
pub(crate) fn missing(path: &Path) -> CommandError {
    CommandError::new(Exit::Usage, format!("there is no file {}", path.display()))
}

/// Replaces a file, whole or not at all.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), CommandError> {
    replace_file(path, text.as_bytes()).map_err(|error| cannot("write", path, &error))
}

/// Makes a folder of ours that version control does not see.
pub(crate) fn make_private_folder(path: &Path) -> Result<(), CommandError> {
    std::fs::create_dir_all(path).map_err(|error| cannot("create", path, &error))?;
    let ignore = path.join(".gitignore");
    if ignore.exists() {
        Ok(())
    } else {
        write(&ignore, "*\n")
    }
}

/// Makes a folder that only its owner may enter and that version control does not see. One that is
/// there already belongs to somebody, and stays as it is.
pub(crate) fn make_closed_folder(path: &Path) -> std::io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut folder = std::fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(path)?;
    replace_file(&path.join(".gitignore"), b"*\n")
}

/// Replaces a file, whole or not at all, with one that only its owner may read. Its name is safe once
/// the folder is synced.
pub(crate) fn put_closed(path: &Path, text: &str) -> std::io::Result<()> {
    write_closed(path, |file| file.write_all(text.as_bytes()))
}

/// The same for content that need not be there all at once.
pub(crate) fn write_closed(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> std::io::Result<()> {
    // A temporary file is made for its owner alone, and takes the place of the old one as it is.
    put_file(path, write)
}

/// Appends a line to a file that nobody else may read, and waits until it is on disk.
pub(crate) fn append_secret(path: &Path, line: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(line.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// The names of the files in a folder, in order; none where there is no folder.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>, CommandError> {
    let names = RealDisk.names(folder);
    names.map_err(|error| cannot("read", folder, &error))
}

/// Deletes a file; says whether there was one.
pub(crate) fn delete(path: &Path) -> Result<bool, CommandError> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(cannot("delete", path, &error)),
    }
}

/// Deletes a folder with all that is in it; says whether there was one.
pub(crate) fn delete_folder(path: &Path) -> Result<bool, CommandError> {
    match std::fs::remove_dir_all(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(cannot("delete", path, &error)),
    }
}

fn cannot(verb: &str, path: &Path, error: &std::io::Error) -> CommandError {
    let text = format!("cannot {verb} {}", path.display());
    CommandError::new(Exit::Failure, text).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> String {
        let error = decode(Path::new("org.toml"), bytes.to_vec()).unwrap_err();
        assert_eq!(error.exit, Exit::Usage);
        error.to_string()
    }

    #[test]
    fn text_in_utf_8_is_read_as_it_is() {
        let text = decode(Path::new("org.toml"), "name = \"Zoë\"".into()).unwrap();
        assert_eq!(text, "name = \"Zoë\"");
    }

    #[test]
    fn text_in_utf_16_is_refused_by_its_name() {
        for bytes in [[0xff, 0xfe, b'n', 0], [0xfe, 0xff, 0, b'n']] {
            let told = refused(&bytes);
            assert!(told.starts_with("org.toml is written in UTF-16"), "{told}");
        }
    }

    #[test]
    fn first_byte_that_is_not_utf_8_is_told_with_its_place() {
        let told = refused(b"[members]\nZo\xeb = 1\n\xff");
        assert_eq!(told, "org.toml is not UTF-8: byte 0xeb at line 2, column 3");
    }
}
