//! Plans of whole situations: each folder of `tests/cases` holds an org.toml, a live.json and perhaps
//! a state.json, and the plan that follows as text, JSON and Markdown.
//!
//! To take over changed goldens after reading them: `INSTA_UPDATE=always cargo test cases`.

use std::fs;
use std::path::{Path, PathBuf};

use orgctl::model::ids::Digest;
use orgctl::model::live::Live;
use orgctl::plan::value::Plan;
use orgctl::report::style::{Detail, Look};
use orgctl::report::{markdown, text};
use orgctl::state::codec;
use orgctl::state::value::State;

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

#[test]
fn a_plan_depends_on_nothing_but_its_input() {
    for folder in folders() {
        assert_eq!(plan_of(&folder), plan_of(&folder), "{}", folder.display());
    }
}
