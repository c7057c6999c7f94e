//! The pages of docs/ that name tests: every test that they name is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::cases::rules;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).unwrap()
}

/// The files of Rust below a folder, by their path in it without the ending.
fn files(folder: &Path) -> BTreeMap<String, PathBuf> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(inner) = open.pop() {
        for entry in fs::read_dir(inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(folder).unwrap().with_extension("");
                files.insert(name.to_str().unwrap().to_owned(), path);
            }
        }
    }
    files
}

/// The tests of each file below a folder of tests.
fn tests(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let files = files(&root().join("tests").join(folder)).into_iter();
    files
        .map(|(name, path)| (name, names_of_tests(&fs::read_to_string(path).unwrap())))
        .filter(|(_, names)| !names.is_empty())
        .collect()
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

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Every `file::test` of a text, but for those with which a page says how it names them.
fn mentioned(text: &str) -> Vec<(&str, &str)> {
    let named = quoted(text).filter_map(|name| name.split_once("::"));
    named
        .filter(|(file, test)| *file != "file" && *test != "name")
        .collect()
}

#[test]
fn every_test_that_the_page_about_the_sandbox_names_is_there() {
    let tests = tests("sandbox");
    let page = page("sandbox.md");
    let mentioned = mentioned(&page);
    assert!(mentioned.len() > 100, "only {} are named", mentioned.len());
    let missing: Vec<_> = mentioned
        .iter()
        .filter(|(file, test)| !tests.get(*file).is_some_and(|names| names.contains(*test)))
        .collect();
    assert!(missing.is_empty(), "docs/sandbox.md names {missing:#?}");
}

#[test]
fn no_file_of_tests_is_missing_on_the_page_about_the_sandbox() {
    let page = page("sandbox.md");
    let mentioned: BTreeSet<&str> = mentioned(&page).into_iter().map(|(file, _)| file).collect();
    let tests = tests("sandbox");
    let forgotten: Vec<&String> = tests
        .keys()
        .filter(|file| !mentioned.contains(file.as_str()))
        .collect();
    assert!(
        forgotten.is_empty(),
        "docs/sandbox.md forgets {forgotten:?}"
    );
}

/// The tests of the program itself and those of tests/, each file by its path, as a page spells it.
fn everywhere() -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::<String, BTreeSet<String>>::new();
    let folders = [
        ("src", ""),
        ("crates/model/src", "model/"),
        ("crates/sandbox/src", "sandbox/"),
        ("tests", ""),
    ];
    for (folder, room) in folders {
        for (name, path) in files(&root().join(folder)) {
            let name = format!("{room}{name}");
            let name = name.trim_end_matches("/mod").replace('/', "::");
            let tests = names_of_tests(&fs::read_to_string(path).unwrap());
            all.entry(name).or_default().extend(tests);
        }
    }
    all
}

#[test]
fn every_promise_of_safety_is_proved() {
    let page = page("safety.md");
    let all = everywhere();
    let rows = rows(&page);
    assert!(rows.len() >= 30, "only {} promises", rows.len());
    for row in rows {
        let [promise, _, proof] = row[..] else {
            panic!("{row:?} has not three cells");
        };
        let proofs = quoted(proof).filter_map(|name| name.rsplit_once("::"));
        let proofs: Vec<_> = proofs.collect();
        assert!(!proofs.is_empty(), "nothing proves: {promise}");
        for (file, test) in proofs {
            let is_there = all.get(file).is_some_and(|names| names.contains(test));
            assert!(is_there, "{file}::{test} is not there: {promise}");
        }
    }
}

#[test]
fn no_test_that_stops_an_apply_is_missing_on_the_page_about_safety() {
    let page = page("safety.md");
    for (file, names) in tests("crash") {
        for test in names {
            // It is about the tests and not about orgctl.
            let is_ours = test == "the_sandbox_and_the_disk_are_the_same_for_the_same_run";
            let name = format!("`crash::{file}::{test}`");
            assert!(is_ours || page.contains(&name), "{name}");
        }
    }
}

/// The cells of each row of the tables of a page, without heads.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let mut rows = Vec::new();
    let mut is_body = false;
    for line in page.lines() {
        let Some(cells) = line
            .strip_prefix('|')
            .and_then(|rest| rest.strip_suffix('|'))
        else {
            is_body = false;
            continue;
        };
        if is_body {
            rows.push(cells.split('|').map(str::trim).collect());
        }
        is_body |= line.starts_with("|---");
    }
    rows
}

#[test]
fn every_instruction_is_done_by_something_that_a_test_proves() {
    let page = page("migration.md");
    let rows = rows(&page);
    assert!(rows.len() >= 55, "only {} instructions", rows.len());
    let all = tests("");
    let is_there = |(file, test): (&str, &str)| match file {
        "case" => root()
            .join("tests/cases")
            .join(format!("{test}.md"))
            .exists(),
        _ => [format!("cli/{file}"), file.to_owned()]
            .iter()
            .any(|file| all.get(file).is_some_and(|names| names.contains(test))),
    };
    for row in rows {
        let [_, instruction, means, proof] = row[..] else {
            panic!("{row:?} has not four cells");
        };
        assert!(!means.is_empty(), "nothing does: {instruction}");
        let proofs = mentioned(proof);
        assert!(!proofs.is_empty(), "nothing proves: {instruction}");
        for (file, test) in proofs {
            assert!(
                is_there((file, test)),
                "{file}::{test} is not there: {instruction}"
            );
        }
    }
}

#[test]
fn the_page_about_the_move_names_findings_and_steps_that_are() {
    let rules = rules();
    let page = page("migration.md");
    let steps = include_str!("../schemas/plan.schema.json");
    let is_step = |name: &str| steps.contains(&format!("\"{name}\""));
    // Keys of org.toml and the file of somebody else have a dot in them, or are told here.
    let is_name = |name: &&str| {
        let is_notice = name.starts_with("notice.");
        let is_plain = name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        (is_plain || is_notice) && *name != "lead_days"
    };
    let mut names = 0;
    for row in rows(&page) {
        for name in quoted(row[2]).filter(is_name) {
            assert!(
                rules.contains(name) || is_step(name),
                "{name} is no finding and no step"
            );
            names += 1;
        }
    }
    assert!(names > 50, "only {names}");
}
