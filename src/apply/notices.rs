//! Steps that are notices: which ones they are, and how many of them share a sync of the journal.

use crate::model::ids::RemoteId;
use crate::model::notice::{Deliver, NoticeAttributes};
use crate::plan::value::Step;

/// How many mails are in doubt after a crash in their middle: no more than are sent side by side.
const MAILS_PER_GROUP: usize = 4;

/// The notice that a step delivers.
fn notice(step: &Step) -> Option<&NoticeAttributes> {
    step.change.after()?.notice()
}

/// The id under which it is recorded that a step has told somebody; none for any other step.
pub(super) fn told(step: &Step) -> Option<RemoteId> {
    notice(step).map(|notice| RemoteId::StorageKey(notice.member))
}

/// How many steps like this one share a sync of the journal, of `usual` steps.
pub(super) fn group_size(step: &Step, usual: usize) -> usize {
    match notice(step).map(|notice| notice.deliver) {
        Some(Deliver::Graph) => MAILS_PER_GROUP,
        Some(Deliver::Files) | None => usual,
    }
}
