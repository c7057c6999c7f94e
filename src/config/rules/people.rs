//! Rules about people who appear in more than one place.

use miette::SourceSpan;

use super::Facts;
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::file::{At, File, Member};
use crate::config::source::Shown;
use crate::model::person::Email;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Members,
    Guests,
    Remove,
}

/// A key of one of the three sections.
type Entry<'f> = (&'f Email, Section, SourceSpan);

/// The people of a file, twice sorted.
pub(super) struct People<'f> {
    /// By address.
    by_address: Vec<Entry<'f>>,
    /// Members by the identity that they are mapped to.
    by_target: Vec<(&'f str, &'f Member<'f>)>,
}

impl<'f> People<'f> {
    pub(super) fn of(file: &'f File<'f>) -> Self {
        let entry = |at: &'f At<Email>, section| (&at.value, section, at.span);
        let members = file.members.iter();
        let guests = file.guests.iter();
        let removals = file.removals.iter();
        let mut by_address: Vec<Entry<'f>> = members
            .map(|member| entry(&member.from, Section::Members))
            .chain(guests.map(|guest| entry(&guest.email, Section::Guests)))
            .chain(removals.map(|removal| entry(&removal.email, Section::Remove)))
            .collect();
        // Stable: three sorted runs are merged in one pass.
        by_address.sort_by_key(|(email, section, _)| (*email, *section));
        let mut by_target: Vec<(&str, &Member<'_>)> = file
            .members
            .iter()
            .map(|member| (member.to.value.as_str(), member))
            .collect();
        by_target.sort_by_key(|(target, _)| *target);
        Self {
            by_address,
            by_target,
        }
    }

    /// Neighbours that are the same person.
    fn twins(&self) -> impl Iterator<Item = (&Entry<'f>, &Entry<'f>)> {
        let next = self.by_address.iter().skip(1);
        self.by_address
            .iter()
            .zip(next)
            .filter(|((a, _, _), (b, _, _))| a == b)
    }
}

fn removal_of<'f>(file: &'f File<'_>, person: &Email) -> Option<&'f At<Email>> {
    file.removals
        .binary_search_by(|removal| removal.email.value.cmp(person))
        .ok()
        .and_then(|index| file.removals.get(index))
        .map(|removal| &removal.email)
}

fn in_text_order(a: SourceSpan, b: SourceSpan) -> (SourceSpan, SourceSpan) {
    if a.offset() <= b.offset() {
        (a, b)
    } else {
        (b, a)
    }
}

pub(super) fn same_person_twice(facts: &Facts<'_>, remarks: &mut Remarks) {
    for ((email, section, a), (_, other, b)) in facts.people.twins() {
        let help = match (section, other) {
            (Section::Members, Section::Remove) => continue,
            (Section::Members, Section::Guests) => {
                "keep the line under `[members]` for somebody with an address in the directory, \
                 the one under `[guests]` for anybody else"
            }
            (Section::Guests, Section::Remove) => {
                "keep the line under `[guests]` to let this person in, the one under `[remove]` \
                 to take them out"
            }
            (_, _) => "keep one of the lines; upper and lower case do not tell two people apart",
        };
        let (first, second) = in_text_order(*a, *b);
        let message = format!("`{}` appears twice", Shown(email.as_str()));
        remarks.push(
            Remark::new(
                Code::SamePersonTwice,
                message,
                second,
                "and again here",
                help,
            )
            .and_at(first, "this person appears here first"),
        );
    }
}

pub(super) fn mapped_and_removed(facts: &Facts<'_>, remarks: &mut Remarks) {
    for ((email, section, mapped), (_, other, removed)) in facts.people.twins() {
        if (*section, *other) == (Section::Members, Section::Remove) {
            remarks.push(
                Remark::new(
                    Code::MappedAndRemoved,
                    format!("`{}` is both mapped and removed", Shown(email.as_str())),
                    *removed,
                    "removed here",
                    "keep the line under `[members]` if this person stays, the one under \
                     `[remove]` if they go",
                )
                .and_at(*mapped, "mapped here"),
            );
        }
    }
}

pub(super) fn same_target(facts: &Facts<'_>, remarks: &mut Remarks) {
    let members = &facts.people.by_target;
    for ((to, a), (other, b)) in members.iter().zip(members.iter().skip(1)) {
        // The same member twice is told as such.
        if to != other || a.from.value == b.from.value {
            continue;
        }
        let (first, second) = in_text_order(a.to.span, b.to.span);
        remarks.push(
            Remark::new(
                Code::SameTarget,
                format!("two members are mapped to `{}`", Shown(to)),
                second,
                "and this one, too",
                "an identity in the directory can take the place of one member: correct one of \
                 the two, or name the member who is not needed under `[remove]`",
            )
            .and_at(first, "this member is mapped to it"),
        );
    }
}

pub(super) fn target_removed(facts: &Facts<'_>, remarks: &mut Remarks) {
    let members = &facts.people.by_target;
    for removal in &facts.file.removals {
        let person = removal.email.value.as_str();
        let start = members.partition_point(|(target, _)| *target < person);
        let Some((_, member)) = members.get(start).filter(|(target, _)| *target == person) else {
            continue;
        };
        // Somebody mapped to their own name is both mapped and removed; told as such.
        if member.from.value.as_str() == person {
            continue;
        }
        let who = Shown(member.from.value.as_str());
        remarks.push(
            Remark::new(
                Code::TargetRemoved,
                format!("`{who}` is mapped to somebody who is removed"),
                member.to.span,
                "mapped to this identity",
                "map the member to another identity, or delete the line under `[remove]`",
            )
            .and_at(removal.email.span, "which is removed here"),
        );
    }
}

pub(super) fn owner_removed(facts: &Facts<'_>, remarks: &mut Remarks) {
    let Some(owner) = &facts.file.organization.owner else {
        return;
    };
    if let Some(removed) = removal_of(facts.file, &owner.value) {
        let who = Shown(owner.value.as_str());
        remarks.push(
            Remark::new(
                Code::OwnerRemoved,
                format!("the owner `{who}` is removed"),
                removed.span,
                "removed here",
                "delete this line; to let the owner go, first make somebody else the owner in \
                 the organization settings and name them as `owner`",
            )
            .and_at(owner.span, "the owner by this line"),
        );
    }
}

pub(super) fn protected_removed(facts: &Facts<'_>, remarks: &mut Remarks) {
    for protected in &facts.file.guards.protected {
        if let Some(removed) = removal_of(facts.file, &protected.value) {
            let who = Shown(protected.value.as_str());
            remarks.push(
                Remark::new(
                    Code::ProtectedRemoved,
                    format!("`{who}` is protected, but removed"),
                    removed.span,
                    "removed here",
                    "delete this line, or take the person off the `protected` list",
                )
                .and_at(protected.span, "protected by this line"),
            );
        }
    }
}
