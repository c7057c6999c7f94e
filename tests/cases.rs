//! Plans of whole situations: each folder of `tests/cases` holds an org.toml, a live.json and perhaps
//! a state.json, and the plan that follows as text, JSON and Markdown.
//!
//! To take over changed goldens after reading them: `INSTA_UPDATE=always cargo test cases`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use orgctl::model::ids::Digest;
use orgctl::model::live::Live;
use orgctl::plan::value::Plan;
use orgctl::report::style::{Detail, Look};
use orgctl::report::{markdown, text};
use orgctl::state::codec;
use orgctl::state::value::State;
use serde_json::Value;

use crate::support::project::SECRETS;

/// The folders of all cases.
fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut folders: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    folders
}

fn plan_of(folder: &Path) -> Plan {
    let read = |name: &str| fs::read_to_string(folder.join(name));
    let config = orgctl::config::load("org.toml", &read("org.toml").unwrap())
        .unwrap_or_else(|mistakes| panic!("{}: {mistakes:?}", folder.display()));
    let live: Live = serde_json::from_str(&read("live.json").unwrap()).unwrap();
    let state = read("state.json").map_or(State::unsaved(), |text| codec::decode(&text).unwrap());
    orgctl::plan::plan(&config.desired, &live, &state, &config.guards)
}

#[test]
fn every_case_gives_its_plan() {
    let folders = folders();
    assert!(folders.len() >= 12, "only {} cases", folders.len());
    for folder in folders {
        let plan = plan_of(&folder);
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let detailed = Look {
            detail: Detail::Full,
            ..Look::PLAIN
        };
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(name);
        settings.bind(|| {
            insta::assert_snapshot!("text", text::plan(&plan, Look::PLAIN));
            insta::assert_snapshot!("full", text::plan(&plan, detailed));
            insta::assert_snapshot!("markdown", markdown::plan(&plan));
            let digest = Digest::new("0".repeat(64));
            insta::assert_snapshot!("json", orgctl::plan::file::encode(&plan, &digest));
        });
    }
}

/// For each rule a case in which it nearly finds something.
const NEARLY: [(&str, &str); 51] = [
    ("administrator_by_group", "caller_owns"),
    ("caller_may_be_locked_out", "change_directory"),
    ("caller_not_administrator", "caller_administers_by_nesting"),
    ("caller_not_member", "caller_application_connected"),
    ("caller_removed", "removals_at_the_guard"),
    ("connected_elsewhere", "change_directory"),
    ("connection_unknown", "nothing_readable"),
    ("creation_restricted", "creation_allowed"),
    ("credentials_unknown", "keys_and_tokens_revoked"),
    ("directory_groups_lost", "disconnect_owner_at_work"),
    ("disconnected_elsewhere", "disconnect"),
    ("group_access_lost", "change_owner_at_work"),
    ("group_only", "change_directory"),
    ("groups_keep_access", "removals_at_the_guard"),
    ("guest_domain_refused", "guest_domain_below_a_refused_one"),
    ("guest_is_member", "guest_already_there"),
    ("invitation_refused", "invitations_by_an_inviter"),
    ("keeps_access", "removed_under_the_new_name"),
    ("lines_wait", "disconnect_owner_at_work"),
    ("message_left_out", "application_with_sender"),
    ("no_administrator_left", "one_administrator_left"),
    ("no_sender", "application_with_sender"),
    ("not_in_organization", "removed_under_the_new_name"),
    ("not_mapped", "too_many_users_after_removals"),
    ("own_domain_guest", "employee_as_guest"),
    ("owner_locked_out", "owner_mapped"),
    ("owner_may_not_be_personal", "disconnect"),
    ("owner_not_personal", "disconnect"),
    ("owner_unknown", "change_directory"),
    ("policy_inverted", "policies_switched"),
    ("policy_unknown", "policies_switched"),
    ("protected_removal", "lines_gone_protected"),
    ("same_user", "removed_under_the_old_name"),
    ("shared_principal_name", "shared_mail"),
    ("sign_in_lost", "disconnected_by_hand"),
    ("sign_in_remains", "disconnected_by_hand"),
    ("sign_in_uncertain", "disconnected_by_hand"),
    ("soft_deleted", "soft_deleted_and_made_anew"),
    ("still_comes_in", "group_only"),
    ("synced_user", "synced_guest_leaves_the_organization_only"),
    ("target_active", "target_active_is_removed"),
    ("target_disabled", "target_disabled_after"),
    ("target_missing", "everything"),
    ("tenant_unsuitable", "tenant_of_employees"),
    ("too_few_licences", "licences_just_enough"),
    ("too_large_removal_share", "removals_at_the_guard"),
    ("too_many_removals", "removals_at_the_guard"),
    ("too_many_users", "too_many_users_all_match"),
    ("uncovered", "unmanaged_left_alone"),
    ("unknown_project", "projects"),
    ("unreadable", "nothing_readable_nothing_to_do"),
];

#[test]
fn every_rule_has_a_case_in_which_it_finds_nothing_though_nearly() {
    let named: BTreeSet<String> = NEARLY.iter().map(|(rule, _)| (*rule).to_owned()).collect();
    assert_eq!(named, rules());
    for (rule, case) in NEARLY {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/cases")
            .join(case);
        let findings = plan_of(&folder).findings;
        let found = findings
            .iter()
            .any(|finding| finding.evidence.rule() == rule);
        assert!(!found, "{rule} in {case}");
    }
}

/// Every rule, by the schema of a plan.
pub(crate) fn rules() -> BTreeSet<String> {
    let text = include_str!("../schemas/plan.schema.json");
    let schema: Value = serde_json::from_str(text).unwrap();
    let mut rules = BTreeSet::new();
    let mut open = vec![&schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(map) => {
                rules.extend(
                    map.get("rule")
                        .and_then(|rule| Some(rule["const"].as_str()?.into())),
                );
                open.extend(map.values());
            }
            Value::Array(items) => open.extend(items),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    assert!(rules.len() > 30, "{rules:?}");
    rules
}

#[test]
fn every_rule_has_a_case_and_a_line_in_the_docs() {
    let mut found = BTreeSet::new();
    for folder in folders() {
        let findings = plan_of(&folder).findings;
        found.extend(findings.iter().map(|one| one.evidence.rule().to_owned()));
    }
    assert_eq!(found, rules());
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/findings.md"));
    let page = page.unwrap();
    let quoted = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let documented = quoted.filter_map(|line| line.split('`').next().map(str::to_owned));
    assert_eq!(documented.collect::<BTreeSet<_>>(), rules());
}

#[test]
fn a_plan_depends_on_nothing_but_its_input() {
    for folder in folders() {
        assert_eq!(plan_of(&folder), plan_of(&folder), "{}", folder.display());
    }
}

#[test]
fn no_golden_holds_a_secret() {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")];
    let mut goldens = 0;
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "snap") {
                goldens += 1;
                let text = fs::read_to_string(&path).unwrap();
                for secret in SECRETS {
                    assert!(!text.contains(secret), "{secret} is in {}", path.display());
                }
            }
        }
    }
    assert!(goldens > 400, "only {goldens} goldens");
}
