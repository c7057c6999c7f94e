//! The loop: stages in order, steps in batches, an intent before every request.

use super::applier::{Applier, Observer};
use super::lead_time::{self, LeadTime};
use super::notices::{group_size, is_notice};
use super::recheck::Recheck;
use super::record::Run;
use super::summary::{StepStatus, Summary};
use crate::apply::port::{Notifier, Reader, Writer};
use crate::model::live::Live;
use crate::plan::value::{Plan, Stage, StageSteps, Step};
use crate::state::error::StoreError;
use crate::state::journal::Intent;

use crate::state::value::State;

/// How many steps share one sync of the journal. More would lengthen the list of open questions that
/// a crash leaves; fewer would make the disk the bottleneck.
const STEPS_PER_GROUP: usize = 50;

impl<R: Reader, W: Writer, C: Notifier> Applier<'_, R, W, C> {
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
        run.lets_go = plan.header.undo.is_some();
        let lead_days = plan.header.lead_days.filter(|_| lead_time::connects(&plan));
        let Plan { stages, facts, .. } = plan;
        run.recheck = Recheck::of(facts);
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
        let Some(lead_days) = lead_days.filter(|_| LeadTime::holds(stage)) else {
            return false;
        };
        if run.summary.lead_time.is_none() {
            let now = (self.clock)();
            run.summary.lead_time =
                lead_time::lead(run.state, &run.summary.results, lead_days, now);
        }
        run.summary.lead_time.is_some()
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
            let count = writes.len();
            self.still_good(run, writes, count).await
        };
        run.record_only(&records, (self.clock)()).await?;
        self.write(run, *stage, writes).await
    }

    /// Carries out the steps of a stage that send something, group by group.
    async fn write(
        &self,
        run: &mut Run<'_>,
        stage: Stage,
        mut left: Vec<&Step>,
    ) -> Result<(), StoreError> {
        let mut at = 0;
        while let Some(first) = left.get(at) {
            if (self.should_stop)() {
                run.summary.interrupted = true;
                run.not_reached(left.get(at..).unwrap_or_default());
                break;
            }
            let kind = first.address.kind();
            let size = group_size(first, STEPS_PER_GROUP);
            let rest = left.iter().skip(at).take(size);
            let count = rest.take_while(|step| step.address.kind() == kind).count();
            if Self::needs_a_look(run) {
                // What it shows of later groups is known then, so they are judged by it too.
                left = self.still_good(run, left.split_off(at), count).await;
                at = 0;
                continue;
            }
            let end = at + count;
            let group = left.get(at..end).unwrap_or_default();
            at = end;
            if stage == Stage::Connect {
                // Boxed: it happens once, and holds more than all the rest.
                Box::pin(self.connect(run, group)).await?;
            } else {
                self.group(run, group).await?;
            }
        }
        Ok(())
    }

    async fn group(&self, run: &mut Run<'_>, group: &[&Step]) -> Result<(), StoreError> {
        let intents: Vec<Intent> = group.iter().map(|step| run.intent(step)).collect();
        run.journal.intend(&intents).await?;
        let are_notices = group.iter().all(|step| is_notice(step.address.kind()));
        let outcomes = if are_notices {
            self.notifier.deliver(group, (self.clock)()).await
        } else {
            self.writer.send(group, &run.bindings).await
        };
        debug_assert_eq!(outcomes.len(), group.len(), "one outcome a step");
        run.settle(group, outcomes, (self.clock)()).await
    }
}
