//! `orgctl schema` and `orgctl completions`: for editors and shells.

use clap::CommandFactory as _;
use clap_complete::Shell;
use serde_json::Value;

use super::rim::output::Output;
use crate::cli::{Cli, SchemaName};
use crate::error::{CommandError, Exit};
use crate::model::live::Live;
use crate::sandbox::World;
use crate::{config, plan, state};

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

pub(super) fn completions(shell: Shell, output: &mut Output) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "orgctl", &mut script);
    output.data(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
