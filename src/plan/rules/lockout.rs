//! How grave it is that a person cannot be mapped or invited.

use super::Severity;
use crate::model::person::Email;
use crate::plan::context::Context;

/// Connecting would lock out a person who cannot be mapped, so while it is still to be done such a
/// person refuses the whole plan; afterwards only their own steps fall away.
pub(in crate::plan) fn of_member(context: &Context<'_>) -> Severity {
    if context.is_connected() {
        Severity::Blocked
    } else {
        Severity::Fatal
    }
}

/// A guest whom the organization has today and who cannot be invited would be locked out by the
/// connection, so it may not be made; for anybody else only their own steps fall away.
pub(in crate::plan) fn of_guest(context: &Context<'_>, person: &Email) -> Severity {
    if !context.is_connected() && context.member_of_line(person).is_some() {
        Severity::Fatal
    } else {
        Severity::Blocked
    }
}
