//! Policies: which switch is set to what.

use std::borrow::Cow;

use super::Wording;
use crate::model::address::Kind;
use crate::model::attributes::Attributes;
use crate::model::policy::{Policy, switch};
use crate::plan::value::{Change, Step};

pub(super) const WORDING: Wording = Wording {
    create: |_| "set",
    update: |_| "set",
    becomes: |policy, _| Some(Cow::Borrowed(stands(policy)?)),
    changes: |before, after, _| Some(format!("{} → {}", stands(before)?, stands(after)?).into()),
    fields: |policy| Some(vec![("policy", Some(Cow::Borrowed(stands(policy)?)))]),
    in_row: &["policy"],
    remarks: |step, _| spelling(step).into_iter().collect(),
    ..Wording::of(Kind::Policy)
};

/// How the switch stands.
fn stands(policy: &Attributes) -> Option<&'static str> {
    Some(switch(policy.policy()?.enabled))
}

/// The policy as the portal and the service spell it: its name could be taken for the opposite.
fn spelling(step: &Step) -> Option<Cow<'static, str>> {
    let policy = Policy::named(step.address.key())?;
    let title = policy.title();
    let name = policy.service_name();
    let values = raw_values(&step.change);
    Some(format!("\"{title}\" in the portal; {name} = {values}").into())
}

fn raw_values(change: &Change) -> String {
    let sides = [change.before(), change.after()].into_iter().flatten();
    let values = sides.filter_map(|side| Some(side.policy()?.enabled.to_string()));
    values.collect::<Vec<_>>().join(" → ")
}
