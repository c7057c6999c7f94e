//! `orgctl validate`: org.toml alone.

use super::rim::output::Output;
use super::rim::session::Session;
use crate::error::{CommandError, Exit};

pub(super) fn run(session: &Session, output: &mut Output) -> Result<Exit, CommandError> {
    let Some(config) = session.load_config(output)? else {
        return Ok(Exit::Usage);
    };
    let desired = &config.resolved.desired;
    output.data(&format!(
        "{} is valid: {} to map, {} to invite, {} to remove.\n",
        session.config_path().display(),
        people(desired.members.len()),
        people(desired.guests.len()),
        people(desired.removals.len()),
    ))?;
    Ok(Exit::Done)
}

fn people(count: usize) -> String {
    match count {
        1 => "1 person".to_owned(),
        _ => format!("{count} people"),
    }
}
