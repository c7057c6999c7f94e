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

/// Every rule, by the schema of a plan.
fn rules() -> BTreeSet<String> {
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
