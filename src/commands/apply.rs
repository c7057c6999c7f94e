//! `orgctl apply`: carries out a plan, then proves that a new one is empty.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use uuid::Uuid;

use super::rim::backoff_notice::BackoffNotice;
use super::rim::inputs::{Config, Inputs};
use super::rim::interrupts::Interrupts;
use super::rim::notice_delivery::NoticeDelivery;
use super::rim::output::Output;
use super::rim::progress::Progress;
use super::rim::run_records::RunRecords;
use super::rim::saved_plan::{Held, SavedPlan};
use super::rim::session::{Connected, Session};
use super::rim::{confirm, environment, replan, saved_groups};
use crate::apply::{Applier, LeadTime, Patience, Summary};
use crate::azure::services::Services;
use crate::cli::ApplyArgs;
use crate::error::{CommandError, Exit, advice_on_step};
use crate::model::address::{Address, Kind};
use crate::model::ids::Lineage;
use crate::plan::value::{Plan, Step};
use crate::report::gate::{self, Gate, Goal};
use crate::report::recovery::recovery;
use crate::report::sanitize::clean;
use crate::report::{outcome, text};
use crate::state::error::StoreError;
use crate::state::store::Store;

pub(super) async fn run(
    session: &Session,
    args: &ApplyArgs,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let Some(mut config) = session.load_config(output)? else {
        return Ok(Exit::Usage);
    };
    let reviewed = SavedPlan::load(args)?;
    if let Some(undo) = reviewed
        .as_ref()
        .and_then(|it| it.plan.header.undo.as_ref())
    {
        config.undoes = Some(RunRecords::of(session, &config).find(undo.run.as_str())?);
    }
    let store = session.store(&config.resolved)?;
    let connected = session.connect(&config, output).await?;
    let result = match session.lock(&store, "apply", output).await {
        Ok(lock) => {
            let whole = ApplyRun {
                session,
                config: &config,
                connected: &connected,
                store: &store,
            };
            let result = whole.apply(args, reviewed.as_ref(), output).await;
            lock.release().await;
            result
        }
        Err(error) => Err(error),
    };
    connected.close().await?;
    result
}

/// Everything that stays the same during one apply.
pub(super) struct ApplyRun<'a> {
    pub(super) session: &'a Session,
    pub(super) config: &'a Config,
    pub(super) connected: &'a Connected,
    pub(super) store: &'a Store,
}

/// What people may do meanwhile.
#[derive(Clone, Copy)]
pub(super) struct People<'a> {
    /// For how long one is waited for at the gate.
    pub(super) wait: Option<Duration>,
    /// Whether one asks to stop.
    pub(super) interrupts: &'a Interrupts,
}

impl ApplyRun<'_> {
    async fn apply(
        &self,
        args: &ApplyArgs,
        reviewed: Option<&SavedPlan>,
        output: &mut Output,
    ) -> Result<Exit, CommandError> {
        let Self {
            session,
            config,
            connected,
            ..
        } = self;
        let inputs = session.read_inputs(config, connected).await?;
        let planned = replan::plan(session, config, connected, inputs, output);
        let (mut inputs, plan) = planned.await?;
        let Held {
            plan,
            refused,
            unreviewed,
        } = match reviewed {
            Some(reviewed) => reviewed.hold(plan, &inputs.live, config, output)?,
            None => Held::whole(plan),
        };
        self.take_in(&mut inputs, output).await?;
        output.data(&text::plan(&plan, output.look))?;
        if plan.is_refused() {
            return Ok(Exit::Refused);
        }
        if plan.is_empty() {
            return Ok(if plan.has_blocked() {
                Exit::Partial
            } else {
                Exit::Done
            });
        }
        let approved = args.auto_approve || reviewed.is_some() || confirm::ask(&question(&plan))?;
        if !approved {
            output.talk("Nothing was changed.");
            return Ok(Exit::Failure);
        }
        let services = &self.connected.services;
        let beside = self.session.state_path(&self.config.resolved);
        saved_groups::save(&plan, &inputs.live, services, &beside, output).await?;
        let begun = RunRecords::of(session, config).begin(&plan, &inputs.live, config)?;
        let afterwards = gate::afterwards(&plan, output.talk);
        let interrupts = Interrupts::watch();
        let people = People {
            wait: args.wait,
            interrupts: &interrupts,
        };
        let mut summary = self.carry_out(plan, inputs, people, output).await?;
        if let Some(begun) = begun {
            begun.end(&summary, output);
        }
        summary.refuse(refused);
        tokio::select! {
            biased;
            exit = self.conclude(afterwards, &summary, &unreviewed, output) => exit,
            () = interrupts.first() => Err(unproven()),
        }
    }

    /// Keeps what an earlier run had done, and leaves nothing of its journal.
    pub(super) async fn take_in(
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
        Ok(())
    }

    async fn plan_anew(&self) -> Result<Plan, CommandError> {
        let inputs = self
            .session
            .read_inputs(self.config, self.connected)
            .await?;
        Ok(self.config.plan(&inputs))
    }

    pub(super) async fn carry_out(
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
        let goal = Goal::of(&plan);
        let gate = Gate {
            organization: &plan.header.organization,
            goal,
            mappings: plan
                .steps()
                .filter(|step| step.address.kind() == Kind::Mapping)
                .count(),
            waits: wait.is_some(),
            // A sandbox of this process is gone once apply stops.
            endpoint: self
                .connected
                .endpoint
                .as_deref()
                .filter(|_| wait.is_some() || !self.session.is_sandbox()),
        };
        let mut gate = gate::gate(&gate, output.talk);
        if self.session.is_sandbox() && wait.is_none() {
            let stand_in = match goal {
                Goal::Connect(_) | Goal::Change { .. } => "connect",
                Goal::Disconnect => "disconnect",
            };
            gate.extend(["\nIn this sandbox `orgctl sandbox ", stand_in]);
            gate.push_str("` does what the person does.\n");
        }
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

    /// After something was undone: what org.toml would do again.
    async fn tell_of_file(&self, output: &mut Output) -> Result<(), CommandError> {
        let inputs = self
            .session
            .read_inputs(self.config, self.connected)
            .await?;
        let again = self.config.plan_of_file(&inputs);
        if !again.steps().any(|step| step.change.writes()) {
            return Ok(());
        }
        output.data(&format!(
            "\nWhat org.toml would change again:\n\n{}",
            text::plan(&again, output.look)
        ))?;
        output.talk(
            "org.toml still asks for what was undone. Change it too: the next `orgctl apply` does it \
             again.",
        );
        Ok(())
    }

    /// Reads everything anew: only an empty plan proves that the organization is as org.toml says.
    /// Whoever is told so is told as well what there is to do `afterwards`.
    async fn conclude(
        &self,
        afterwards: Option<String>,
        summary: &Summary,
        unreviewed: &BTreeSet<Address>,
        output: &mut Output,
    ) -> Result<Exit, CommandError> {
        output.data(&outcome::outcome(summary, &advice_on_step, output.look))?;
        if let Some(LeadTime::Until(until)) = summary.lead_time {
            let notices = self.config.resolved.desired.notices.as_ref();
            let lead_days = notices.map_or(0, |notices| notices.lead_days);
            let local = environment::local_time(until);
            let text = outcome::until(until, lead_days, local.as_deref(), output.look);
            output.data(&format!("\n{text}"))?;
            return Ok(Exit::Gate);
        }
        if summary.at_gate {
            return Ok(Exit::Gate);
        }
        if summary.has_stale() && summary.is_nothing_done() {
            return Ok(Exit::Locked);
        }
        if !summary.is_complete() || summary.interrupted {
            return Ok(Exit::Partial);
        }
        output.talk("Reading everything again: only an empty plan proves that it is done.");
        let mut proof = self.plan_anew().await?;
        // What nobody has reviewed is still to be done, however long it is waited.
        let is_left = |step: &Step| unreviewed.contains(&step.address);
        for pause in replan::PAUSES {
            // Somebody who has just been taken out may show as somebody whom nothing covers.
            if proof.steps().all(is_left) && !proof.is_refused() {
                break;
            }
            tokio::time::sleep(pause).await;
            proof = self.plan_anew().await?;
        }
        output.data(&format!("\n{}", text::plan(&proof, output.look)))?;
        if self.config.undoes.is_some() {
            self.tell_of_file(output).await?;
        }
        if let Some(afterwards) = afterwards.filter(|_| proof.is_empty()) {
            output.talk(&format!("\n{afterwards}"));
        }
        Ok(if proof.is_refused() {
            Exit::Refused
        } else if proof.is_empty() && !proof.has_blocked() {
            Exit::Done
        } else {
            Exit::Partial
        })
    }
}

/// Who has asked to stop does not want to see it happen in half an hour.
async fn stop_waiting(interrupts: &Interrupts, services: &Services) -> Infallible {
    interrupts.first().await;
    services.stop_waiting();
    std::future::pending().await
}

fn tells_somebody(plan: &Plan) -> bool {
    let is_notice = |kind| matches!(kind, Kind::NoticeBefore | Kind::NoticeAfter);
    plan.steps().any(|step| is_notice(step.address.kind()))
}

/// What the person is asked, and what is lost where something is.
fn question(plan: &Plan) -> String {
    let organization = clean(plan.header.organization.as_str());
    let question = format!("Apply this plan to {organization}?");
    let question = match gate::no_way_back(plan) {
        Some(warning) => format!("{warning} {question}"),
        None => question,
    };
    match gate::leaving(plan) {
        Some(lost) => format!("{lost}\n\n{question}"),
        None => question,
    }
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

/// Everything is recorded by then; only the proof is missing.
fn unproven() -> CommandError {
    CommandError::new(
        Exit::Partial,
        "interrupted before everything was read again",
    )
    .help("what is told above is done; `orgctl plan` shows whether anything is left")
}

fn aborted() -> CommandError {
    CommandError::new(
        Exit::Partial,
        "aborted; what was in flight may have been done",
    )
    .help("run `orgctl apply` again: it looks at what was done")
}
