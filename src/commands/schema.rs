//! `orgctl schema`: the JSON Schema of a file format, for editors.

use clap::ValueEnum;
use serde_json::Value;

use super::rim::output::Output;
use crate::error::{CommandError, Exit};
use crate::model::live::Live;
use crate::sandbox::World;
use crate::{config, plan, state};

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaName {
    /// org.toml
    Config,
    /// A saved plan, or `plan --format json`
    Plan,
    /// The state
    State,
    /// The sandbox's world
    World,
    /// A snapshot
    Live,
}

pub(super) fn run(format: SchemaName, output: &mut Output) -> Result<Exit, CommandError> {
    let schema: Value = match format {
        SchemaName::Config => config::json_schema(),
        SchemaName::Plan => plan::file::json_schema(),
        SchemaName::State => state::codec::json_schema(),
        SchemaName::World => schemars::schema_for!(World).to_value(),
        SchemaName::Live => schemars::schema_for!(Live).to_value(),
    };
    output.data(&format!("{schema:#}\n"))?;
    Ok(Exit::Done)
}
