//! `orgctl check`: what there is to say about a plan, without the plan. Sends nothing but reads.

use clap::{Args, ValueEnum};

use super::plan;
use super::rim::output::Output;
use super::rim::session::Session;
use crate::error::{CommandError, Exit};
use crate::report::text;

/// Options of `check`.
#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    /// How to print it
    #[arg(long, default_value = "text")]
    pub(crate) format: CheckFormat,
}

/// The form of findings alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For people.
    Text,
    /// For programs; each as in the JSON of a plan.
    Json,
}

pub(super) async fn run(
    session: &Session,
    args: &CheckArgs,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let Some(config) = session.load_config(output)? else {
        return Ok(Exit::Usage);
    };
    let connected = session.connect(&config, output).await?;
    let planned = plan::make(session, &config, &connected, output).await;
    connected.close().await?;
    let plan = planned?;
    let findings = match args.format {
        CheckFormat::Text => text::findings(&plan, output.look),
        CheckFormat::Json => crate::plan::file::encode_findings(&plan),
    };
    output.data(&findings)?;
    Ok(if plan.is_refused() {
        Exit::Refused
    } else {
        Exit::Done
    })
}
