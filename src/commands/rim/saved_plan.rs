//! A saved plan before it is carried out: what of it still holds, and what is refused.

use std::collections::BTreeSet;
use std::path::Path;

use super::files;
use super::inputs::Config;
use super::output::Output;
use crate::error::{CommandError, Exit};
use crate::model::address::Address;
use crate::model::ids::Digest;
use crate::model::live::Live;
use crate::plan::compare::{Comparison, Refused, compare};
use crate::plan::value::Plan;
use crate::report::stale;

/// A plan that somebody has reviewed.
pub(crate) struct SavedPlan {
    pub(crate) plan: Plan,
    digest: Digest,
}

/// The part of a plan that is carried out.
pub(crate) struct StillGood {
    pub(crate) plan: Plan,
    /// Steps that are not, and why.
    pub(crate) refused: Vec<Refused>,
    /// Steps of now that nobody has reviewed, and that are left for another time.
    pub(crate) unreviewed: BTreeSet<Address>,
}

impl StillGood {
    /// A plan that nobody has reviewed before.
    pub(crate) const fn whole(plan: Plan) -> Self {
        Self {
            plan,
            refused: Vec::new(),
            unreviewed: BTreeSet::new(),
        }
    }
}

impl SavedPlan {
    /// Reads a saved plan.
    pub(crate) fn load(path: &Path) -> Result<Self, CommandError> {
        let (plan, digest) = crate::plan::file::decode(&files::read(path)?)?;
        Ok(Self { plan, digest })
    }

    /// Compares with a plan of now, step by step: what does not hold is told and left out.
    pub(crate) fn hold(
        &self,
        now: Plan,
        live: &Live,
        config: &Config,
        output: &mut Output,
    ) -> Result<StillGood, CommandError> {
        let reviewed = &self.plan;
        let why = if self.digest != config.digest {
            "org.toml has changed since"
        } else if reviewed.header.lineage != now.header.lineage {
            "it was made for another state"
        } else if reviewed.header.serial != now.header.serial {
            "something has been applied since"
        } else if now.is_refused() {
            // Whatever was reviewed: the plan of now says why nothing may be done.
            return Ok(StillGood::whole(now));
        } else {
            return self.compared(now, live, config, output);
        };
        Err(out_of_date(why))
    }

    fn compared(
        &self,
        now: Plan,
        live: &Live,
        config: &Config,
        output: &mut Output,
    ) -> Result<StillGood, CommandError> {
        let owner = config.resolved.desired.owner.as_ref();
        let owner = owner.map(|owner| &owner.email);
        let Comparison {
            plan,
            refused,
            unreviewed,
        } = compare(&self.plan, now, live, owner);
        for line in stale::lines(&refused, &unreviewed) {
            output.talk(&line);
        }
        let has_moved = !(refused.is_empty() && unreviewed.is_empty());
        if has_moved && plan.is_empty() {
            return Err(out_of_date(
                "the organization or the directory has changed since, and nothing of it is left",
            ));
        }
        Ok(StillGood {
            plan,
            refused,
            unreviewed: unreviewed.into_iter().collect(),
        })
    }
}

fn out_of_date(why: &str) -> CommandError {
    CommandError::new(Exit::Locked, format!("the saved plan is stale: {why}"))
        .help("make and review a new one with `orgctl plan --out FILE`")
}
