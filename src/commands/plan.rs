//! `orgctl plan`: refresh, plan, print. Sends nothing but reads.

use super::files;
use super::output::Output;
use super::session::{Config, Connected, Session};
use crate::cli::{Format, PlanArgs};
use crate::error::{CommandError, Exit};
use crate::model::ids::Digest;
use crate::plan::value::Plan;
use crate::report::{markdown, text};

pub(super) async fn run(
    session: &Session,
    args: &PlanArgs,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let Some(config) = session.load_config(output)? else {
        return Ok(Exit::Usage);
    };
    let connected = session.connect(&config, output).await?;
    let planned = make(session, &config, &connected, output).await;
    connected.close().await?;
    let plan = planned?;
    output.data(&render(&plan, &config.digest, args.format, output))?;
    if let Some(path) = &args.out {
        files::write(path, &crate::plan::file::encode(&plan, &config.digest))?;
        output.talk(&format!(
            "Saved. Apply it with `orgctl apply {}`.",
            path.display()
        ));
    }
    Ok(match (plan.is_refused(), plan.is_empty()) {
        (true, _) => Exit::Refused,
        (false, false) if args.detailed_exitcode => Exit::Changes,
        (false, _) => Exit::Done,
    })
}

async fn make(
    session: &Session,
    config: &Config,
    connected: &Connected,
    output: &mut Output,
) -> Result<Plan, CommandError> {
    let inputs = session.read_inputs(config, connected).await?;
    if inputs.recovered.is_some() {
        output.talk("An earlier apply was cut short. The plan takes in what it had done.");
    }
    let resolved = &config.resolved;
    Ok(crate::plan::plan(
        &resolved.desired,
        &inputs.live,
        &inputs.state,
        &resolved.guards,
    ))
}

/// A plan in one of its forms.
pub(super) fn render(plan: &Plan, digest: &Digest, format: Format, output: &Output) -> String {
    match format {
        Format::Text => text::plan(plan, output.look),
        Format::Json => crate::plan::file::encode(plan, digest),
        Format::Markdown => markdown::plan(plan),
    }
}
