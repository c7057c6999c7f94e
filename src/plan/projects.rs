//! Projects by name: each name that org.toml uses is looked up once, however many people it is
//! written for.

use std::collections::BTreeMap;

use super::nearest::nearest;
use crate::model::desired::Desired;
use crate::model::ids::{ProjectId, ProjectName};
use crate::model::live::Live;
use crate::model::project::{ProjectAccess, ProjectRole};

/// A typing error or two in a word of six letters; below it, suggestions are guesses.
const NEAR: f64 = 0.6;

/// A name that no project has, and the names that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unknown {
    pub(super) project: ProjectName,
    pub(super) near: Vec<ProjectName>,
}

/// The projects that org.toml names.
#[derive(Default)]
pub(super) struct Projects {
    by_name: BTreeMap<String, Result<ProjectId, Vec<ProjectName>>>,
}

impl Projects {
    pub(super) fn new(desired: &Desired, live: &Live) -> Self {
        let of_members = desired.members.values().map(|line| &line.projects);
        let of_guests = desired.guests.values().map(|line| &line.projects);
        let mut names = of_members.chain(of_guests).flat_map(BTreeMap::keys);
        let mut projects = Self::default();
        let Some(first) = names.next() else {
            return projects;
        };
        let known: BTreeMap<String, ProjectId> = live
            .projects
            .iter()
            .map(|(id, name)| (name.folded(), *id))
            .collect();
        for name in std::iter::once(first).chain(names) {
            let found = projects.by_name.entry(name.folded());
            found.or_insert_with_key(|folded| {
                known.get(folded).copied().ok_or_else(|| near(folded, live))
            });
        }
        projects
    }

    /// What a line asks for, by the ids of the projects; or every name in it that no project has.
    pub(super) fn resolve(
        &self,
        wanted: &BTreeMap<ProjectName, ProjectRole>,
    ) -> Result<BTreeMap<ProjectName, ProjectAccess>, Vec<Unknown>> {
        let mut known = BTreeMap::new();
        let mut unknown = Vec::new();
        for (name, role) in wanted {
            match self.by_name.get(&name.folded()) {
                Some(Ok(id)) => {
                    let (id, role) = (*id, (*role).into());
                    known.insert(name.clone(), ProjectAccess { id, role });
                }
                Some(Err(near)) => unknown.push(Unknown {
                    project: name.clone(),
                    near: near.clone(),
                }),
                None => unknown.push(Unknown {
                    project: name.clone(),
                    near: Vec::new(),
                }),
            }
        }
        if unknown.is_empty() {
            Ok(known)
        } else {
            Err(unknown)
        }
    }
}

/// The names that are nearest to one that no project has.
fn near(folded: &str, live: &Live) -> Vec<ProjectName> {
    let near = nearest(folded, NEAR, live.projects.values(), ProjectName::folded);
    near.into_iter().cloned().collect()
}
