//! `orgctl show`: a saved plan or the state, in any form. Needs no network.

use std::path::PathBuf;

use super::rim::global::Format;
use clap::{Args, ValueHint};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::plan::render;
use super::rim::files;
use super::rim::output::Output;
use super::rim::session::Session;
use crate::error::{CommandError, Exit};
use crate::report;
use crate::state::codec;
use crate::state::value::State;

/// Options of `show`.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// A saved plan or a state; without it, the state that org.toml names
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
    /// How to print it
    #[arg(long, default_value = "text")]
    pub(crate) format: Format,
}

pub(super) async fn run(
    session: &Session,
    args: &ShowArgs,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let Some(path) = &args.file else {
        let Some(config) = session.load_config(output)? else {
            return Ok(Exit::Usage);
        };
        let state = session.store(&config.resolved)?.load().await?;
        return show_state(&state, args.format, output);
    };
    let text = files::read(path)?;
    if !is_plan(&text) {
        let error = |error| {
            CommandError::new(Exit::Failure, path.display())
                .caused_by(&error)
                .help("name a state, or a plan saved by `orgctl plan --out FILE`")
        };
        let state = codec::decode(&text).map_err(error)?;
        return show_state(&state, args.format, output);
    }
    let (plan, digest) = crate::plan::file::decode(&text)?;
    output.data(&render(&plan, &digest, args.format, output))?;
    Ok(Exit::Done)
}

/// Every plan has this field, whatever else is wrong with it, and no state has.
fn is_plan(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Probe {
        #[serde(rename = "resource_changes")]
        _changes: IgnoredAny,
    }
    serde_json::from_str::<Probe>(text).is_ok()
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
