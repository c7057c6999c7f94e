//! Plans of whole situations: each file of `tests/cases` has an org.toml, what live has beyond a base
//! world, perhaps a state, and the plan that follows as text. Those that together show every field have
//! it in the other forms too, in `tests/cases/goldens`.
//!
//! To take over changed goldens after reading them: `INSTA_UPDATE=always cargo test cases`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use orgctl::model::ids::Digest;
use orgctl::model::live::Live;
use orgctl::plan::value::Plan;
use orgctl::report::style::{Detail, Look};
use orgctl::report::{markdown, text};
use orgctl::state::codec;
use orgctl::state::value::State;
use serde_json::Value;

use crate::support::case::{Case, folder};
use crate::support::project::SECRETS;

pub(crate) fn plan_of(case: &Case) -> Plan {
    let config = orgctl::config::load("org.toml", &case.toml)
        .unwrap_or_else(|mistakes| panic!("{}: {mistakes:?}", case.name));
    let live: Live = serde_json::from_value(case.live.clone()).unwrap();
    let state = case.state.as_ref();
    let state = state.map_or(State::unsaved(), |text| codec::decode(text).unwrap());
    orgctl::plan::plan(&config.desired, &live, &state, &config.guards)
}

#[test]
fn every_case_gives_its_plan() {
    let cases = Case::all();
    assert!(cases.len() >= 130, "only {} cases", cases.len());
    let mut goldens = 0;
    for case in cases {
        let plan = plan_of(&case);
        let detailed = Look {
            detail: Detail::Full,
            ..Look::PLAIN
        };
        let digest = Digest::new("0".repeat(64));
        case.expect_plan(&text::plan(&plan, Look::PLAIN));
        let forms = [
            ("full.txt", text::plan(&plan, detailed)),
            ("markdown.md", markdown::plan(&plan)),
            ("json", orgctl::plan::file::encode(&plan, &digest)),
        ];
        let compared = forms.iter();
        goldens += compared
            .filter(|(form, plan)| case.expect_golden(form, plan))
            .count();
    }
    let files = fs::read_dir(folder().join("goldens")).unwrap();
    assert_eq!(goldens, files.count(), "a golden of no case or of no form");
}

#[test]
fn cases_name_the_rules_that_find_something_and_each_rule_has_one_where_it_nearly_does() {
    let mut nearly = BTreeSet::new();
    for case in Case::all() {
        let findings = plan_of(&case).findings;
        let found = findings.iter().map(|one| one.evidence.rule().to_owned());
        assert_eq!(found.collect::<BTreeSet<_>>(), case.finds, "{}", case.name);
        let both: Vec<_> = case.nearly.intersection(&case.finds).collect();
        assert!(both.is_empty(), "{both:?} in {}", case.name);
        nearly.extend(case.nearly);
    }
    assert_eq!(nearly, rules());
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
fn every_rule_has_a_case() {
    let found: BTreeSet<String> = Case::all()
        .into_iter()
        .flat_map(|case| case.finds)
        .collect();
    assert_eq!(found, rules());
}

#[test]
fn a_plan_depends_on_nothing_but_its_input() {
    for case in Case::all() {
        assert_eq!(plan_of(&case), plan_of(&case), "{}", case.name);
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
            } else if is_golden(&path) {
                goldens += 1;
                let text = fs::read_to_string(&path).unwrap();
                for secret in SECRETS {
                    assert!(!text.contains(secret), "{secret} is in {}", path.display());
                }
            }
        }
    }
    assert!(goldens > 200, "only {goldens} goldens");
}

fn is_golden(path: &Path) -> bool {
    path.starts_with(folder()) || path.extension().is_some_and(|ending| ending == "snap")
}
