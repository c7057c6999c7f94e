//! The page about the sandbox: every test that it names is there, and it forgets no file of tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The tests of each file of tests/sandbox.
fn tests() -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sandbox");
    let mut tests = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            continue;
        }
        let names = names_of_tests(&fs::read_to_string(path).unwrap());
        if !names.is_empty() {
            tests.insert(name, names);
        }
    }
    tests
}

/// The functions that stand below an attribute of a test.
fn names_of_tests(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| is_test) {
            names.insert(rest.split('(').next().unwrap().to_owned());
            is_test = false;
        }
    }
    names
}

/// Every `file::test` of the page.
fn mentioned() -> Vec<(String, String)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sandbox.md");
    let page = fs::read_to_string(page).unwrap();
    let quoted = page.split('`').skip(1).step_by(2);
    let named = quoted.filter_map(|text| text.split_once("::"));
    named
        .map(|(file, test)| (file.to_owned(), test.to_owned()))
        // `file::test` itself, where the page says how it names them.
        .filter(|(file, _)| file != "file")
        .collect()
}

#[test]
fn every_test_that_the_page_names_is_there() {
    let tests = tests();
    let mentioned = mentioned();
    assert!(mentioned.len() > 100, "only {} are named", mentioned.len());
    let missing: Vec<_> = mentioned
        .iter()
        .filter(|(file, test)| !tests.get(file).is_some_and(|names| names.contains(test)))
        .collect();
    assert!(missing.is_empty(), "docs/sandbox.md names {missing:#?}");
}

#[test]
fn no_file_of_tests_is_missing_on_the_page() {
    let mentioned: BTreeSet<String> = mentioned().into_iter().map(|(file, _)| file).collect();
    let forgotten: Vec<String> = tests()
        .into_keys()
        .filter(|file| !mentioned.contains(file))
        .collect();
    assert!(
        forgotten.is_empty(),
        "docs/sandbox.md forgets {forgotten:?}"
    );
}
