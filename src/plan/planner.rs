//! The planner itself.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::decide;
use super::kinds::mapping::{self, Mappings};
use super::kinds::notice::Outlook;
use super::kinds::{
    self, Part, access, connection, directory_user, invitation, notice, policy, removal, revocation,
};
use super::rules::{self, Draft};
use super::value::{Change, Drift, DriftKind, Header, Plan, Reason, StageSteps, Step};
use crate::model::address::{Address, Kind};
use crate::model::attributes::Attributes;
use crate::model::desired::{Desired, Guards};
use crate::model::ids::{RemoteId, StorageKey};
use crate::model::live::Live;
use crate::state::value::{Entry, State};

/// Plans: what has to happen so that live becomes desired. No clock, no network, no chance: the same
/// input gives the same plan.
pub fn plan(desired: &Desired, live: &Live, state: &State, guards: &Guards) -> Plan {
    let context = Context::new(desired, live, state, guards);
    let removals = removal::part(&context);
    let mut let_go = no_longer_wanted(&context);
    let mut findings = rules::leave_out_synced(&context, &mut let_go);
    let leaving = leaving(&[&removals.steps, &let_go]);
    let (mappings, onto_directory) = if context.wants_tenant() {
        onto_directory(&context, leaving.clone())
    } else {
        (mapping::none(&context, leaving.clone()), Vec::new())
    };
    let mut steps = Vec::new();
    let connection = connection::part(&context);
    let notices = notices(
        &context,
        (&connection, &onto_directory),
        &mappings,
        &leaving,
    );
    let mut parts = vec![removals, connection, policy::part(&context), notices];
    parts.extend(onto_directory);
    for Part {
        steps: mut more_steps,
        findings: more_findings,
    } in parts
    {
        // They are sorted below; only the smaller ones are worth being moved.
        if more_steps.len() > steps.len() {
            std::mem::swap(&mut steps, &mut more_steps);
        }
        steps.append(&mut more_steps);
        findings.extend(more_findings);
    }
    findings.extend(rules::leave_out_synced(&context, &mut steps));
    let drift = drift(&context, &steps);
    let spoken_of: BTreeSet<&Address> = steps.iter().map(|step| &step.address).collect();
    let_go.retain(|step| !spoken_of.contains(&step.address));
    steps.extend(let_go);
    // An address is there once; a sort that is stable would take half of the room again.
    steps.sort_unstable_by(|one, other| one.address.cmp(&other.address));
    connection::wait_for_owners(&context, &mut steps);
    let Mappings {
        covered,
        reachable,
        unmapped,
        ..
    } = &mappings;
    let whole = Draft {
        context: &context,
        covered,
        reachable,
        unmapped,
        leaving: &leaving,
        steps: &steps,
    };
    findings.extend(rules::findings(&whole));
    findings.sort();
    findings.dedup();
    Plan {
        header: header(&context),
        stages: into_stages(steps),
        findings,
        drift,
        facts: BTreeMap::new(),
    }
}

pub(super) fn header(context: &Context<'_>) -> Header {
    Header {
        organization: context.live.organization.name.clone(),
        tenant: context.live.directory.tenant,
        tenant_name: context.live.directory.display_name.clone(),
        connection: context.live.organization.connection,
        members: rules::count(context.live.members.len()),
        lineage: context.state.lineage,
        serial: context.state.serial,
        lead_days: context
            .desired
            .notices
            .as_ref()
            .map(|notices| notices.lead_days),
        undo: None,
    }
}

/// Whom to tell of what the plan does to them. Who leaves a tenant for none is told nothing here: there
/// is no directory account to tell them of.
fn notices(
    context: &Context<'_>,
    (connection, onto_directory): (&Part, &[Part]),
    mappings: &Mappings,
    leaving: &BTreeSet<StorageKey>,
) -> Part {
    if !context.wants_tenant() {
        return Part::default();
    }
    let steps = onto_directory.iter().flat_map(|part| &part.steps);
    let mapped: Vec<&Step> = steps
        .filter(|step| step.address.kind() == Kind::Mapping)
        .collect();
    notice::part(
        context,
        &Outlook {
            connects: connection.steps.iter().any(|step| step.change.writes()),
            mappings: &mapped,
            reachable: &mappings.reachable,
            leaving,
        },
    )
}

/// What `[members]` and `[guests]` want of the directory, what has to go before, and whom that leaves
/// where.
fn onto_directory(context: &Context<'_>, leaving: BTreeSet<StorageKey>) -> (Mappings, Vec<Part>) {
    let revocations = revocation::part(context, &leaving);
    let mut mappings = mapping::mappings(context, leaving);
    let parts = vec![
        revocations,
        directory_user::part(context),
        invitation::part(context),
        std::mem::take(&mut mappings.part),
        access::part(context, &mappings.reachable),
    ];
    (mappings, parts)
}

/// Everybody whom steps take out of the organization.
fn leaving(parts: &[&[Step]]) -> BTreeSet<StorageKey> {
    let steps = parts.iter().copied().flatten();
    steps
        .filter_map(|step| match &step.change {
            Change::Create {
                after: Attributes::Removal(removal),
            } => Some(removal.member),
            Change::Remove { from, .. } => from.organization,
            Change::Create { .. }
            | Change::Update { .. }
            | Change::Adopt { .. }
            | Change::Forget { .. } => None,
        })
        .collect()
}

/// Steps in the order of their addresses are in the order of their stages already.
pub(super) fn into_stages(mut rest: Vec<Step>) -> Vec<StageSteps> {
    let stage_of = |step: &Step| step.address.kind().stage();
    let mut stages = Vec::new();
    while let Some(stage) = rest.first().map(stage_of) {
        let end = rest.partition_point(|step| stage_of(step) == stage);
        // What may be nearly everything is not moved.
        let steps = if end == rest.len() {
            std::mem::take(&mut rest)
        } else {
            rest.drain(..end).collect()
        };
        stages.push(StageSteps { stage, steps });
    }
    stages
}

/// Steps for what we own and org.toml no longer speaks of.
fn no_longer_wanted(context: &Context<'_>) -> Vec<Step> {
    let entries = context.state.entries.iter();
    let unwanted =
        entries.filter(|(address, _)| !(kinds::of(address.kind()).still_wanted)(context, address));
    unwanted
        .filter_map(|(address, entry)| let_go(context, address, entry))
        .collect()
}

fn let_go(context: &Context<'_>, address: &Address, entry: &Entry) -> Option<Step> {
    if context.is_left_behind(address.kind(), entry) {
        let before = entry.attributes.clone();
        let change = Change::Forget { before };
        return Some(without_line(address, change, Reason::TenantLeft, None));
    }
    let left_over = (kinds::of(address.kind()).left_over)(context, address, entry);
    let (change, reason) = decide::unwanted(left_over, &entry.attributes)?;
    let display_name = match &change {
        Change::Remove { id, .. } => display_name(context, *id),
        Change::Create { .. }
        | Change::Update { .. }
        | Change::Adopt { .. }
        | Change::Forget { .. } => None,
    };
    let display_name = display_name.map(str::to_owned);
    Some(without_line(address, change, reason, display_name))
}

fn without_line(
    address: &Address,
    change: Change,
    reason: Reason,
    display_name: Option<String>,
) -> Step {
    Step {
        address: address.clone(),
        change,
        reason,
        needs: Vec::new(),
        source: None,
        display_name,
    }
}

/// What a service calls the person behind an id.
fn display_name<'a>(context: &Context<'a>, id: RemoteId) -> Option<&'a str> {
    let user = |id| context.live.directory.users.get(&id);
    let user = id.object_id().and_then(user).map(|user| &user.display_name);
    let member = |key| context.live.members.get(&key);
    let member = || id.storage_key().and_then(member).map(|it| &it.display_name);
    user.or_else(member).map(String::as_str)
}

/// What we applied and live shows otherwise. A line that changed in org.toml is no drift.
fn drift(context: &Context<'_>, steps: &[Step]) -> Vec<Drift> {
    steps
        .iter()
        .filter_map(|step| {
            let entry = context.state.entries.get(&step.address)?;
            if context.is_left_behind(step.address.kind(), entry) {
                return None;
            }
            let is_connection = step.address.kind() == Kind::Connection;
            let kind = match &step.change {
                Change::Create { .. } if step.address.kind().takes_away() => DriftKind::Changed,
                // The state says that no tenant backs the organization, or another one.
                Change::Create { after } if !after.is_same(&entry.attributes) && is_connection => {
                    return None;
                }
                Change::Create { .. } => DriftKind::Gone,
                Change::Update { before, .. } if !before.is_same(&entry.attributes) => {
                    DriftKind::Changed
                }
                Change::Update { .. }
                | Change::Adopt { .. }
                | Change::Remove { .. }
                | Change::Forget { .. } => return None,
            };
            Some(Drift {
                address: step.address.clone(),
                kind,
            })
        })
        .collect()
}
