//! `orgctl state`: care for the record. Nothing here reaches the organization or the directory.

mod restore;

use std::fmt::Display;

use crate::cli::{PushArgs, StateCommand};
use crate::commands::rim::files;
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
        Change::Remove(addresses) => remove(&store, &addresses, output).await,
        Change::Rename(from, to) => rename(&store, &from, to, output).await,
        Change::Push(args) => push(&store, &args, output).await,
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
    let generations = store.generations().await?;
    let is_current = |serial: Serial, state: Option<&State>| {
        let current = current.as_ref().ok();
        current.is_some_and(|current| current.serial == serial && state == Some(current))
    };
    let kept: Vec<Kept> = generations
        .into_iter()
        .map(|generation| {
            let state = codec::decode(&generation.text);
            Kept {
                serial: generation.serial,
                written: generation.written,
                is_current: is_current(generation.serial, state.as_ref().ok()),
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

async fn remove(
    store: &Store,
    addresses: &[Address],
    output: &mut Output,
) -> Result<(), CommandError> {
    let mut state = settled(store).await?;
    for address in addresses {
        state
            .entries
            .remove(address)
            .ok_or_else(|| unknown(address))?;
    }
    store.save(&mut state).await?;
    let what = match addresses {
        [only] => format!("{} is no longer in the state.", clean(&only.to_string())),
        all => format!("{} entries are no longer in the state.", all.len()),
    };
    output.talk(&format!("{what} {RECORD_ONLY}"));
    Ok(())
}

async fn rename(
    store: &Store,
    from: &Address,
    to: Address,
    output: &mut Output,
) -> Result<(), CommandError> {
    if from.kind() != to.kind() {
        return Err(
            refused("an entry cannot become one of another kind").help(format!(
                "name an address that begins with {}",
                from.kind().as_str()
            )),
        );
    }
    let mut state = settled(store).await?;
    if !state.entries.contains_key(from) {
        return Err(unknown(from));
    }
    if state.entries.contains_key(&to) {
        let text = format!("there is an entry {} already", clean(&to.to_string()));
        return Err(refused(text).help("take it out first with `orgctl state rm`"));
    }
    let told = format!(
        "{} is {} in the state now. {RECORD_ONLY}",
        clean(&from.to_string()),
        clean(&to.to_string())
    );
    if let Some(entry) = state.entries.remove(from) {
        state.entries.insert(to, entry);
    }
    store.save(&mut state).await?;
    output.talk(&told);
    Ok(())
}

async fn push(store: &Store, args: &PushArgs, output: &mut Output) -> Result<(), CommandError> {
    let place = args.file.display();
    let text = files::read(&args.file)?;
    let pushed = if args.force {
        codec::decode_edited(&text)
    } else {
        codec::decode(&text)
    };
    let mut pushed = pushed.map_err(|error| {
        refused(format!("{place}: {error}")).help(
            "push what `orgctl state pull` has printed; --force takes one that was edited by hand",
        )
    })?;
    if pushed.lineage.is_nil() {
        let help = "push what `orgctl state pull` has printed";
        return Err(refused(format!("{place} is not pushed: no apply has written it")).help(help));
    }
    let current = match store.load().await {
        Ok(current) => current,
        Err(StoreError::Codec { .. }) if args.force => {
            let aside = store.keep_damaged().await?;
            output.talk(&format!(
                "What was there cannot be read. It is kept: {aside}"
            ));
            State::unsaved()
        }
        Err(error) => return Err(error.into()),
    };
    let present = !current.lineage.is_nil();
    if present {
        refuse_open(store, &current).await?;
        if (pushed.lineage, &pushed.entries) == (current.lineage, &current.entries) {
            output.talk("The state says that already: nothing was pushed.");
            return Ok(());
        }
    }
    if present && !args.force {
        follows(&pushed, &current).map_err(|why| {
            refused(format!("{place} is not pushed: {why}")).help(
                "to put it there all the same, and so forget what only the present state says, add \
                 --force; `orgctl state history` shows what is kept",
            )
        })?;
    }
    pushed.serial = pushed.serial.max(current.serial);
    store.overwrite(&mut pushed).await?;
    output.talk(&format!(
        "The state is now {place}, with {} entries, as serial {}. {RECORD_ONLY}",
        pushed.entries.len(),
        pushed.serial
    ));
    Ok(())
}

/// # Errors
/// Why a state is not a later one of the same line.
fn follows(pushed: &State, current: &State) -> Result<(), String> {
    if pushed.lineage != current.lineage {
        return Err(format!(
            "it is of lineage {}, and the state of {}",
            pushed.lineage, current.lineage
        ));
    }
    if pushed.serial < current.serial {
        return Err(format!(
            "it is older, of serial {}, and the state of {}",
            pushed.serial, current.serial
        ));
    }
    Ok(())
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
