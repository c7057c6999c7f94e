//! `orgctl state push`: a file in the place of the state.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{RECORD_ONLY, refuse_open, refused};
use crate::commands::rim::files;
use crate::commands::rim::output::Output;
use crate::error::CommandError;
use crate::state::codec;
use crate::state::error::StoreError;
use crate::state::store::Store;
use crate::state::value::State;

/// Options of `state push`.
#[derive(Args, Debug)]
pub(crate) struct PushArgs {
    /// A state, as `state pull` prints it
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Put it there although it is of another lineage, older, or edited by hand: what the present
    /// state says and this file does not is then forgotten
    #[arg(long)]
    pub(crate) force: bool,
}

pub(super) async fn push(
    store: &Store,
    args: &PushArgs,
    output: &mut Output,
) -> Result<(), CommandError> {
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
