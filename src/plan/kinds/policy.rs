//! Policies of the organization: on or off, as the portal's switches show them.

use super::{Answers, Part};
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, PolicyAttributes};
use crate::model::ids::RemoteId;
use crate::model::policy::{Policy, switch};
use crate::plan::context::Context;
use crate::plan::decide::{self, LeftOver, Presence};
use crate::plan::live_index::LiveIndex;
use crate::plan::rules::{PolicyInverted, PolicyUnknown, Remark as _};
use crate::plan::undo::draft::UndoDraft;
use crate::plan::value::{Change, Fact, Facts, NoWayBack, Step};

pub(super) const ANSWERS: Answers = Answers {
    kind: Kind::Policy,
    rules: &[PolicyUnknown::RULE, PolicyInverted::RULE],
    still_wanted,
    left_over: |_, _, _| LeftOver::Final,
    facts,
    carried_out,
    way_back: |_| Ok(take_back),
};

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
        let presence = if enabled == line.enabled {
            Presence::Equal(id)
        } else if policy.is_named_inversely() && !context.desired.write_inverted_policies {
            let to = line.enabled;
            part.findings
                .push(PolicyInverted { policy, to }.found(place));
            continue;
        } else {
            Presence::Differs(id, at(enabled))
        };
        let address = Address::policy(policy);
        let owned = context.state.entries.contains_key(&address);
        if let Some((change, reason)) = decide::wanted(presence, owned, || at(line.enabled)) {
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

const fn at(enabled: bool) -> Attributes {
    Attributes::Policy(PolicyAttributes { enabled })
}

fn still_wanted(context: &Context<'_>, address: &Address) -> bool {
    Policy::named(address.key())
        .is_some_and(|policy| context.desired.policies.contains_key(&policy))
}

fn facts(index: &LiveIndex<'_>, step: &Step) -> Facts {
    let policy = Policy::named(step.address.key());
    let stands = policy.and_then(|policy| index.live.policies.get(&policy));
    let mut facts = Facts::default();
    facts.put(
        Fact::Policy,
        stands.map_or("not known", |enabled| switch(*enabled)),
    );
    facts
}

fn carried_out(index: &LiveIndex<'_>, address: &Address, wanted: &Attributes) -> Option<RemoteId> {
    let policy = Policy::named(address.key())?;
    let is_so = index.live.policies.get(&policy) == Some(&wanted.policy()?.enabled);
    is_so.then_some(RemoteId::Policy(policy))
}

fn take_back(draft: &mut UndoDraft<'_>, step: &Step) -> Result<(), NoWayBack> {
    let before = step.change.before().and_then(Attributes::policy);
    let after = step.change.after().and_then(Attributes::policy);
    let policy = Policy::named(step.address.key());
    let (Some(before), Some(after), Some(policy)) = (before, after, policy) else {
        return Ok(());
    };
    let now = draft.context.live.policies.get(&policy);
    let now = *now.ok_or(NoWayBack::NotTold)?;
    // It is on or off: what is not as it was before is as the run left it.
    if now == before.enabled || now != after.enabled {
        return Ok(());
    }
    if policy.is_named_inversely() && !draft.context.desired.write_inverted_policies {
        let to = switch(before.enabled).to_owned();
        return Err(NoWayBack::NeedsConsent { to });
    }
    let change = Change::Update {
        id: RemoteId::Policy(policy),
        before: at(now),
        after: at(before.enabled),
    };
    draft.put(step.address.clone(), change, None);
    Ok(())
}
