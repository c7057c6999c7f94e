//! `docs/contributing.md`: the files that it names are there, and its tables are true for one rule and
//! one kind.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    fs::read_to_string(root().join("docs/contributing.md")).unwrap()
}

/// The files in the table of a section.
fn table(page: &str, section: &str) -> BTreeSet<String> {
    let (_, rest) = page.split_once(&format!("\n## {section}\n")).unwrap();
    let section = rest.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|row| row.strip_prefix("| `"));
    let files: BTreeSet<String> = rows
        .map(|row| row.split_once('`').unwrap().0.to_owned())
        .collect();
    assert!(files.len() > 3, "{files:?}");
    files
}

/// Files below some folders that have one of some words, unit tests apart. Cases count as their folder.
fn naming(folders: &[&str], words: &[&str]) -> BTreeSet<String> {
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut naming = BTreeSet::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(root()).unwrap();
            let name = name.to_str().unwrap().replace('\\', "/");
            let text = fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&text);
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            if words.iter().any(|word| code.contains(word)) && name != "docs/contributing.md" {
                let is_case = name.starts_with("tests/cases/");
                naming.insert(if is_case {
                    "tests/cases/".to_owned()
                } else {
                    name
                });
            }
        }
    }
    naming
}

#[test]
fn contributing_names_all_files_of_a_rule() {
    let folders = ["src", "crates", "docs", "schemas", "tests"];
    let naming = naming(&folders, &["lines_wait", "LinesWait"]);
    let naming = naming
        .into_iter()
        .filter(|file| file != "tests/contributing.rs");
    assert_eq!(table(&page(), "A rule"), naming.collect());
}

#[test]
fn contributing_names_all_files_of_a_kind() {
    let words = [
        "Kind::Policy",
        "PolicyAttributes",
        "Attributes::Policy",
        "policy::ANSWERS",
        "policy::part",
        "policy::WORDING",
    ];
    let naming = naming(&["src", "crates/model/src"], &words);
    assert_eq!(table(&page(), "A kind"), naming);
}

#[test]
fn contributing_names_files_that_are_there() {
    let page = page();
    let quoted = page.split('`').skip(1).step_by(2);
    let is_path = |word: &&str| word.contains('/') && !word.contains('<');
    let paths: Vec<&str> = quoted.filter(is_path).collect();
    assert!(paths.len() > 30, "{paths:?}");
    for path in paths {
        assert!(root().join(path).exists(), "{path}");
    }
}
