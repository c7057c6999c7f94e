//! How right the proposals are about a world.

use std::collections::{BTreeMap, BTreeSet};

use orgctl::matching::{Class, People, Rules, propose_by};

use super::world::World;

/// What was right and wrong, counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Score {
    pub(crate) certain: usize,
    pub(crate) certain_wrong: Vec<String>,
    pub(crate) likely: usize,
    pub(crate) likely_wrong: Vec<String>,
    pub(crate) decidable: usize,
    pub(crate) decided: usize,
    pub(crate) removed: usize,
    pub(crate) removed_wrong: Vec<String>,
    /// By kind: how many, and how many of each class.
    pub(crate) kinds: BTreeMap<&'static str, [usize; 5]>,
}

impl Score {
    pub(crate) fn of(world: &World, rules: Rules) -> Self {
        let mut score = Self::default();
        score.add(world, &propose_by(&world.input, rules));
        score
    }

    /// Counts one world, and asserts what has to hold in any.
    pub(crate) fn add(&mut self, world: &World, people: &People) {
        assert_eq!(
            people.people.len(),
            world.input.users.len(),
            "one row a user"
        );
        let mut targets = BTreeSet::new();
        for ((person, truth), user) in people
            .people
            .iter()
            .zip(&world.truth)
            .zip(&world.input.users)
        {
            assert_eq!(person.user.id, user.id, "in the order of the users");
            let has_target = matches!(person.class, Class::Certain | Class::Likely);
            assert_eq!(person.target.is_some(), has_target, "{person:?}");
            let target = person.target.as_ref().map(|target| target.id);
            assert!(
                target.is_none_or(|id| targets.insert(id)),
                "two people onto one: {person:?}"
            );
            let right = target == truth.account;
            let row = || format!("{}: {person:?}", truth.kind);
            match person.class {
                Class::Certain => {
                    self.certain += 1;
                    self.certain_wrong.extend((!right).then(row));
                }
                Class::Likely => {
                    self.likely += 1;
                    self.likely_wrong.extend((!right).then(row));
                }
                Class::Remove => {
                    self.removed += 1;
                    self.removed_wrong.extend((!truth.left).then(row));
                }
                Class::Ask | Class::Guest => {}
            }
            self.decidable += usize::from(truth.decidable);
            self.decided += usize::from(truth.decidable && has_target);
            let class = usize::from(person.class as u8);
            self.kinds.entry(truth.kind).or_default()[class] += 1;
        }
    }

    pub(crate) fn likely_right(&self) -> f64 {
        share(self.likely - self.likely_wrong.len(), self.likely)
    }

    pub(crate) fn coverage(&self) -> f64 {
        share(self.decided, self.decidable)
    }

    /// The figures that are promised.
    pub(crate) fn assert_good(&self, world: &str) {
        assert!(
            self.certain_wrong.is_empty(),
            "{world}: {:#?}",
            self.certain_wrong
        );
        assert!(
            self.removed_wrong.is_empty(),
            "{world}: {:#?}",
            self.removed_wrong
        );
        assert!(
            self.likely_right() >= 98.5,
            "{world}: {self}\n{:#?}",
            self.likely_wrong
        );
        assert!(self.coverage() >= 95.0, "{world}: {self}");
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of people")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        100.0
    } else {
        part as f64 * 100.0 / whole as f64
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "certain {} ({} wrong), likely {} ({:.2} % right), decided {:.2} %, remove {} ({} wrong)",
            self.certain,
            self.certain_wrong.len(),
            self.likely,
            self.likely_right(),
            self.coverage(),
            self.removed,
            self.removed_wrong.len(),
        )
    }
}
