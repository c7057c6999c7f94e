//! The page about safety: every test that it names is there, and it forgets none of those that stop an
//! apply.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every `file::test` of the page.
fn mentioned() -> BTreeSet<(String, String)> {
    let page = fs::read_to_string(root().join("docs/safety.md")).unwrap();
    let quoted = page.split('`').skip(1).step_by(2);
    quoted
        .filter_map(|text| text.rsplit_once("::"))
        .map(|(file, test)| (file.to_owned(), test.to_owned()))
        // Where the page says how it names them.
        .filter(|(file, test)| file != "file" && test != "…")
        .collect()
}

/// The functions of a file that stand below an attribute of a test.
fn tests_of(path: &Path) -> Option<BTreeSet<String>> {
    let text = fs::read_to_string(path).ok()?;
    let mut tests = BTreeSet::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| is_test) {
            tests.insert(rest.split('(').next().unwrap().to_owned());
            is_test = false;
        }
    }
    Some(tests)
}

fn is_there(file: &str, test: &str) -> bool {
    let path = file.replace("::", "/");
    let places = ["tests", "src"].map(|folder| root().join(folder));
    let files = places.iter().flat_map(|folder| {
        let file = folder.join(format!("{path}.rs"));
        [file, folder.join(&path).join("mod.rs")]
    });
    let mut found = files.filter_map(|file| tests_of(&file));
    found.any(|tests| tests.contains(test))
}

#[test]
fn every_test_that_the_page_names_is_there() {
    let mentioned = mentioned();
    assert!(mentioned.len() > 30, "only {} are named", mentioned.len());
    let missing: Vec<_> = mentioned
        .iter()
        .filter(|(file, test)| !is_there(file, test))
        .collect();
    assert!(missing.is_empty(), "docs/safety.md names {missing:#?}");
}

#[test]
fn no_test_that_stops_an_apply_is_missing_on_the_page() {
    let mentioned = mentioned();
    for file in ["killed", "limits", "points"] {
        let path = root().join(format!("tests/crash/{file}.rs"));
        for test in tests_of(&path).unwrap() {
            // It is about the tests and not about orgctl.
            let is_ours = test == "the_sandbox_and_the_disk_are_the_same_for_the_same_run";
            let name = (format!("crash::{file}"), test);
            assert!(is_ours || mentioned.contains(&name), "{name:?}");
        }
    }
}
