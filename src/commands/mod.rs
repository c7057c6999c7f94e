//! The commands: one file a command, which holds its arguments and what it does. `rim` holds what they
//! share, and is the only room that reads the environment, the clock and the terminal.
//!
//! The doc comments of the arguments are the help.

mod apply;
mod check;
mod completions;
mod list;
mod notify;
mod plan;
mod rim;
mod sandbox;
mod schema;
mod show;
mod snapshot;
mod state;
mod validate;

use std::ffi::OsString;
use std::future::Future;

use clap::{Parser, Subcommand};
use clap_complete::Shell;

use crate::error::{CommandError, Exit};
use apply::ApplyArgs;
use check::CheckArgs;
use list::ListArgs;
use notify::NotifyArgs;
use plan::PlanArgs;
use rim::global::Global;
use rim::output::Output;
use rim::session::Session;
use rim::{environment, files};
use sandbox::SandboxCommand;
use schema::SchemaName;
use show::ShowArgs;
use snapshot::SnapshotArgs;
use state::StateCommand;

/// Moves an Azure DevOps organization onto a Microsoft Entra ID tenant, as code
///
/// Write org.toml, review it, look at `orgctl plan`, then run `orgctl apply`. With `--sandbox
/// live.json` everything happens to a copy on this machine.
#[derive(Debug, Parser)]
#[command(name = "orgctl", version, disable_help_subcommand = true, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    /// Where to look for files, how to print.
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit status: 0 done or no changes, 1 failure, 2 changes (plan --detailed-exitcode), 3 usage or \
configuration, 4 refused by a guard or a finding, 5 locked or stale plan, 6 partly applied, 7 waiting \
for a person";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check org.toml; needs no network
    Validate,
    /// Compare org.toml with the organization and print what apply would do
    Plan(PlanArgs),
    /// Make a plan and print only what there is to say about it
    Check(CheckArgs),
    /// Carry out a plan: a saved one, or a new one after asking
    Apply(ApplyArgs),
    /// Tell people, without doing anything else
    Notify(NotifyArgs),
    /// Print a saved plan, or the state
    Show(ShowArgs),
    /// Write what the services say now to a file
    Snapshot(SnapshotArgs),
    /// List the organizations that a tenant backs, to see what is left to move
    ///
    /// The list comes from a request that Microsoft has not documented: it may change or cease at
    /// any time. It is given to tokens of Microsoft Entra ID only, never to a personal access token,
    /// and may take the role Azure DevOps Administrator in the tenant.
    List(ListArgs),
    /// Care for the state: what orgctl did and owns
    #[command(subcommand)]
    State(StateCommand),
    /// The services on this machine, for rehearsals
    #[command(subcommand)]
    Sandbox(SandboxCommand),
    /// Print the JSON Schema of a file format
    Schema {
        /// Which one
        format: SchemaName,
    },
    /// Print the completions of a shell
    Completions {
        /// Which one
        shell: Shell,
    },
}

/// Runs a command line and says how it ended. Errors have been printed by then.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let Cli { global, command } = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and the version are no mistakes: clap prints them to stdout and says so.
            drop(error.print());
            return if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
        }
    };
    let mut output = Output::new(&global);
    match run(global, command, &mut output) {
        Ok(exit) => exit,
        Err(error) => {
            output.error(&error);
            error.exit
        }
    }
}

fn run(global: Global, command: Command, output: &mut Output) -> Result<Exit, CommandError> {
    environment::start_log(global.verbose, output.talk.color);
    if let Some(directory) = &global.directory {
        files::enter(directory)?;
    }
    let session = Session::new(global);
    match command {
        Command::Validate => validate::run(&session, output),
        Command::Plan(args) => block_on(plan::run(&session, &args, output)),
        Command::Check(args) => block_on(check::run(&session, &args, output)),
        Command::Apply(args) => block_on(apply::run(&session, &args, output)),
        Command::Notify(args) => block_on(notify::run(&session, &args, output)),
        Command::Show(args) => block_on(show::run(&session, &args, output)),
        Command::Snapshot(args) => block_on(snapshot::run(&session, &args, output)),
        Command::List(args) => block_on(list::run(&session, &args, output)),
        Command::State(command) => block_on(state::run(&session, command, output)),
        Command::Sandbox(command) => block_on(sandbox::run(&session, command, output)),
        Command::Schema { format } => schema::run(format, output),
        Command::Completions { shell } => completions::run(shell, output),
    }
}

/// Commands that reach no service need no runtime, and start the sooner for it.
fn block_on<T>(command: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CommandError::new(Exit::Failure, "cannot start").caused_by(&error))?;
    runtime.block_on(command)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }
}
