//! `orgctl notify`: tells people, and does nothing else of the plan.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use std::path::Path;

use super::rim::apply_run::{ApplyRun, People};
use super::rim::inputs::Config;
use super::rim::interrupts::Interrupts;
use super::rim::notice_delivery::{NoticeDelivery, cannot_write};
use super::rim::output::Output;
use super::rim::session::{Connected, Session};
use super::rim::{confirm, environment};
use crate::error::{CommandError, Exit};
use crate::plan::value::{Plan, Stage};
use crate::report::notice::{Notice, Row};
use crate::report::{outcome, text};

/// Options of `notify`.
#[derive(Args, Debug)]
pub(crate) struct NotifyArgs {
    /// Of what
    pub(crate) of: NoticeOf,
    /// Only write what they would read to this folder: nobody is told, and nothing is recorded
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) preview: Option<PathBuf>,
    /// Do not ask before telling them
    #[arg(long, conflicts_with = "preview")]
    pub(crate) auto_approve: bool,
}

/// Of what people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NoticeOf {
    /// What will happen to them
    Before,
    /// What is left for them to do
    After,
}

pub(super) async fn run(
    session: &Session,
    args: &NotifyArgs,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let Some(config) = session.load_config(output)? else {
        return Ok(Exit::Usage);
    };
    if config.resolved.desired.notices.is_none() {
        let path = session.config_path().display();
        return Err(
            CommandError::new(Exit::Usage, format!("{path} has no section [notices]"))
                .help("add `[notices]` and below it for example `deliver = \"files\"`"),
        );
    }
    let stage = match args.of {
        NoticeOf::Before => Stage::Announce,
        NoticeOf::After => Stage::Inform,
    };
    let store = session.store(&config.resolved)?;
    let connected = session.connect(&config, output).await?;
    let result = match &args.preview {
        Some(folder) => preview(session, (&config, &connected), stage, folder, output).await,
        None => match session.lock(&store, "notify", output).await {
            Ok(lock) => {
                let run = ApplyRun {
                    session,
                    config: &config,
                    connected: &connected,
                    store: &store,
                };
                let result = notify(&run, stage, args.auto_approve, output).await;
                lock.release().await;
                result
            }
            Err(error) => Err(error),
        },
    };
    connected.close().await?;
    result
}

async fn notify(
    run: &ApplyRun<'_>,
    stage: Stage,
    auto_approve: bool,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let mut inputs = run.session.read_inputs(run.config, run.connected).await?;
    let plan = run.config.plan(&inputs);
    run.take_in(&mut inputs, output).await?;
    let only = plan.only(stage);
    output.data(&text::plan(&only, output.look))?;
    if plan.is_refused() {
        return Ok(Exit::Refused);
    }
    waiting(&plan, &only, stage, output);
    if only.is_empty() {
        return Ok(Exit::Done);
    }
    let people = only.steps().count();
    let question = match people {
        1 => "Tell 1 person?".to_owned(),
        _ => format!("Tell {people} people?"),
    };
    if !auto_approve && !confirm::ask(&question)? {
        output.talk("Nobody was told.");
        return Ok(Exit::Failure);
    }
    let interrupts = Interrupts::watch();
    let people = People {
        wait: None,
        interrupts: &interrupts,
    };
    let summary = run.carry_out(only, inputs, people, output).await?;
    let look = output.look;
    output.data(&outcome::outcome(
        &summary,
        &crate::error::advice_on_step,
        look,
    ))?;
    Ok(if summary.is_complete() {
        Exit::Done
    } else {
        Exit::Partial
    })
}

/// Says of whom it is too early to be told.
fn waiting(plan: &Plan, only: &Plan, stage: Stage, output: &mut Output) {
    let all = steps_of(plan, stage).count();
    let early = all - only.steps().count();
    if early > 0 {
        output.talk(&format!(
            "{early} of {all} are told once what they are told of is done: `orgctl apply` does both."
        ));
    }
}

fn steps_of(plan: &Plan, stage: Stage) -> impl Iterator<Item = &crate::plan::value::Step> {
    plan.stages
        .iter()
        .filter(move |steps| steps.stage == stage)
        .flat_map(|steps| &steps.steps)
}

/// Everything that would be told, for the administrator to look at.
async fn preview(
    session: &Session,
    (config, connected): (&Config, &Connected),
    stage: Stage,
    folder: &Path,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let inputs = session.read_inputs(config, connected).await?;
    let resolved = &config.resolved;
    let plan = crate::plan::plan(
        &resolved.desired,
        &inputs.live,
        &inputs.state,
        &resolved.guards,
    );
    if plan.is_refused() {
        output.data(&text::plan(&plan.only(stage), output.look))?;
        return Ok(Exit::Refused);
    }
    let letters = NoticeDelivery::new(session, config, &connected.services, &plan.header);
    let mut rows = Vec::new();
    for step in steps_of(&plan, stage) {
        let Some(notice) = Notice::of(step) else {
            continue;
        };
        letters
            .write(folder, &notice, environment::now())
            .map_err(|(path, error)| cannot_write(&path, &error))?;
        let after = step.change.after();
        rows.extend(after.and_then(|after| Row::of(&step.address, after, None)));
    }
    if !rows.is_empty() {
        letters.write_summary(folder, &rows)?;
    }
    output.data(&format!(
        "{}: {} written. Nobody was told and nothing was recorded.\n",
        folder.display(),
        match rows.len() {
            1 => "1 notice".to_owned(),
            count => format!("{count} notices"),
        }
    ))?;
    Ok(Exit::Done)
}
