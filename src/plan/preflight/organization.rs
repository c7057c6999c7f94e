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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::address::Address;
    use crate::model::attributes::ConnectionAttributes;
    use crate::model::desired::{ConnectWith, Guards};
    use crate::model::ids::{ObjectId, RemoteId, TenantId};
    use crate::model::live::Live;
    use crate::plan::context::Context;
    use crate::plan::value::{Change, Reason, Step};
    use crate::state::value::State;

    const TOML: &str = "version = 1\n[organization]\nname = \"contoso\"\n[tenant]\n\
                        id = \"aaaabbbb-0000-4ccc-9111-dddd2222eeee\"\n";

    fn live(connection: &str, preflight: &str) -> Live {
        let key = "10000000-0000-4000-8000-000000000001";
        let text = format!(
            r#"{{"format_version":1,"organization":{{"id":"{key}","name":"contoso",
            "connection":{connection}}},"caller":{{"storage_key":"{key}",
            "principal_name":"ana@contoso.com"}},"members":{{}},"directory":{{
            "tenant":"aaaabbbb-0000-4ccc-9111-dddd2222eeee","display_name":"Contoso",
            "verified_domains":[],"users":{{}}}},"preflight":{preflight}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    /// What the rule finds when the organization is taken off its tenant, or only adopted.
    fn found(live: &Live, changes: bool) -> Vec<Finding> {
        let config = crate::config::load("org.toml", TOML).unwrap();
        let (state, guards) = (State::unsaved(), Guards::default());
        let context = Context::new(&config.desired, live, &state, &guards);
        let attributes = |tenant| {
            Attributes::Connection(ConnectionAttributes {
                tenant,
                connect_with: ConnectWith::Api,
            })
        };
        let tenant = TenantId::new(uuid::Uuid::from_u128(1));
        let id = RemoteId::TenantId(tenant);
        let change = if changes {
            Change::Update {
                id,
                before: attributes(Some(tenant)),
                after: attributes(None),
            }
        } else {
            let after = attributes(Some(tenant));
            Change::Adopt { id, after }
        };
        let step = Step {
            address: Address::connection(&config.desired.organization),
            change,
            reason: Reason::Differs,
            needs: Vec::new(),
            source: None,
            display_name: None,
        };
        let nobody = BTreeSet::new();
        keeps_its_directory_groups(&Draft {
            context: &context,
            covered: &nobody,
            reachable: &nobody,
            unmapped: &nobody,
            leaving: &nobody,
            steps: &[step],
        })
    }

    const TENANT: &str = r#"{"tenant":"bbbbcccc-1111-4ddd-8222-eeee3333ffff"}"#;

    #[test]
    fn a_change_of_directory_names_what_it_destroys() {
        let name = |n: u32| format!("Group {n:02}");
        let id = |n: u32| ObjectId::new(uuid::Uuid::from_u128(n.into()));
        let groups: BTreeMap<ObjectId, String> = (0..12).map(|n| (id(n), name(n))).collect();
        let preflight = serde_json::json!({
            "directory_groups": { "known": groups },
            "group_rules": { "known": { id(3).to_string(): "basic" } },
        });
        let live = live(TENANT, &preflight.to_string());
        let findings = found(&live, true);
        let [finding] = findings.as_slice() else {
            panic!("{findings:?}");
        };
        assert_eq!(finding.severity, Severity::Warning);
        let message = finding.evidence.to_string();
        assert!(
            message.starts_with(
                "12 groups of the directory and 1 rules on them cease to exist in the \
                 organization: Group 00, Group 01,"
            ),
            "{message}"
        );
        assert!(message.ends_with("Group 09 and 2 more"), "{message}");
        assert_eq!(found(&live, false), [], "nothing changes");
    }

    #[test]
    fn nothing_is_said_where_there_is_nothing_to_destroy() {
        let none = r#"{"directory_groups":{"known":{}},"group_rules":{"known":{}}}"#;
        assert_eq!(found(&live(TENANT, none), true), []);
        assert_eq!(found(&live("\"personal\"", none), true), []);
        assert_eq!(found(&live(TENANT, "{}"), true), []);
    }

    #[test]
    fn groups_that_cannot_be_read_are_not_taken_for_none() {
        let unknown = r#"{"directory_groups":{"unknown":{"why":"answered 403"}},
            "group_rules":{"unknown":{"why":"answered 401"}}}"#;
        let findings = found(&live(TENANT, unknown), true);
        let expected = unread(Unread::DirectoryGroups, "answered 403");
        assert_eq!(findings, [expected]);
    }
}
