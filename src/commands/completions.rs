//! `orgctl completions`: for shells.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::Cli;
use super::rim::output::Output;
use crate::error::{CommandError, Exit};

pub(super) fn run(shell: Shell, output: &mut Output) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "orgctl", &mut script);
    output.data(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
