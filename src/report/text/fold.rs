//! Which steps of a stage are equal for a reader, and so share a line when there are many.
//!
//! Steps that take access away are never equal: each is somebody who loses something.

use std::collections::BTreeMap;

use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, Identity};
use crate::model::ids::ProjectName;
use crate::model::project::ProjectAccess;
use crate::plan::value::{Action, Change, Reason, Risk, Step};
use crate::report::kinds::{Content, wording};
use crate::report::sanitize::clean;

/// More equal steps than this share a line: about what one screen holds.
const FOLD_ABOVE: usize = 50;

/// How many people of a folded line are named.
const NAMED: usize = 3;

/// What makes two steps equal for a reader.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Shape<'a> {
    kind: Kind,
    action: Action,
    reason: Reason,
    /// What sort of earlier step makes the identity, where one does.
    awaited: Option<Kind>,
    /// What is written, or what it is changed from and to.
    content: Content<'a>,
    /// What else is said of all of them.
    besides: &'static str,
    /// Membership of projects, of before and after.
    projects: [Option<&'a BTreeMap<ProjectName, ProjectAccess>>; 2],
}

/// Steps that share a line.
pub(super) struct Group<'a> {
    pub(super) count: usize,
    pub(super) first: Vec<&'a str>,
    at: usize,
    shape: Shape<'a>,
}

/// The groups of a stage.
pub(super) struct Folds<'a>(BTreeMap<Shape<'a>, Group<'a>>);

/// How a step is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// On a line of its own.
    Alone,
    /// For its group.
    First,
    /// Not at all: the first of its group stands for it.
    Later,
}

impl<'a> Folds<'a> {
    pub(super) const fn none() -> Self {
        Self(BTreeMap::new())
    }

    pub(super) fn of(steps: &'a [Step]) -> Self {
        let mut groups: BTreeMap<Shape<'a>, Group<'a>> = BTreeMap::new();
        if steps.len() > FOLD_ABOVE {
            for (at, step) in steps.iter().enumerate() {
                let Some(shape) = shape(step) else { continue };
                let group = groups.entry(shape).or_insert_with(|| Group {
                    count: 0,
                    first: Vec::with_capacity(NAMED),
                    at,
                    shape,
                });
                group.count += 1;
                if group.first.len() < NAMED {
                    group.first.push(step.address.key());
                }
            }
            groups.retain(|_, group| group.count > FOLD_ABOVE);
        }
        Self(groups)
    }

    pub(super) fn group(&self, step: &'a Step) -> Option<&Group<'a>> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&shape(step)?)
    }

    pub(super) fn place_at(&self, at: usize, step: &'a Step) -> Place {
        match self.group(step) {
            None => Place::Alone,
            Some(group) if group.at == at => Place::First,
            Some(_) => Place::Later,
        }
    }
}

impl Group<'_> {
    /// What is done to all of them; `detail` is what is done to the first.
    pub(super) fn describe(&self, detail: &str) -> String {
        let content = self.shape.content.map(clean);
        let [from, to] = &content;
        let of_many = wording(self.shape.kind).of_many;
        let done = of_many(self.shape.action, [from, to]);
        done.unwrap_or_else(|| detail.to_owned()) + self.shape.besides
    }

    /// What all of them wait for.
    pub(super) fn awaits(&self) -> Option<String> {
        let kind = self.shape.awaited?;
        Some(format!("known after the {kind} of each"))
    }
}

/// What a step has in common with its equals; none when it is like no other.
fn shape(step: &Step) -> Option<Shape<'_>> {
    if step.risk() == Risk::Destructive {
        return None;
    }
    let wording = wording(step.address.kind());
    let besides = (wording.besides)(step)?;
    let content = match (&step.change, step.change.before(), step.change.after()) {
        (Change::Update { .. }, Some(before), Some(after)) => {
            (wording.changed_alike)(before, after)?
        }
        (_, Some(one), None) | (_, None, Some(one)) => (wording.alike)(step.address.key(), one)?,
        (_, _, _) => return None,
    };
    let identity = step.change.after().and_then(Attributes::identity);
    Some(Shape {
        kind: step.address.kind(),
        action: step.change.action(),
        reason: step.reason,
        awaited: identity.and_then(Identity::awaited).map(Address::kind),
        content,
        besides,
        projects: [step.change.before(), step.change.after()]
            .map(|side| side.and_then(Attributes::projects)),
    })
}
