//! `orgctl state`: care for the record. Nothing here reaches the organization or the directory.

mod edit;
mod push;
mod restore;

use std::fmt::Display;

use clap::Subcommand;
use uuid::Uuid;

use crate::commands::rim::output::Output;
use crate::commands::rim::session::Session;
use crate::error::{CommandError, Exit};
use crate::model::address::Address;
use crate::model::ids::Serial;
use crate::report;
use crate::report::sanitize::clean;
use crate::report::state::Kept;
use crate::state::codec;
use crate::state::error::StoreError;
use crate::state::store::Store;
use crate::state::value::State;
use push::PushArgs;

/// The state.
///
/// `rm`, `mv`, `push` and `restore` change the record only: nothing happens to the organization or the
/// directory. They are refused while an apply that was cut short has not been taken in.
#[derive(Debug, Subcommand)]
pub(crate) enum StateCommand {
    /// List what orgctl owns, one address a line
    List {
        /// As JSON, with ids and times
        #[arg(long)]
        json: bool,
    },
    /// Print one entry whole
    Show {
        /// Which one, such as `mapping["lee@outlook.com"]`
        address: Address,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Take entries out of the record; what they name stays as it is
    Rm {
        /// Which ones
        #[arg(required = true)]
        addresses: Vec<Address>,
    },
    /// Record an entry under another address of the same kind
    Mv {
        /// The address that it has
        from: Address,
        /// The address that it gets
        to: Address,
    },
    /// Print the whole state
    Pull,
    /// Put a file in the place of the state
    Push(PushArgs),
    /// End the lock of a run that is gone
    Unlock {
        /// The id of the lock, which whoever is locked out is told
        id: Uuid,
    },
    /// List the states of before that are kept
    History {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Bring a state of before back
    Restore {
        /// Its serial, see `orgctl state history`
        serial: u64,
    },
}

pub(super) async fn run(
    session: &Session,
    command: StateCommand,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let Some(config) = session.load_config(output)? else {
        return Ok(Exit::Usage);
    };
    let store = session.store(&config.resolved)?;
    let (operation, change) = match command {
        StateCommand::List { json } => return list(&store, json, output).await,
        StateCommand::Show { address, json } => return show(&store, &address, json, output).await,
        StateCommand::Pull => return pull(&store, output).await,
        StateCommand::History { json } => return history(&store, json, output).await,
        StateCommand::Unlock { id } => {
            let holder = store.unlock(id).await?;
            let holder = holder.to_string();
            output.talk(&format!("The lock of {} has ended.", clean(&holder)));
            return Ok(Exit::Done);
        }
        StateCommand::Rm { addresses } => ("state rm", Change::Remove(addresses)),
        StateCommand::Mv { from, to } => ("state mv", Change::Rename(from, to)),
        StateCommand::Push(args) => ("state push", Change::Push(args)),
        StateCommand::Restore { serial } => ("state restore", Change::Restore(Serial::new(serial))),
    };
    let lock = session.lock(&store, operation, output).await?;
    let changed = match change {
        Change::Remove(addresses) => edit::remove(&store, &addresses, output).await,
        Change::Rename(from, to) => edit::rename(&store, &from, to, output).await,
        Change::Push(args) => push::push(&store, &args, output).await,
        Change::Restore(serial) => restore::restore(&store, serial, output).await,
    };
    lock.release().await;
    changed.map(|()| Exit::Done)
}

/// What changes the record, and so needs the lock.
enum Change {
    Remove(Vec<Address>),
    Rename(Address, Address),
    Push(PushArgs),
    Restore(Serial),
}

/// What is said after each change.
pub(super) const RECORD_ONLY: &str = "Nothing was changed in the organization or the directory.";

async fn list(store: &Store, json: bool, output: &mut Output) -> Result<Exit, CommandError> {
    let state = store.load().await?;
    output.data(&if json {
        report::state::list_json(&state)
    } else {
        report::state::list(&state)
    })?;
    Ok(Exit::Done)
}

async fn show(
    store: &Store,
    address: &Address,
    json: bool,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let state = store.load().await?;
    let entry = state.entries.get(address).ok_or_else(|| unknown(address))?;
    let value = codec::entry_value(address, entry)
        .map_err(|error| CommandError::new(Exit::Failure, error))?;
    output.data(&if json {
        report::state::for_programs(&value)
    } else {
        report::state::entry(address, entry, &value)
    })?;
    Ok(Exit::Done)
}

async fn pull(store: &Store, output: &mut Output) -> Result<Exit, CommandError> {
    let state = store.load().await?;
    if state.lineage.is_nil() {
        return Err(nothing_yet(store));
    }
    if is_open(store, &state).await? {
        output.talk(
            "An apply was cut short, and this is the state before it: `orgctl apply` takes it in.",
        );
    }
    let text = codec::encode(&state).map_err(|error| CommandError::new(Exit::Failure, error))?;
    output.data(&text)?;
    Ok(Exit::Done)
}

async fn history(store: &Store, json: bool, output: &mut Output) -> Result<Exit, CommandError> {
    let current = store.load().await;
    let previous_states = store.previous_states().await?;
    let is_current = |serial: Serial, state: Option<&State>| {
        let current = current.as_ref().ok();
        current.is_some_and(|current| current.serial == serial && state == Some(current))
    };
    let kept: Vec<Kept> = previous_states
        .into_iter()
        .map(|previous| {
            let state = codec::decode(&previous.text);
            Kept {
                serial: previous.serial,
                written: previous.written,
                is_current: is_current(previous.serial, state.as_ref().ok()),
                content: state.map(|state| (state.lineage, state.entries.len())),
            }
        })
        .collect();
    output.data(&if json {
        report::state::history_json(&kept)
    } else {
        report::state::history(&kept)
    })?;
    match current {
        Ok(_) => {}
        Err(error @ StoreError::Codec { .. }) => output.talk(&clean(&error.to_string())),
        Err(error) => return Err(error.into()),
    }
    Ok(Exit::Done)
}

/// The state, when nothing of an earlier run is left to be taken in.
async fn settled(store: &Store) -> Result<State, CommandError> {
    let state = store.load().await?;
    if state.lineage.is_nil() {
        return Err(nothing_yet(store));
    }
    refuse_open(store, &state).await?;
    Ok(state)
}

/// # Errors
/// When an apply was cut short and what it did is not in the state yet.
pub(super) async fn refuse_open(store: &Store, state: &State) -> Result<(), CommandError> {
    if !is_open(store, state).await? {
        return Ok(());
    }
    Err(CommandError::new(
        Exit::Partial,
        "an apply was cut short, and what it did is not in the state yet",
    )
    .help("run `orgctl apply` first: it takes that in"))
}

/// Whether an earlier run left something to be taken in.
pub(super) async fn is_open(store: &Store, state: &State) -> Result<bool, StoreError> {
    let unfinished = store.unfinished(state).await?;
    Ok(unfinished.is_some_and(|it| !it.settled.is_empty() || !it.open.is_empty()))
}

fn unknown(address: &Address) -> CommandError {
    let text = format!("the state has no entry {}", clean(&address.to_string()));
    refused(text).help("`orgctl state list` shows all that there are")
}

pub(super) fn nothing_yet(store: &Store) -> CommandError {
    let text = format!("there is no state {} yet", store.place());
    CommandError::new(Exit::Failure, text).help("the first `orgctl apply` makes it")
}

pub(super) fn refused(why: impl Display) -> CommandError {
    CommandError::new(Exit::Usage, why)
}
