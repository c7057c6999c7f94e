//! A plan that does nothing again: what orgctl did a moment ago and the services do not show yet is
//! waited for, with a bound.

use std::time::Duration;

use tokio::time::sleep;

use super::environment;
use super::inputs::{Config, Inputs};
use super::output::Output;
use super::session::{Connected, Session};
use crate::apply::is_too_early;
use crate::error::CommandError;
use crate::plan::value::Plan;

/// How long to wait before reading again, each time; together a quarter of a minute. Both services
/// show some changes late, mostly by seconds.
pub(crate) const PAUSES: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];

/// Plans from what was read, or from what shows a little later.
pub(crate) async fn plan(
    session: &Session,
    config: &Config,
    connected: &Connected,
    inputs: Inputs,
    output: &mut Output,
) -> Result<(Inputs, Plan), CommandError> {
    let mut inputs = inputs;
    let mut plan = config.plan(&inputs);
    for (n, pause) in PAUSES.into_iter().enumerate() {
        let recovered = inputs.recovered.as_ref();
        if !is_too_early(&plan, &inputs.state, recovered, environment::now()) {
            break;
        }
        if n == 0 {
            output.talk("Waiting until the services show what was done a moment ago.");
        }
        sleep(pause).await;
        inputs = session.read_inputs(config, connected).await?;
        plan = config.plan(&inputs);
    }
    Ok((inputs, plan))
}
