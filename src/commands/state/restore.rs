//! `orgctl state restore`: the way back from a state that is damaged, gone or not wanted.

use super::{RECORD_ONLY, is_open, nothing_yet, refuse_open, refused};
use crate::commands::rim::output::Output;
use crate::error::{CommandError, Exit};
use crate::model::ids::Serial;
use crate::report::sanitize::clean;
use crate::state::codec;
use crate::state::error::StoreError;
use crate::state::store::Store;
use crate::state::store::history::PreviousState;
use crate::state::value::State;

pub(super) async fn restore(
    store: &Store,
    serial: Serial,
    output: &mut Output,
) -> Result<(), CommandError> {
    let previous_states = store.previous_states().await?;
    let (text, mut state) = chosen(store, &previous_states, serial)?;
    let current = store.load().await;
    let newest = previous_states.last().map(|previous| previous.serial);
    match &current {
        Ok(current) if !current.lineage.is_nil() => {
            if current.lineage != state.lineage {
                return Err(refused(format!(
                    "serial {serial} is of another lineage than the state"
                ))
                .help("`orgctl state push FILE --force` puts any file in its place"));
            }
            refuse_open(store, current).await?;
            state.serial = current.serial;
        }
        Ok(_) | Err(StoreError::Codec { .. }) => {
            if let Err(error) = &current {
                output.talk(&clean(&error.to_string()));
                let aside = store.keep_damaged().await?;
                output.talk(&format!("What was there is kept: {aside}"));
            }
            if is_open(store, &state).await.map_err(later)? {
                // Its serial is what the journal goes by, so it comes back as it was.
                store.put(text).await?;
                output.talk(&format!(
                    "The state is as of serial {serial} again. The apply that followed it was cut \
                     short: run `orgctl apply`, which takes in what it did."
                ));
                return Ok(());
            }
            state.serial = newest.map_or(serial, |newest| newest.max(serial));
        }
        Err(_) => return current.map(|_| ()).map_err(CommandError::from),
    }
    store.overwrite(&mut state).await?;
    output.talk(&format!(
        "The state is as of serial {serial} again, with {} entries, as serial {}. {RECORD_ONLY}",
        state.entries.len(),
        state.serial
    ));
    Ok(())
}

/// The previous state that was asked for.
fn chosen<'a>(
    store: &Store,
    previous_states: &'a [PreviousState],
    serial: Serial,
) -> Result<(&'a str, State), CommandError> {
    let mut all = previous_states.iter();
    let Some(found) = all.find(|previous| previous.serial == serial) else {
        let kept: Vec<String> = previous_states
            .iter()
            .map(|previous| previous.serial.to_string())
            .collect();
        return Err(if kept.is_empty() {
            nothing_yet(store)
        } else {
            refused(format!("no state of serial {serial} is kept"))
                .help(format!("there are {}", kept.join(", ")))
        });
    };
    let state = codec::decode(&found.text).map_err(|error| {
        let text = format!(
            "the copy of serial {serial} is damaged too: {}",
            clean(&error.to_string())
        );
        CommandError::new(Exit::Failure, text).help("take another one of `orgctl state history`")
    })?;
    Ok((&found.text, state))
}

/// A journal that does not fit a previous state.
fn later(error: StoreError) -> CommandError {
    if !matches!(error, StoreError::ForeignJournal { .. }) {
        return error.into();
    }
    CommandError::new(Exit::Partial, clean(&error.to_string())).help(
        "an apply was cut short, and its journal goes with a later state: restore the newest one that \
         `orgctl state history` has. Only if that is gone too, move the journal away",
    )
}
