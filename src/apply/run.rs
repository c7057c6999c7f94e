//! The loop: stages in order, steps in batches, an intent before every request.

use super::applier::{Applier, Observer};
use super::lead_time;
use super::notices::group_size;
use super::recheck::Recheck;
use super::record::Run;
use super::summary::Summary;
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
        // A journal names the lineage of its state, so the state has one first.
        self.begin_lineage(state, &live).await?;
        let journal = self.store.start_journal(state).await?;
        let lead_days = plan.header.lead_days.filter(|_| lead_time::connects(&plan));
        let Plan {
            header,
            stages,
            facts,
            ..
        } = plan;
        let mut run = Run::new(state, journal, live, observer);
        run.lets_go = header.undo.is_some();
        run.recheck = Recheck::of(facts);
        for stage in stages {
            if run.is_stopped() || self.is_held(&mut run, &stage, lead_days) {
                stage.steps.iter().for_each(|step| run.not_reached(step));
            } else {
                self.stage(&mut run, &stage).await?;
            }
        }
        self.end(run).await
    }

    /// Gives a first state its lineage, and writes it.
    async fn begin_lineage(&self, state: &mut State, live: &Live) -> Result<(), StoreError> {
        if state.lineage.is_nil() {
            state.lineage = self.fresh_lineage;
            state.organization = Some(live.organization.id);
            self.store.save(state).await?;
        }
        Ok(())
    }

    /// Saves the state. Where a step has no answer, the journal is kept instead: what is open has no
    /// place in the state, and the next run looks what became of it.
    async fn end(&self, run: Run<'_>) -> Result<Summary, StoreError> {
        let Run {
            summary,
            state,
            journal,
            unanswered,
            bindings,
            ..
        } = run;
        // The text of the state is large enough without them.
        drop(bindings);
        if unanswered == 0 {
            self.store.save(state).await?;
        } else {
            journal.end().await?;
        }
        Ok(summary)
    }

    /// Whether a stage waits for the notices that come before a connection.
    fn is_held(&self, run: &mut Run<'_>, stage: &StageSteps, lead_days: Option<u32>) -> bool {
        let Some(lead_days) = lead_days.filter(|_| lead_time::holds(stage)) else {
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
    ) -> Result<(), StoreError> {
        run.observer.stage(*stage, steps.len());
        let ready = run.without_unmet(steps);
        let (writes, records): (Vec<&Step>, Vec<&Step>) =
            ready.into_iter().partition(|step| step.change.writes());
        // Before the first stage there is nothing to look at: the plan was compared a moment ago.
        let writes = if run.has_begun {
            let count = writes.len();
            self.still_good(run, writes, count).await
        } else {
            writes
        };
        run.has_begun = true;
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
                left.drain(at..).for_each(|step| run.not_reached(step));
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
        let are_notices = group.iter().all(|step| step.address.kind().is_notice());
        let outcomes = if are_notices {
            self.notifier.deliver(group, (self.clock)()).await
        } else {
            self.writer.send(group, &run.bindings).await
        };
        debug_assert_eq!(outcomes.len(), group.len(), "one outcome a step");
        run.settle(group, outcomes, (self.clock)()).await
    }
}
