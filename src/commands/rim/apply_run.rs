//! One apply, as `apply` and `notify` carry it out: what an earlier run left is taken in, then a plan is
//! carried out.

use std::convert::Infallible;
use std::time::Duration;

use uuid::Uuid;

use super::backoff_notice::BackoffNotice;
use super::environment;
use super::inputs::{Config, Inputs};
use super::interrupts::Interrupts;
use super::notice_delivery::NoticeDelivery;
use super::output::Output;
use super::progress::Progress;
use super::session::{Connected, Session};
use crate::apply::{Applier, Patience, Summary};
use crate::azure::services::Services;
use crate::config::Resolved;
use crate::error::{CommandError, Exit};
use crate::model::ids::Lineage;
use crate::plan::guarded;
use crate::plan::value::Plan;
use crate::report::gate::{self, Gate, Goal};
use crate::report::recovery::recovery;
use crate::report::sanitize::clean;
use crate::state::error::StoreError;
use crate::state::store::Store;

/// Everything that stays the same during one apply.
pub(crate) struct ApplyRun<'a> {
    pub(crate) session: &'a Session,
    pub(crate) config: &'a Config,
    pub(crate) connected: &'a Connected,
    pub(crate) store: &'a Store,
}

/// What people may do meanwhile.
#[derive(Clone, Copy)]
pub(crate) struct People<'a> {
    /// For how long one is waited for at the gate.
    pub(crate) wait: Option<Duration>,
    /// Whether one asks to stop.
    pub(crate) interrupts: &'a Interrupts,
}

impl ApplyRun<'_> {
    /// Keeps what an earlier run had done, and leaves nothing of its journal.
    pub(crate) async fn take_in(
        &self,
        inputs: &mut Inputs,
        output: &mut Output,
    ) -> Result<(), CommandError> {
        if let Some(recovered) = inputs.recovered.take() {
            output.talk(&recovery(&recovered, "the state knows now"));
            self.store.save(&mut inputs.state).await?;
        } else {
            self.store.discard_journal().await?;
        }
        let Resolved {
            desired, guards, ..
        } = &self.config.resolved;
        let Inputs { live, state, .. } = inputs;
        state.guarded = guarded(desired, live, state, guards);
        Ok(())
    }

    /// Reads everything again and plans.
    pub(crate) async fn plan_anew(&self) -> Result<Plan, CommandError> {
        let inputs = self
            .session
            .read_inputs(self.config, self.connected)
            .await?;
        Ok(self.config.plan(&inputs))
    }

    pub(crate) async fn carry_out(
        &self,
        plan: Plan,
        inputs: Inputs,
        people: People<'_>,
        output: &mut Output,
    ) -> Result<Summary, CommandError> {
        let People { wait, interrupts } = people;
        let Inputs {
            live, mut state, ..
        } = inputs;
        let gate = self.gate_text(&plan, wait, output);
        let mut progress = Progress::new(plan.steps().count(), gate, output);
        let services = &self.connected.services;
        let tells_somebody = tells_somebody(&plan);
        let letters = NoticeDelivery::new(self.session, self.config, services, &plan.header);
        let owned = self.config.owned(&state);
        let applier = Applier {
            reader: &self.connected.services,
            writer: &self.connected.services,
            notifier: &letters,
            scope: self.config.resolved.desired.scope(&owned),
            store: self.store,
            fresh_lineage: Lineage::new(Uuid::now_v7()),
            patience: Patience {
                after_request: Patience::AFTER_REQUEST,
                at_gate: wait.unwrap_or_default(),
            },
            clock: &environment::now,
            should_stop: &|| interrupts.is_asked_to_stop(),
        };
        let watch = BackoffNotice::new(services, progress.bar(), output.is_quiet());
        let result = tokio::select! {
            result = applier.apply(plan, live, &mut state, &mut progress) => {
                result.map_err(|error| cut_short(&error, self.store))
            }
            () = interrupts.second() => Err(aborted()),
            never = watch.tell() => match never {},
            never = stop_waiting(interrupts, services) => match never {},
        };
        progress.finish();
        let summary = result?;
        letters.summarize(&state)?;
        if letters.are_files() && tells_somebody {
            let folder = letters.folder.display();
            output.talk(&format!("Notices are in {folder}: hand them on."));
        }
        Ok(summary)
    }

    /// Text at the gate: what a person does there.
    fn gate_text(&self, plan: &Plan, wait: Option<Duration>, output: &Output) -> String {
        let goal = Goal::of(plan);
        let gate = Gate {
            organization: &plan.header.organization,
            goal,
            mappings: plan
                .steps()
                .filter(|step| step.address.kind().maps())
                .count(),
            waits: wait.is_some(),
            // A sandbox of this process is gone once apply stops.
            endpoint: self
                .connected
                .endpoint
                .as_deref()
                .filter(|_| wait.is_some() || !self.session.is_sandbox()),
        };
        let mut text = gate::gate(&gate, output.talk);
        if self.session.is_sandbox() && wait.is_none() {
            let stand_in = match goal {
                Goal::Connect(_) | Goal::Change { .. } => "connect",
                Goal::Disconnect => "disconnect",
            };
            text.extend(["\nIn this sandbox `orgctl sandbox ", stand_in]);
            text.push_str("` does what the person does.\n");
        }
        text
    }
}

/// Who has asked to stop does not want to see it happen in half an hour.
async fn stop_waiting(interrupts: &Interrupts, services: &Services) -> Infallible {
    interrupts.first().await;
    services.stop_waiting();
    std::future::pending().await
}

fn tells_somebody(plan: &Plan) -> bool {
    plan.steps().any(|step| step.address.kind().is_notice())
}

/// A disk or a store that failed in the middle: what was done until then is in the journal.
fn cut_short(error: &StoreError, store: &Store) -> CommandError {
    let help = match store {
        Store::Local(_) => {
            "see to the disk, then run `orgctl apply` again: it looks at what was done".to_owned()
        }
        Store::Remote(remote) => format!(
            "what was done is kept in {}. Run `orgctl apply` again here, once the store is back: it \
             takes that in first and brings it there",
            remote.folder().display()
        ),
    };
    CommandError::new(Exit::Partial, clean(&error.to_string())).help(help)
}

fn aborted() -> CommandError {
    CommandError::new(
        Exit::Partial,
        "aborted; what was in flight may have been done",
    )
    .help("run `orgctl apply` again: it looks at what was done")
}
