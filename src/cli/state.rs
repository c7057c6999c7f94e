//! The command line of `orgctl state`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use uuid::Uuid;

use crate::model::address::Address;

/// The state.
///
/// `rm`, `mv`, `push` and `restore` change the record only: nothing happens to the organization or the
/// directory. They are refused while an apply that was cut short has not been taken in.
#[derive(Debug, Subcommand)]
pub enum StateCommand {
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

/// Options of `state push`.
#[derive(Args, Debug)]
pub struct PushArgs {
    /// A state, as `state pull` prints it
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Put it there although it is of another lineage, older, or edited by hand: what the present
    /// state says and this file does not is then forgotten
    #[arg(long)]
    pub force: bool,
}
