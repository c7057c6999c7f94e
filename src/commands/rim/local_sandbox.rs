//! A sandbox in this process: its world as it was left or from a seed, under a lock, kept on disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::output::Output;
use super::sandbox_overrides::SandboxOverrides;
use super::{environment, files};
use crate::error::{CommandError, Exit};
use crate::model::live::Live;
use crate::sandbox::{Options, Running, Sandbox, World};
use crate::state::disk::replace_file;
use crate::state::lock::file::FileLock;
use crate::state::store::local::LocalStore;

/// A sandbox that is being played, and the lock on its world: nobody else writes it meanwhile.
pub(crate) struct LocalSandbox {
    running: Running,
    lock: FileLock,
}

impl LocalSandbox {
    pub(crate) async fn start(options: Options, lock: FileLock) -> Result<Self, CommandError> {
        let running = Sandbox::start(options).await?;
        Ok(Self { running, lock })
    }

    pub(crate) fn running(&self) -> &Running {
        &self.running
    }

    /// Stops the sandbox and waits until its world is on disk.
    pub(crate) async fn close(self) -> Result<(), CommandError> {
        let stopped = self.running.stop().await;
        drop(self.lock);
        Ok(stopped?)
    }
}

/// Takes a world for oneself.
pub(crate) fn lock(path: &Path, operation: &str) -> Result<FileLock, CommandError> {
    Ok(LocalStore::new(path.to_owned()).lock(&environment::lock_info(operation))?)
}

/// Starts a sandbox for one command.
pub(crate) async fn start(
    path: PathBuf,
    seed: &Path,
    conditions: &SandboxOverrides,
    output: &mut Output,
) -> Result<LocalSandbox, CommandError> {
    output.talk(&if path.exists() {
        "Working on the sandbox as it was left; `orgctl sandbox reset` starts anew.".to_owned()
    } else {
        format!("Working on a sandbox filled from {}.", seed.display())
    });
    let (options, lock) = options(path, Some(seed))?;
    LocalSandbox::start(conditions.apply(options, output)?, lock).await
}

/// A sandbox on a free port with the world of a file, which it keeps there.
pub(crate) fn options(
    path: PathBuf,
    seed: Option<&Path>,
) -> Result<(Options, FileLock), CommandError> {
    let lock = lock(&path, "sandbox")?;
    let mut options = Options::new(load(&path, seed)?);
    options.save = Arc::new(move |bytes: &[u8]| replace_file(&path, bytes));
    Ok((options, lock))
}

/// The world as it was left, or a new one from the seed.
pub(crate) fn load(path: &Path, seed: Option<&Path>) -> Result<World, CommandError> {
    if let Some(text) = files::read_if_there(path)? {
        return serde_json::from_str(&text).map_err(|error| {
            CommandError::new(Exit::Failure, path.display())
                .caused_by(&error)
                .help("start anew with `orgctl sandbox reset`")
        });
    }
    let seed = seed.ok_or_else(|| {
        CommandError::new(Exit::Usage, "the sandbox has no world yet")
            .help("fill it with --seed FILE, a snapshot such as examples/minimal/live.json")
    })?;
    let live: Live = serde_json::from_str(&files::read(seed)?).map_err(|error| {
        let text = format!("{} is not a snapshot", seed.display());
        CommandError::new(Exit::Usage, text)
            .caused_by(&error)
            .help("make one with `orgctl snapshot --out FILE`")
    })?;
    World::from_live(&live)
        .map_err(|error| CommandError::new(Exit::Usage, seed.display()).caused_by(&error))
}
