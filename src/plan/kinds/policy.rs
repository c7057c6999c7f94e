//! Policies of the organization: on or off, as the portal's switches show them.

use super::Part;
use crate::model::address::Address;
use crate::model::attributes::{Attributes, PolicyAttributes};
use crate::model::ids::RemoteId;
use crate::plan::context::Context;
use crate::plan::decide::{self, Standing};
use crate::plan::rules::{PolicyInverted, PolicyUnknown, Remark as _};
use crate::plan::value::Step;

/// A policy always exists, so it is never missing: either it stands as wanted or it is switched.
pub(in crate::plan) fn part(context: &Context<'_>) -> Part {
    let mut part = Part::default();
    for (&policy, line) in &context.desired.policies {
        let place = Some(&line.place);
        let Some(&enabled) = context.live.policies.get(&policy) else {
            part.findings.push(PolicyUnknown { policy }.found(place));
            continue;
        };
        let id = RemoteId::Policy(policy);
        let at = |enabled| Attributes::Policy(PolicyAttributes { enabled });
        let standing = if enabled == line.enabled {
            Standing::Equal(id)
        } else if policy.is_named_inversely() && !context.desired.write_inverted_policies {
            let to = line.enabled;
            part.findings
                .push(PolicyInverted { policy, to }.found(place));
            continue;
        } else {
            Standing::Differs(id, at(enabled))
        };
        let address = Address::policy(policy);
        let owned = context.state.entries.contains_key(&address);
        if let Some((change, reason)) = decide::wanted(standing, owned, || at(line.enabled)) {
            part.steps.push(Step {
                address,
                change,
                reason,
                needs: vec![context.connection_address()],
                source: Some(line.place.clone()),
                display_name: None,
            });
        }
    }
    part
}
