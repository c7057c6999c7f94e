//! Rules about the organization: what its size, its licences and its groups allow.

use std::collections::{BTreeMap, BTreeSet};

use super::{Draft, count, unread, whole};
use crate::model::access::EffectiveLevel;
use crate::model::address::Kind;
use crate::model::attributes::Attributes;
use crate::model::desired::Unlisted;
use crate::model::live::Connection;
use crate::model::preflight::Readable;
use crate::plan::finding::{Evidence, Finding, Severity, Unread};

/// Above the limit the service connects and matches, and maps nobody. Whoever would have to be
/// mapped is left out of the plan; connecting then locks them out, and that takes consent.
pub(super) fn is_not_too_large_for_mapping(draft: &Draft<'_>) -> Vec<Finding> {
    let Draft {
        context,
        unmapped,
        leaving,
        ..
    } = draft;
    if unmapped.is_empty() {
        return Vec::new();
    }
    let severity = match context.guards.unmapped_users {
        Unlisted::Refuse if !context.is_connected() => Severity::Fatal,
        Unlisted::Refuse | Unlisted::Warn => Severity::Blocked,
    };
    let users = context.live.members.len().saturating_sub(leaving.len());
    let evidence = Evidence::TooManyUsers {
        users: count(users),
        limit: context.guards.max_users,
        unmapped: count(unmapped.len()),
    };
    vec![whole(severity, evidence)]
}

/// A level that costs the organization a licence of its own. A Visual Studio subscription is the
/// person's.
const PAID: [EffectiveLevel; 2] = [EffectiveLevel::Basic, EffectiveLevel::BasicTestPlans];

/// The service refuses a level that it has no licence for, person by person, and says so in a code.
pub(super) fn has_licences_enough(draft: &Draft<'_>) -> Vec<Finding> {
    let balance = balance(draft);
    let needed = |level: EffectiveLevel| {
        let needed = balance.get(&level).copied().unwrap_or_default();
        u32::try_from(needed).ok().filter(|needed| *needed > 0)
    };
    if PAID.iter().all(|level| needed(*level).is_none()) {
        return Vec::new();
    }
    let licences = match &draft.context.live.preflight.licences {
        Readable::NotAsked => return Vec::new(),
        Readable::Unknown { why } => return vec![unread(Unread::Licences, why)],
        Readable::Known(licences) => licences,
    };
    PAID.iter()
        .filter_map(|level| {
            let (level, needed) = (*level, needed(*level)?);
            let available = licences.get(&level)?.available;
            let evidence = Evidence::TooFewLicences {
                level,
                needed,
                available,
            };
            (needed > available).then(|| whole(Severity::Warning, evidence))
        })
        .collect()
}

/// How many licences of each level the plan assigns, less those that it frees.
fn balance(draft: &Draft<'_>) -> BTreeMap<EffectiveLevel, i64> {
    let mut balance: BTreeMap<EffectiveLevel, i64> = BTreeMap::new();
    let mut count = |level, by| *balance.entry(level).or_default() += by;
    for step in draft.steps {
        if step.address.kind() != Kind::Access || !step.change.writes() {
            continue;
        }
        for (side, by) in [(step.change.before(), -1), (step.change.after(), 1)] {
            if let Some(Attributes::Access(access)) = side {
                count(access.level, by);
            }
        }
    }
    let members = &draft.context.live.members;
    let leaving = draft.leaving.iter();
    for member in leaving.filter_map(|key| members.get(key)) {
        count(member.access, -1);
    }
    balance
}

/// How many groups of the directory are named.
const NAMED_MAX: usize = 10;

/// A change of directory ends the old directory's groups in the organization, with every permission
/// and membership that they were given, and the rules on them.
pub(super) fn keeps_its_directory_groups(draft: &Draft<'_>) -> Vec<Finding> {
    let live = draft.context.live;
    let has_directory = matches!(live.organization.connection, Connection::Tenant(_));
    if !has_directory || !draft.changes_connection() {
        return Vec::new();
    }
    let preflight = &live.preflight;
    let mut findings = Vec::new();
    let whys = [
        preflight.directory_groups.why_unknown(),
        preflight.group_rules.why_unknown(),
    ];
    if let Some(why) = whys.into_iter().flatten().next() {
        findings.push(unread(Unread::DirectoryGroups, why));
    }
    let groups = preflight.directory_groups.known();
    let rules = preflight.group_rules.known();
    let names: BTreeSet<&String> = groups.iter().flat_map(|groups| groups.values()).collect();
    let evidence = Evidence::DirectoryGroupsLost {
        groups: count(groups.map_or(0, BTreeMap::len)),
        rules: count(rules.map_or(0, BTreeMap::len)),
        named: names.into_iter().take(NAMED_MAX).cloned().collect(),
    };
    if groups.is_some_and(|groups| !groups.is_empty()) {
        findings.push(whole(Severity::Warning, evidence));
    }
    findings
}
