//! `orgctl show`: a saved plan or the state, in any form. Needs no network.

use super::files;
use super::output::Output;
use super::plan::render;
use super::session::Session;
use crate::cli::{Format, ShowArgs};
use crate::error::{CommandError, Exit};
use crate::report;
use crate::state::codec;
use crate::state::value::State;

pub(super) fn run(
    session: &Session,
    args: &ShowArgs,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let Some(path) = &args.file else {
        let Some(config) = session.load_config(output)? else {
            return Ok(Exit::Usage);
        };
        let state = session.store(&config.resolved).load()?;
        return show_state(&state, args.format, output);
    };
    let text = files::read(path)?;
    // Both are JSON objects; only a state has a lineage and entries.
    match codec::decode(&text) {
        Ok(state) => show_state(&state, args.format, output),
        Err(_) => {
            let (plan, digest) = crate::plan::file::decode(&text)?;
            output.data(&render(&plan, &digest, args.format, output))?;
            Ok(Exit::Done)
        }
    }
}

fn show_state(state: &State, format: Format, output: &mut Output) -> Result<Exit, CommandError> {
    let text = match format {
        Format::Text => report::state::text(state),
        Format::Markdown => report::state::markdown(state),
        Format::Json => {
            codec::encode(state).map_err(|error| CommandError::new(Exit::Failure, error))?
        }
    };
    output.data(&text)?;
    Ok(Exit::Done)
}
