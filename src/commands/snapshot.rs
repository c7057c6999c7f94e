//! `orgctl snapshot`: live, as a file. It fills a sandbox, so that a move can be rehearsed on a copy.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::rim::files;
use super::rim::output::Output;
use super::rim::session::Session;
use crate::apply::port::Reader as _;
use crate::error::{CommandError, Exit};
use crate::model::desired::Owned;

/// Options of `snapshot`.
#[derive(Args, Debug)]
pub(crate) struct SnapshotArgs {
    /// Where to write it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
}

pub(super) async fn run(
    session: &Session,
    args: &SnapshotArgs,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let Some(config) = session.load_config(output)? else {
        return Ok(Exit::Usage);
    };
    let connected = session.connect(&config, output).await?;
    let read = connected
        .services
        .read(&config.resolved.desired.scope(&Owned::default()))
        .await;
    connected.close().await?;
    let live = read?;
    let mut text = serde_json::to_string_pretty(&live)
        .map_err(|error| CommandError::new(Exit::Failure, error))?;
    text.push('\n');
    files::write(&args.out, &text)?;
    output.talk(&format!(
        "{}: {} users and {} directory users written. They are personal data.",
        args.out.display(),
        live.members.len(),
        live.directory.users.len(),
    ));
    Ok(Exit::Done)
}
