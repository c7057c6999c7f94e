//! Which steps have a way back, and why the rest has none.

use crate::model::address::Kind;
use crate::model::attributes::Attributes;
use crate::plan::value::{Action, NoWayBack, Step};

/// Whether a step is of a sort that has a way back at all, whatever live shows.
pub(super) fn of_kind(step: &Step) -> Result<(), NoWayBack> {
    let is_restored = step.change.after().is_some_and(Attributes::is_restored);
    match (step.address.kind(), step.change.action()) {
        (Kind::Invitation | Kind::DirectoryUser, _) if is_restored => Err(NoWayBack::Restored),
        (Kind::Policy | Kind::Access | Kind::Removal, _) | (Kind::Invitation, Action::Create) => {
            Ok(())
        }
        (Kind::Invitation, Action::Delete) => Err(NoWayBack::TakenOut),
        (Kind::Invitation, Action::Update | Action::Adopt | Action::Forget) => {
            Err(NoWayBack::MailSent)
        }
        (Kind::DirectoryUser, _) => Err(NoWayBack::AccountKept),
        (Kind::Mapping, _) => Err(NoWayBack::Mapped),
        (Kind::Connection, _) => Err(NoWayBack::Connected),
        (Kind::SshKey | Kind::Token, _) => Err(NoWayBack::Revoked),
        (Kind::NoticeBefore | Kind::NoticeAfter, _) => Err(NoWayBack::Told),
    }
}
