//! `orgctl plan`: refresh, plan, print. Sends nothing but reads.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::rim::global::Format;
use super::rim::inputs::{Config, with_sight};
use super::rim::output::Output;
use super::rim::run_records::RunRecords;
use super::rim::session::{Connected, Session};
use super::rim::{files, replan};
use crate::error::{CommandError, Exit};
use crate::model::ids::Digest;
use crate::plan::value::Plan;
use crate::report::recovery::recovery;
use crate::report::sanitize::clean;
use crate::report::{markdown, text};
use crate::state::lock::holder::Holder;

/// Options of `plan`.
#[derive(Args, Debug)]
pub(crate) struct PlanArgs {
    /// Save the plan, for `apply FILE`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
    /// How to print it
    #[arg(long, default_value = "text")]
    pub(crate) format: Format,
    /// Exit with 2 when there are changes
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Plan what takes an earlier apply back, as far as it has a way back; apply names its run at the
    /// end
    #[arg(long, value_name = "RUN")]
    pub(crate) undo: Option<String>,
}

pub(super) async fn run(
    session: &Session,
    args: &PlanArgs,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let Some(mut config) = session.load_config(output)? else {
        return Ok(Exit::Usage);
    };
    if let Some(run) = &args.undo {
        config.undoes = Some(RunRecords::of(session, &config).find(run)?);
    }
    let connected = session.connect(&config, output).await?;
    let planned = make(session, &config, &connected, output).await;
    connected.close().await?;
    let plan = planned?;
    output.data(&render(&plan, &config.digest, args.format, output))?;
    if let Some(path) = &args.out {
        files::write(path, &crate::plan::file::encode(&plan, &config.digest))?;
        output.talk(&if plan.is_refused() {
            format!("Saved to {}, although it is refused.", path.display())
        } else {
            format!("Saved. Apply it with `orgctl apply {}`.", path.display())
        });
    }
    Ok(match (plan.is_refused(), plan.is_empty()) {
        (true, _) => Exit::Refused,
        (false, false) if args.detailed_exitcode => Exit::Changes,
        (false, _) => Exit::Done,
    })
}

/// Reads everything and plans.
pub(super) async fn make(
    session: &Session,
    config: &Config,
    connected: &Connected,
    output: &mut Output,
) -> Result<Plan, CommandError> {
    let inputs = session.read_inputs(config, connected).await?;
    if let Some(recovered) = &inputs.recovered {
        if let Some(who) = at_work(session, config).await {
            output.talk(&format!(
                "An apply is running: {}. This plan is of the moment.",
                clean(&who)
            ));
            return Ok(with_sight(config.plan(&inputs), &inputs.live));
        }
        output.talk(&recovery(recovered, "the plan takes that in"));
    }
    let (inputs, plan) = replan::plan(session, config, connected, inputs, output).await?;
    Ok(with_sight(plan, &inputs.live))
}

/// Who is applying at this moment.
async fn at_work(session: &Session, config: &Config) -> Option<String> {
    let store = session.store(&config.resolved).ok()?;
    // Whether somebody can be named is a courtesy; the plan does not depend on it.
    let holder = store.holder().await.ok()??;
    Some(match holder {
        Holder::Named(info) => info.to_string(),
        Holder::Unnamed => "somebody".to_owned(),
    })
}

/// A plan in one of its forms.
pub(super) fn render(plan: &Plan, digest: &Digest, format: Format, output: &Output) -> String {
    match format {
        Format::Text => text::plan(plan, output.look),
        Format::Json => crate::plan::file::encode(plan, digest),
        Format::Markdown => markdown::plan(plan),
    }
}
