//! `orgctl sandbox connect` and `disconnect`: the buttons of the organization settings.

use crate::commands::rim::session::Session;
use crate::commands::rim::{files, local_sandbox};
use crate::error::{CommandError, Exit};
use crate::sandbox::{ConnectRefusal, World};

/// What a person does in the portal, done to the world that `--sandbox` left.
pub(super) fn press(
    session: &Session,
    button: fn(&mut World) -> Result<(), ConnectRefusal>,
) -> Result<(), CommandError> {
    let path = session.make_world_folder()?;
    let _lock = local_sandbox::lock(&path, "sandbox connect")?;
    let mut world = local_sandbox::load(&path, None)?;
    button(&mut world).map_err(|refusal| CommandError::new(Exit::Failure, refusal))?;
    let json =
        serde_json::to_string(&world).map_err(|error| CommandError::new(Exit::Failure, error))?;
    files::write(&path, &json)
}
