//! Words that several rules share: lists in a sentence, and one piece of advice.

use std::collections::BTreeSet;
use std::fmt;

use crate::model::ids::ProjectName;
use crate::model::person::Email;

/// Advice for a person whom a group lets in.
pub(super) const LEAVE_THE_GROUP: &str =
    "take them out of the group, in the directory or in the organization settings";

/// The likeliest people, behind a sentence.
pub(super) struct Hint<'a>(pub(super) &'a [Email]);

impl fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = "; perhaps ";
        for person in self.0 {
            write!(f, "{before}{person}")?;
            before = " or ";
        }
        Ok(())
    }
}

/// As much of a name as tells people apart in a sentence.
const NAME_CHARS: usize = 60;

/// What somebody is called, behind their address, where that is known.
pub(super) struct Called<'a, S>(pub(super) Option<&'a S>);

impl<S: AsRef<str>> fmt::Display for Called<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(name) = self.0 else { return Ok(()) };
        let mut rest = name.as_ref().chars();
        let mut said: String = rest.by_ref().take(NAME_CHARS).collect();
        if rest.next().is_some() {
            said.push('…');
        }
        write!(f, " ({said:?})")
    }
}

/// Projects that may have been meant, behind a sentence.
pub(super) struct Near<'a>(pub(super) &'a [ProjectName]);

impl fmt::Display for Near<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = "; did you mean ";
        for name in self.0 {
            write!(f, "{before}{:?}", name.as_str())?;
            before = " or ";
        }
        f.write_str(if self.0.is_empty() { "" } else { "?" })
    }
}

/// Names in a sentence, and how many there are in all.
pub(super) struct Names<'a>(pub(super) &'a BTreeSet<String>, pub(super) usize);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Names(names, all) = self;
        let mut before = "";
        for name in *names {
            write!(f, "{before}{name}")?;
            before = ", ";
        }
        match all.saturating_sub(names.len()) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// The exception of groups of the directory, where there are some.
pub(super) fn but_for(groups: &BTreeSet<String>) -> String {
    if groups.is_empty() {
        return String::new();
    }
    format!(", but for who is in {}", Names(groups, groups.len()))
}
