//! The people of a file, sorted for the rules about those who appear in more than one place.

use miette::SourceSpan;

use crate::config::declare::At;
use crate::config::sections::{Member, OrgToml};
use crate::config::values::OfPerson;
use crate::model::person::Email;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Members,
    Guests,
    Remove,
}

/// The key of a line in one of the three sections.
pub(super) type Mention<'f> = (&'f Email, Section, SourceSpan);

/// The people of a file, twice sorted.
pub(super) struct People<'f> {
    /// By address.
    by_address: Vec<Mention<'f>>,
    /// Members by the identity that they are mapped to.
    pub(super) by_target: Vec<(&'f str, &'f OfPerson<Member>)>,
}

impl<'f> People<'f> {
    pub(super) fn of(file: &'f OrgToml) -> Self {
        let mention = |at: &'f At<Email>, section| (&at.value, section, at.span);
        let members = file.members.iter();
        let guests = file.guests.iter();
        let removals = file.remove.iter();
        let mut by_address: Vec<Mention<'f>> = members
            .map(|member| mention(&member.email, Section::Members))
            .chain(guests.map(|guest| mention(&guest.email, Section::Guests)))
            .chain(removals.map(|removal| mention(&removal.email, Section::Remove)))
            .collect();
        // Stable: three sorted runs are merged in one pass.
        by_address.sort_by_key(|(email, section, _)| (*email, *section));
        let mut by_target: Vec<(&str, &OfPerson<Member>)> = file
            .members
            .iter()
            .map(|member| (member.says.to.value.as_str(), member))
            .collect();
        by_target.sort_by_key(|(target, _)| *target);
        Self {
            by_address,
            by_target,
        }
    }

    /// Neighbours that are the same person.
    pub(super) fn twins(&self) -> impl Iterator<Item = (&Mention<'f>, &Mention<'f>)> {
        let next = self.by_address.iter().skip(1);
        self.by_address
            .iter()
            .zip(next)
            .filter(|((a, _, _), (b, _, _))| a == b)
    }
}

/// The line of `[remove]` about a person.
pub(super) fn removal_of<'f>(file: &'f OrgToml, person: &Email) -> Option<&'f At<Email>> {
    file.remove
        .binary_search_by(|removal| removal.email.value.cmp(person))
        .ok()
        .and_then(|index| file.remove.get(index))
        .map(|removal| &removal.email)
}

pub(super) fn in_text_order(a: SourceSpan, b: SourceSpan) -> (SourceSpan, SourceSpan) {
    if a.offset() <= b.offset() {
        (a, b)
    } else {
        (b, a)
    }
}
