//! `orgctl sandbox reset`: deletes the world and what belongs to it.

use crate::commands::rim::output::Output;
use crate::commands::rim::run_records::RunRecords;
use crate::commands::rim::session::Session;
use crate::commands::rim::{environment, files, local_sandbox};
use crate::error::{CommandError, Exit};

/// The lock files stay: deleting one that somebody holds would let two hold it.
pub(super) fn run(session: &Session, output: &mut Output) -> Result<Exit, CommandError> {
    let path = session.make_world_folder()?;
    let store = session.sandbox_store();
    let _world = local_sandbox::lock(&path, "sandbox reset")?;
    let _state = store.lock(&environment::lock_info("sandbox reset"))?;
    let mut deleted = false;
    for path in [&path, store.path(), &store.journal_path()] {
        deleted |= files::delete(path)?;
    }
    RunRecords::beside(store.path()).forget()?;
    deleted |= files::delete_folder(&store.history_path())?;
    files::delete(&session.authority_path())?;
    output.talk(if deleted {
        "The sandbox's world and the state that belongs to it are deleted."
    } else {
        "There is no sandbox here."
    });
    Ok(Exit::Done)
}
