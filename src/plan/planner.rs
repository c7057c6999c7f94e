//! The planner itself.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::decide;
use super::kinds::mapping::{self, Mappings};
use super::kinds::notice::Outlook;
use super::kinds::{self, Part, connection, notice, removal};
use super::resolver::Account;
use super::rules::{self, Draft, Finding};
use super::value::{Change, Drift, DriftKind, Header, Plan, Reason, StageSteps, Step};
use crate::model::address::{Address, Kind};
use crate::model::desired::{Desired, Guards};
use crate::model::ids::{RemoteId, StorageKey};
use crate::model::live::Live;
use crate::state::value::{Entry, State};

/// Plans: what has to happen so that live becomes desired. No clock, no network, no chance: the same
/// input gives the same plan.
pub fn plan(desired: &Desired, live: &Live, state: &State, guards: &Guards) -> Plan {
    let context = Context::new(desired, live, state, guards);

    // Who leaves is known first: nobody of them is mapped, told or given anything.
    let removals = removal::part(&context);
    let (let_go, synced) = no_longer_wanted(&context);
    let leaving = leaving(&[&removals.steps, &let_go]);

    let connection = connection::part(&context);
    let settings = kinds::settings(&context);
    let (mappings, onto_directory) = onto_directory(&context, &leaving);

    // People are told what the other parts do to them, so these are planned last.
    let notices = notices(
        &context,
        (&connection, &onto_directory),
        &mappings,
        &leaving,
    );

    let mut whole = Part::default();
    whole.extend([removals, connection]);
    whole.extend(settings);
    whole.extend([notices]);
    whole.extend(onto_directory);
    whole.findings.extend(synced);
    whole.leave_out_synced(&context);
    // Drift keeps the order of the parts. What is let go has none.
    let mut drift = drift(&context, &whole.steps);
    drift.extend(renamed(&context));
    whole.let_go(let_go);
    let Part {
        mut steps,
        mut findings,
    } = whole;
    steps.sort_unstable_by(|one, other| one.address.cmp(&other.address));
    connection::wait_for_owners(&context, &mut steps);

    // Rules look at the steps that are left, with what they wait for.
    findings.extend(rules::findings(&Draft {
        context: &context,
        covered: &mappings.covered,
        reachable: &mappings.reachable,
        unmapped: &mappings.unmapped,
        users: mappings.users,
        leaving: &leaving,
        steps: &steps,
    }));
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

impl Part {
    fn extend(&mut self, parts: impl IntoIterator<Item = Self>) {
        for Self { steps, findings } in parts {
            self.steps.extend(steps);
            self.findings.extend(findings);
        }
    }

    fn leave_out_synced(&mut self, context: &Context<'_>) {
        let findings = rules::leave_out_synced(context, &mut self.steps);
        self.findings.extend(findings);
    }

    /// Adds what is no longer wanted, where no other step speaks of the same.
    fn let_go(&mut self, mut let_go: Vec<Step>) {
        let spoken_of: BTreeSet<&Address> = self.steps.iter().map(|step| &step.address).collect();
        let_go.retain(|step| !spoken_of.contains(&step.address));
        self.steps.extend(let_go);
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
    let mapped: Vec<&Step> = steps.filter(|step| step.address.kind().maps()).collect();
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
fn onto_directory(context: &Context<'_>, leaving: &BTreeSet<StorageKey>) -> (Mappings, Vec<Part>) {
    if !context.wants_tenant() {
        return (mapping::none(context, leaving.clone()), Vec::new());
    }
    let mut mappings = mapping::mappings(context, leaving.clone());
    let parts = kinds::onto_directory(context, leaving, &mut mappings);
    (mappings, parts)
}

/// Everybody whom steps take out of the organization.
fn leaving(parts: &[&[Step]]) -> BTreeSet<StorageKey> {
    let steps = parts.iter().copied().flatten();
    steps
        .filter_map(|step| match &step.change {
            Change::Create { after } => Some(after.removal()?.member),
            Change::Remove { .. }
            | Change::Update { .. }
            | Change::Adopt { .. }
            | Change::Forget { .. } => step.change.taken_out(),
        })
        .collect()
}

/// Steps in the order of their addresses are in the order of their stages already.
pub(super) fn into_stages(steps: Vec<Step>) -> Vec<StageSteps> {
    let mut stages: Vec<StageSteps> = Vec::new();
    for step in steps {
        let stage = step.address.kind().stage();
        match stages.last_mut().filter(|last| last.stage == stage) {
            Some(last) => last.steps.push(step),
            None => stages.push(StageSteps {
                stage,
                steps: vec![step],
            }),
        }
    }
    stages
}

/// Steps for what we own and org.toml no longer speaks of, and findings where there can be none.
fn no_longer_wanted(context: &Context<'_>) -> (Vec<Step>, Vec<Finding>) {
    let entries = context.state.entries.iter();
    let unwanted =
        entries.filter(|(address, _)| !(kinds::of(address.kind()).still_wanted)(context, address));
    let mut steps = unwanted
        .filter_map(|(address, entry)| let_go(context, address, entry))
        .collect();
    let synced = rules::leave_out_synced(context, &mut steps);
    (steps, synced)
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

/// Accounts that we know and that have another name now.
fn renamed(context: &Context<'_>) -> Vec<Drift> {
    let accounts = context.roster.accounts();
    let renamed = accounts.filter_map(|(line, account)| {
        let Account::Renamed(found) = account else {
            return None;
        };
        let member = context.desired.members.get(line);
        let to = member.map_or(line, |member| &member.to);
        let of_account = [Kind::DirectoryUser, Kind::Invitation].map(|kind| (kind, to));
        let of_line = [Kind::Mapping, Kind::Access].map(|kind| (kind, line));
        let mut known = of_account.into_iter().chain(of_line);
        let (kind, name) = known.find(|(kind, name)| context.entry(*kind, name).is_some())?;
        Some(Drift {
            address: Address::of(kind, name),
            kind: DriftKind::Renamed,
            now: Some(found.user.name_in_config().clone()),
        })
    });
    renamed.collect()
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
                now: None,
            })
        })
        .collect()
}
