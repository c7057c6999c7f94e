//! What to do when the state cannot be read, written or locked.

use std::io::ErrorKind;
use std::time::Duration;

use super::{CommandError, Exit};
use crate::report::sanitize::clean;
use crate::state::codec::CodecError;
use crate::state::error::StoreError;
use crate::state::lock::holder::LockInfo;

/// The way back from a state that cannot be read.
const WAY_BACK: &str = "`orgctl state history` lists the states of before that are kept, and `orgctl state \
                        restore SERIAL` brings one back. Without any, delete it: everything that is as \
                        org.toml says is taken over again by the next apply";

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        // Locks and states in a store are written by others, too.
        Self::new(exit_of(&error), clean(&error.to_string()))
            .caused_by_source_of(&error)
            .hints(help_on(&error))
    }
}

fn exit_of(error: &StoreError) -> Exit {
    match error {
        StoreError::Io { verb, error, .. } => {
            if *verb == "lock" && error.kind() == ErrorKind::NotFound {
                Exit::Usage
            } else {
                Exit::Failure
            }
        }
        StoreError::Codec { .. }
        | StoreError::Damaged { .. }
        | StoreError::JournalVersion { .. }
        | StoreError::ForeignJournal { .. }
        | StoreError::NotLocked { .. }
        | StoreError::Remote { .. } => Exit::Failure,
        StoreError::Locked { .. }
        | StoreError::OtherLock { .. }
        | StoreError::LeaseLost { .. }
        | StoreError::Moved { .. } => Exit::Locked,
    }
}

fn help_on(error: &StoreError) -> Option<String> {
    let help = match error {
        StoreError::Io { verb, error, .. } => on_disk(verb, error.kind())?,
        StoreError::Codec { error, .. } => on_text(error),
        StoreError::Damaged { line, .. } => return Some(on_damage(*line)),
        StoreError::JournalVersion { .. } => {
            "finish that apply with the orgctl that began it; or move the journal away: what it held \
             is read from the services again, all but who was sent a mail"
        }
        StoreError::ForeignJournal { .. } => {
            "bring the state back that it belongs to; or move the journal away: what it held is read \
             from the services again, all but who was sent a mail"
        }
        StoreError::Locked {
            holder, ends_in, ..
        } => return Some(on_lock(holder.as_deref(), *ends_in)),
        StoreError::NotLocked { .. } => "nothing has to be done",
        StoreError::OtherLock { holder, .. } => {
            let make_sure = "make sure that this run has ended, then";
            return Some(format!("{make_sure}\n{}", unlocking(holder)));
        }
        StoreError::LeaseLost { .. } => {
            "run the command again: it begins with what is there by then"
        }
        StoreError::Moved { .. } => "run the command again: it begins with what is there now",
        StoreError::Remote { .. } => {
            "check state.url, the network, and the credentials in the environment \
             (AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY, AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY, GOOGLE_APPLICATION_CREDENTIALS, …), then run the command again"
        }
    };
    Some(help.to_owned())
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the system has many words, and most need no advice"
)]
fn on_disk(verb: &str, kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::NotFound if verb == "lock" => {
            Some("make the folder, or correct state.url in org.toml")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Some("make room on the disk, then run the command again")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Some("the folder of the state must be one that you may write to")
        }
        _ => None,
    }
}

/// The way back from a journal that is damaged: what stands above the damage is whole.
fn on_damage(line: usize) -> String {
    let keep = match line.saturating_sub(1) {
        0 => "move it away".to_owned(),
        1 => "keep a copy of it, and only its first line in its place".to_owned(),
        whole => format!("keep a copy of it, and only its first {whole} lines in its place"),
    };
    format!(
        "{keep}; then run `orgctl apply`, which looks in the services for the rest. They cannot tell \
         who was sent a mail: whom the lines from there on name may be sent another"
    )
}

fn on_text(error: &CodecError) -> &'static str {
    match error {
        CodecError::Newer { .. } => "install the newer orgctl that wrote it",
        CodecError::Foreign => "correct state.url in org.toml: this file belongs to something else",
        CodecError::Empty
        | CodecError::CutOff { .. }
        | CodecError::Changed
        | CodecError::Malformed(_) => WAY_BACK,
    }
}

/// A command to be copied, on a line of its own: an id with a line break in it is worth nothing.
fn unlocking(holder: &LockInfo) -> String {
    format!("`orgctl state unlock {}`", holder.id)
}

/// A lock on a file ends with its process, and a lease by itself.
fn on_lock(holder: Option<&LockInfo>, ends_in: Option<Duration>) -> String {
    let wait = "wait until the other run has ended, then try again";
    match (holder, ends_in) {
        (Some(holder), Some(left)) => format!(
            "{wait}. Where it is gone for good, its lock ends by itself in {} s, or at once by\n{}",
            left.as_secs() + 1,
            unlocking(holder)
        ),
        (None, _) | (_, None) => wait.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::state::place::Place;

    fn place() -> Place {
        Path::new("org.state.json").into()
    }

    #[test]
    fn every_damaged_state_has_a_way_back() {
        let why = || "line 3".to_owned();
        for error in [
            CodecError::Empty,
            CodecError::CutOff { line: 3 },
            CodecError::Changed,
            CodecError::Malformed(why()),
        ] {
            let place = place();
            let error = CommandError::from(StoreError::Codec { place, error });
            let help = error.hints.concat();
            assert!(help.contains("orgctl state history"), "{help}");
            assert!(help.contains("orgctl state restore SERIAL"), "{help}");
            assert_eq!(error.exit, Exit::Failure);
        }
    }

    #[test]
    fn a_damaged_journal_is_good_up_to_the_damage() {
        for (line, words) in [
            (1, "move it away; then run `orgctl apply`"),
            (2, "only its first line in its place; then"),
            (9, "only its first 8 lines in its place; then"),
        ] {
            let (place, why) = (place(), String::new());
            let error = CommandError::from(StoreError::Damaged { place, line, why });
            let help = error.hints.concat();
            assert!(help.contains(words), "{line}: {help}");
        }
    }

    #[test]
    fn a_disk_that_takes_nothing_has_advice() {
        for (kind, words) in [
            (ErrorKind::StorageFull, "make room"),
            (ErrorKind::PermissionDenied, "one that you may write to"),
            (ErrorKind::ReadOnlyFilesystem, "one that you may write to"),
        ] {
            let place = place();
            let (verb, error) = ("write", kind.into());
            let error = CommandError::from(StoreError::Io { verb, place, error });
            assert!(error.hints.concat().contains(words), "{kind}");
            assert_eq!(error.exit, Exit::Failure);
        }
    }

    #[test]
    fn what_others_have_written_steers_no_terminal() {
        let error = StoreError::Codec {
            place: place(),
            error: CodecError::Malformed("unknown field `\u{1b}[2J\u{202e}`".to_owned()),
        };
        let message = CommandError::from(error).to_string();
        assert!(
            message.ends_with(r"unknown field `\u{1b}[2J\u{202e}`"),
            "{message}"
        );
    }

    #[test]
    fn whoever_is_locked_out_by_a_lease_learns_how_long_and_by_which_name() {
        let holder = LockInfo {
            id: uuid::Uuid::from_u128(7),
            who: "ana".to_owned(),
            host: "desk".to_owned(),
            pid: 7,
            operation: "apply".to_owned(),
            since: jiff::Timestamp::UNIX_EPOCH,
        };
        let error = CommandError::from(StoreError::Locked {
            place: place(),
            holder: Some(Box::new(holder)),
            ends_in: Some(Duration::from_millis(41_500)),
        });
        let help = error.hints.concat();
        assert!(help.contains("42 s"), "{help}");
        assert!(
            help.contains("state unlock 00000000-0000-0000-0000-000000000007"),
            "{help}"
        );
        assert_eq!(error.exit, Exit::Locked);
    }
}
