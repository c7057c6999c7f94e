//! The look itself: reads live once more, and takes out the steps whose objects somebody has changed.

use std::collections::BTreeSet;

use tokio::time::Instant;

use super::Recheck;
use crate::apply::applier::Applier;
use crate::apply::port::{CallError, Notifier, Reader, Writer};
use crate::apply::record::Run;
use crate::apply::summary::StepStatus;
use crate::model::desired::Scope;
use crate::model::live::Live;
use crate::plan::compare::Stale;
use crate::plan::fingerprint::FactReader;
use crate::plan::value::{Moved, Step};

impl<R: Reader, W: Writer, C: Notifier> Applier<'_, R, W, C> {
    /// Takes out of `steps` those whose objects somebody has changed since they were reviewed. Where
    /// that cannot be read, the `next` of them are not carried out.
    pub(in crate::apply) async fn still_good<'s>(
        &self,
        run: &mut Run<'_>,
        mut steps: Vec<&'s Step>,
        next: usize,
    ) -> Vec<&'s Step> {
        let Some(recheck) = &mut run.recheck else {
            return steps;
        };
        if steps.is_empty() {
            return steps;
        }
        let begin = Instant::now();
        let live = match self.look().await {
            Ok(live) => live,
            Err(error) => {
                for step in steps.drain(..next.min(steps.len())) {
                    run.end_unsent(step, StepStatus::Failed(Box::new(error.clone().into())));
                }
                return steps;
            }
        };
        (recheck.looked_at, recheck.took) = (Instant::now(), begin.elapsed());
        let recheck = &*recheck;
        let reader = FactReader::new(&live);
        let judged: Vec<(&Step, Vec<Moved>)> = steps
            .into_iter()
            .map(|step| (step, recheck.moved(step, &live, &reader)))
            .collect();
        let mut good = Vec::with_capacity(judged.len());
        for (step, moved) in judged {
            if moved.is_empty() {
                good.push(step);
            } else {
                run.end_unsent(step, StepStatus::Stale(Stale::Moved(moved)));
            }
        }
        good
    }

    /// Whether the last look is too long ago for the next writes.
    pub(in crate::apply) fn needs_a_look(run: &Run<'_>) -> bool {
        run.recheck.as_ref().is_some_and(Recheck::is_old)
    }

    /// Everybody's tokens and keys take a request a person, and who was deleted matters to plans only.
    async fn look(&self) -> Result<Live, CallError> {
        let scope = Scope {
            credentials: false,
            newcomers: BTreeSet::new(),
            ..self.scope.clone()
        };
        self.reader.read(&scope).await
    }
}
