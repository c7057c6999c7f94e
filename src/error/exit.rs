//! Exit statuses. The only place that knows the numbers.

use std::process::ExitCode;

/// The exit status of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, or no changes.
    Done = 0,
    /// Something failed.
    Failure = 1,
    /// The plan has changes, with `--detailed-exitcode`.
    Changes = 2,
    /// The command line or org.toml is wrong.
    Usage = 3,
    /// A guard or a fatal finding refuses.
    Refused = 4,
    /// Somebody else is at work, or a saved plan is stale.
    Locked = 5,
    /// Partly applied, or interrupted; apply again.
    Partial = 6,
    /// Waiting for a person at the gate.
    Gate = 7,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
