//! `directory_groups_lost`: the directory changes, and with it go its groups and the rules on them.
//! Apply saves them first, in a file beside the state that ends in `.groups.json`.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::words::Names;
use super::{Check, Draft, Finding, Remark, Rule, Severity, Topic, count};

/// Groups of the directory, which a change of directory destroys with all that they were given.
#[derive(
    Error, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[error(
    "{groups} groups of the directory and {rules} rules on them cease to exist in the \
     organization: {names}",
    names = Names(.named, usize::try_from(*.groups).unwrap_or(usize::MAX))
)]
pub struct DirectoryGroupsLost {
    /// How many.
    pub groups: u32,
    /// How many group rules are on them.
    pub rules: u32,
    /// The names of the first of them.
    pub named: BTreeSet<String>,
}

impl Remark for DirectoryGroupsLost {
    const RULE: Rule = Rule {
        code: "directory_groups_lost",
        topic: Topic::Organization,
        severity: Severity::Warning,
        unless: &[],
        found_when: "the directory changes, and with it go its groups and the rules on them. Apply \
                     saves them first, in a file beside the state that ends in `.groups.json`",
        check: Check::Plan(check),
    };

    fn help(&self) -> &'static str {
        "apply first writes them to a file beside the state; give the access of each to groups of \
         the new directory afterwards"
    }
}

/// How many groups of the directory are named.
const NAMED_MAX: usize = 10;

/// A change of directory ends the old directory's groups in the organization, with every permission
/// and membership that they were given, and the rules on them.
fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let preflight = &draft.context.live.preflight;
    let groups = preflight.directory_groups.known();
    let Some(groups) = groups.filter(|groups| !groups.is_empty() && draft.changes_directory())
    else {
        return Vec::new();
    };
    let rules = preflight.group_rules.known();
    let names: BTreeSet<&String> = groups.values().collect();
    let found = DirectoryGroupsLost {
        groups: count(groups.len()),
        rules: count(rules.map_or(0, BTreeMap::len)),
        named: names.into_iter().take(NAMED_MAX).cloned().collect(),
    };
    vec![found.found(None)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::address::Address;
    use crate::model::attributes::{Attributes, ConnectionAttributes};
    use crate::model::desired::{ConnectWith, Guards};
    use crate::model::ids::{ObjectId, RemoteId, TenantId};
    use crate::model::live::Live;
    use crate::plan::context::Context;
    use crate::plan::rules::{Unread, Unreadable};
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
        let found = super::super::findings(&Draft {
            context: &context,
            covered: &nobody,
            reachable: &nobody,
            unmapped: &nobody,
            users: 0,
            leaving: &nobody,
            steps: &[step],
        });
        let about = ["directory_groups_lost", "unreadable"];
        let found = found.into_iter();
        found
            .filter(|finding| about.contains(&finding.evidence.rule()))
            .collect()
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
        let expected = Unreadable {
            what: Unread::DirectoryGroups,
            why: "answered 403".to_owned(),
        };
        assert_eq!(findings, [expected.found(None)]);
    }
}
