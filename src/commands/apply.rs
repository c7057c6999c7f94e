//! `orgctl apply`: carries out a plan, then proves that a new one is empty.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};

use super::rim::apply_run::{ApplyRun, People};
use super::rim::inputs::Inputs;
use super::rim::interrupts::Interrupts;
use super::rim::output::Output;
use super::rim::run_records::RunRecords;
use super::rim::saved_plan::{SavedPlan, StillGood};
use super::rim::session::Session;
use super::rim::{confirm, environment, replan, saved_groups};
use crate::apply::{LeadTime, Summary};
use crate::error::{CommandError, Exit, advice_on_step};
use crate::model::address::Address;
use crate::plan::value::{Plan, Step};
use crate::report::sanitize::clean;
use crate::report::{gate, outcome, text};

/// Options of `apply`.
#[derive(Args, Debug)]
pub(crate) struct ApplyArgs {
    /// A plan saved by `plan --out`; without it a new one is made
    #[arg(value_name = "PLAN", value_hint = ValueHint::FilePath)]
    pub(crate) plan: Option<PathBuf>,
    /// Do not ask before applying
    #[arg(long)]
    pub(crate) auto_approve: bool,
    /// How long to wait at the gate for a person, such as 30s, 15m, 2h
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) wait: Option<Duration>,
}

pub(super) async fn run(
    session: &Session,
    args: &ApplyArgs,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let Some(mut config) = session.load_config(output)? else {
        return Ok(Exit::Usage);
    };
    let saved = args.plan.as_deref().map(SavedPlan::load).transpose()?;
    if let Some(undo) = saved.as_ref().and_then(|it| it.plan.header.undo.as_ref()) {
        config.undoes = Some(RunRecords::of(session, &config).find(undo.run.as_str())?);
    }
    let store = session.store(&config.resolved)?;
    let connected = session.connect(&config, output).await?;
    let result = match session.lock(&store, "apply", output).await {
        Ok(lock) => {
            let run = ApplyRun {
                session,
                config: &config,
                connected: &connected,
                store: &store,
            };
            let result = run.apply(args, saved.as_ref(), output).await;
            lock.release().await;
            result
        }
        Err(error) => Err(error),
    };
    connected.close().await?;
    result
}

impl ApplyRun<'_> {
    async fn apply(
        &self,
        args: &ApplyArgs,
        saved: Option<&SavedPlan>,
        output: &mut Output,
    ) -> Result<Exit, CommandError> {
        let (mut inputs, plan) = self.plan(output).await?;
        let StillGood {
            plan,
            refused,
            unreviewed,
        } = match saved {
            Some(saved) => saved.hold(plan, &inputs.live, self.config, output)?,
            None => StillGood::whole(plan),
        };
        self.take_in(&mut inputs, output).await?;
        output.data(&text::plan(&plan, output.look))?;
        if let Some(exit) = nothing_to_do(&plan) {
            return Ok(exit);
        }
        // A saved plan was reviewed: that is the approval.
        if saved.is_none() && !args.auto_approve && !confirm::ask(&question(&plan))? {
            output.talk("Nothing was changed.");
            return Ok(Exit::Failure);
        }
        self.save_groups(&plan, &inputs, output).await?;
        let records = RunRecords::of(self.session, self.config);
        let begun = records.begin(&plan, &inputs.live, self.config)?;
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

    async fn plan(&self, output: &mut Output) -> Result<(Inputs, Plan), CommandError> {
        let Self {
            session,
            config,
            connected,
            ..
        } = self;
        let inputs = session.read_inputs(config, connected).await?;
        replan::plan(session, config, connected, inputs, output).await
    }

    /// Saves what the groups of a directory have in the organization before it leaves the directory.
    async fn save_groups(
        &self,
        plan: &Plan,
        inputs: &Inputs,
        output: &mut Output,
    ) -> Result<(), CommandError> {
        let services = &self.connected.services;
        let state = self.session.state_path(&self.config.resolved);
        saved_groups::save(plan, &inputs.live, services, &state, output).await
    }

    /// Says what became of the plan, and proves that nothing is left of it.
    async fn conclude(
        &self,
        afterwards: Option<String>,
        summary: &Summary,
        unreviewed: &BTreeSet<Address>,
        output: &mut Output,
    ) -> Result<Exit, CommandError> {
        output.data(&outcome::outcome(summary, &advice_on_step, output.look))?;
        if let Some(exit) = self.unfinished(summary, output)? {
            return Ok(exit);
        }
        let proof = self.prove(unreviewed, output).await?;
        output.data(&format!("\n{}", text::plan(&proof, output.look)))?;
        if self.config.undoes.is_some() {
            self.tell_of_file(output).await?;
        }
        if let Some(afterwards) = afterwards.filter(|_| proof.is_empty()) {
            output.talk(&format!("\n{afterwards}"));
        }
        Ok(proven(&proof))
    }

    /// Exit status of an apply that is not through, so that there is nothing to prove yet.
    fn unfinished(
        &self,
        summary: &Summary,
        output: &mut Output,
    ) -> Result<Option<Exit>, CommandError> {
        if let Some(LeadTime::Until(until)) = summary.lead_time {
            let notices = self.config.resolved.desired.notices.as_ref();
            let lead_days = notices.map_or(0, |notices| notices.lead_days);
            let local = environment::local_time(until);
            let text = outcome::until(until, lead_days, local.as_deref(), output.look);
            output.data(&format!("\n{text}"))?;
            return Ok(Some(Exit::Gate));
        }
        Ok(if summary.at_gate {
            Some(Exit::Gate)
        } else if summary.has_stale() && summary.is_nothing_done() {
            Some(Exit::Locked)
        } else if !summary.is_complete() || summary.interrupted {
            Some(Exit::Partial)
        } else {
            None
        })
    }

    /// Reads everything anew: only an empty plan proves that the organization is as org.toml says.
    async fn prove(
        &self,
        unreviewed: &BTreeSet<Address>,
        output: &mut Output,
    ) -> Result<Plan, CommandError> {
        output.talk("Reading everything again: only an empty plan proves that it is done.");
        let mut proof = self.plan_anew().await?;
        // What nobody has reviewed is still to be done, however long apply waits.
        let is_left = |step: &Step| unreviewed.contains(&step.address);
        for pause in replan::PAUSES {
            // A member who has just been removed may show as one whom nothing covers.
            if proof.steps().all(is_left) && !proof.is_refused() {
                break;
            }
            tokio::time::sleep(pause).await;
            proof = self.plan_anew().await?;
        }
        Ok(proof)
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
}

/// Exit status for a plan of which nothing is carried out.
fn nothing_to_do(plan: &Plan) -> Option<Exit> {
    if plan.is_refused() {
        Some(Exit::Refused)
    } else if !plan.is_empty() {
        None
    } else if plan.has_blocked() {
        Some(Exit::Partial)
    } else {
        Some(Exit::Done)
    }
}

/// Exit status by the plan that was made when everything was done.
fn proven(proof: &Plan) -> Exit {
    if proof.is_refused() {
        Exit::Refused
    } else if proof.is_empty() && !proof.has_blocked() {
        Exit::Done
    } else {
        Exit::Partial
    }
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

/// Everything is recorded by then; only the proof is missing.
fn unproven() -> CommandError {
    CommandError::new(
        Exit::Partial,
        "interrupted before everything was read again",
    )
    .help("what is told above is done; `orgctl plan` shows whether anything is left")
}

fn duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration = text
        .parse()
        .map_err(|_| "write a duration such as 30s, 15m or 2h".to_owned())?;
    Duration::try_from(span).map_err(|_| "a duration cannot be negative".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_with_a_unit() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("15m"), Ok(Duration::from_secs(900)));
        assert!(duration("15").is_err());
        assert!(duration("-15m").is_err());
    }
}
