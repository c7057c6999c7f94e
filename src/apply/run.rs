//! The loop: stages in order, steps in batches, an intent before every request.

use super::applier::{Applier, Observer};
use super::courier::{Courier, group_size, is_notice};
use super::lead::{self, Lead};
use super::record::Run;
use super::stale::Sight;
use super::summary::{StepStatus, Summary};
use crate::azure::port::{Reader, Writer};
use crate::model::live::Live;
use crate::plan::change::Step;
use crate::plan::value::{Plan, Stage, StageSteps};
use crate::state::error::StoreError;
use crate::state::journal::Intent;

use crate::state::value::State;

/// How many steps share one sync of the journal. More would lengthen the list of open questions that
/// a crash leaves; fewer would make the disk the bottleneck.
const STEPS_PER_GROUP: usize = 50;

impl<R: Reader, W: Writer, C: Courier> Applier<'_, R, W, C> {
    /// Carries out a plan that was made from `live` and `state`, and saves the state. Where a step
    /// was left without an answer the journal is kept instead, as after a crash. Of a large
    /// organization there is little room for what is needed no more, so plan and live are given away.
    ///
    /// # Errors
    /// [`StoreError`] when the state or its journal cannot be written. What was carried out until
    /// then is in the journal as far as the disk took it, and the next run finds out the rest.
    pub async fn apply(
        &self,
        plan: Plan,
        live: Live,
        state: &mut State,
        observer: &mut dyn Observer,
    ) -> Result<Summary, StoreError> {
        if state.lineage.is_nil() {
            state.lineage = self.fresh_lineage;
            state.organization = Some(live.organization.id);
            self.store.save(state).await?;
        }
        let journal = self.store.start_journal(state).await?;
        let mut run = Run::new(state, journal, live, observer);
        let lead_days = plan.header.lead_days.filter(|_| lead::connects(&plan));
        let Plan { stages, seen, .. } = plan;
        run.sight = Sight::of(seen);
        let mut is_first = true;
        for stage in stages {
            let is_stopped = run.summary.at_gate || run.summary.interrupted;
            if is_stopped || self.is_held(&mut run, stage.stage, lead_days) {
                run.not_reached(&stage.steps.iter().collect::<Vec<_>>());
            } else {
                self.stage(&mut run, &stage, is_first).await?;
                is_first = false;
            }
        }
        let Run {
            summary,
            state,
            journal,
            unanswered,
            bindings,
            ..
        } = run;
        // The state is written as text next, which is large enough.
        drop(bindings);
        if unanswered == 0 {
            self.store.save(state).await?;
        } else {
            // What is open has no place in the state. The next run looks what became of it, and
            // saves then.
            journal.end().await?;
        }
        Ok(summary)
    }

    /// Whether a stage waits for the notices that come before a connection.
    fn is_held(&self, run: &mut Run<'_>, stage: Stage, lead_days: Option<u32>) -> bool {
        let Some(lead_days) = lead_days.filter(|_| Lead::holds(stage)) else {
            return false;
        };
        if run.summary.lead.is_none() {
            let now = (self.clock)();
            run.summary.lead = lead::lead(run.state, &run.summary.results, lead_days, now);
        }
        run.summary.lead.is_some()
    }

    async fn stage(
        &self,
        run: &mut Run<'_>,
        StageSteps { stage, steps }: &StageSteps,
        is_first: bool,
    ) -> Result<(), StoreError> {
        run.observer.stage(*stage, steps.len());
        let mut ready = Vec::with_capacity(steps.len());
        for step in steps {
            match step
                .needs
                .iter()
                .find(|address| run.unsuccessful.contains(*address))
            {
                Some(because) => {
                    let because = because.clone();
                    run.end(step, StepStatus::Skipped { because });
                }
                None => ready.push(step),
            }
        }
        let (writes, records): (Vec<&Step>, Vec<&Step>) =
            ready.into_iter().partition(|step| step.change.writes());
        let writes = if is_first {
            writes
        } else {
            self.still_good(run, writes).await
        };
        run.record_only(&records, (self.clock)()).await?;
        for same_kind in writes.chunk_by(|one, next| one.address.kind() == next.address.kind()) {
            let size = same_kind
                .first()
                .map_or(STEPS_PER_GROUP, |step| group_size(step, STEPS_PER_GROUP));
            for group in same_kind.chunks(size) {
                if (self.should_stop)() {
                    run.summary.interrupted = true;
                    run.not_reached(group);
                    continue;
                }
                let looked_at;
                let group = if Self::needs_a_look(run) {
                    looked_at = self.still_good(run, group.to_vec()).await;
                    looked_at.as_slice()
                } else {
                    group
                };
                if *stage == Stage::Connect {
                    // Boxed: it happens once, and holds more than all the rest.
                    Box::pin(self.connect(run, group)).await?;
                } else if !group.is_empty() {
                    self.group(run, group).await?;
                }
            }
        }
        Ok(())
    }

    async fn group(&self, run: &mut Run<'_>, group: &[&Step]) -> Result<(), StoreError> {
        let intents: Vec<Intent> = group.iter().map(|step| run.intent(step)).collect();
        run.journal.intend(&intents).await?;
        let are_notices = group.iter().all(|step| is_notice(step.address.kind()));
        let outcomes = if are_notices {
            self.courier.deliver(group, (self.clock)()).await
        } else {
            self.writer.send(group, &run.bindings).await
        };
        debug_assert_eq!(outcomes.len(), group.len(), "one outcome a step");
        run.settle(group, outcomes, (self.clock)()).await
    }
}
