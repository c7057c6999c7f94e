//! The commands, and the root where everything is put together. One file a command.
//!
//! The rim of the program: the only rooms that read the environment, the clock and the terminal.

mod apply;
mod check;
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

use crate::cli::{self, Cli, Command, Global};
use crate::error::{CommandError, Exit};
use rim::output::Output;
use rim::session::Session;
use rim::{environment, files};

/// RunRecords a command line and says how it ended. Errors have been printed by then.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let Cli { global, command } = match cli::parse(arguments) {
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
    environment::start_log(global.verbose);
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
        Command::Completions { shell } => schema::completions(shell, output),
    }
}

/// Commands that reach no service need no runtime, and start the sooner for it.
fn block_on<T>(command: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CommandError::new(Exit::Failure, format!("cannot start: {error}")))?;
    runtime.block_on(command)
}
