//! No file imports, by way of others, a file that imports it. A module and its own children are apart:
//! the one declares the others, and they may share what it holds.

use std::collections::{BTreeMap, BTreeSet};

use super::paths::{Paths, module_of, seen_from};
use super::{assert_none, source_files};

/// The modules that each module imports, parent and child apart.
type Imports = BTreeMap<String, BTreeSet<String>>;

fn imports() -> Imports {
    let files = source_files();
    let modules: BTreeSet<String> = files.iter().map(|(file, _)| module_of(file)).collect();
    let mut imports = Imports::new();
    for (file, text) in &files {
        let module = module_of(file);
        let paths = Paths::of(file, text).imports;
        let seen = paths.iter().map(|path| seen_from(file, path));
        let meant = seen.filter_map(|path| module_in(&path, &modules));
        let others = meant.filter(|other| *other != module && !are_kin(&module, other));
        imports.insert(module.clone(), others.collect());
    }
    imports
}

/// The module that a path leads to: the longest that the path begins with.
fn module_in(path: &str, modules: &BTreeSet<String>) -> Option<String> {
    let mut begin = path;
    while !modules.contains(begin) {
        (begin, _) = begin.rsplit_once("::")?;
    }
    Some(begin.to_owned())
}

/// Whether one is the parent of the other.
fn are_kin(one: &str, other: &str) -> bool {
    let parent = |module: &str| {
        module
            .rsplit_once("::")
            .map(|(parent, _)| parent.to_owned())
    };
    parent(one).as_deref() == Some(other) || parent(other).as_deref() == Some(one)
}

/// Every module that one comes to.
fn reach(imports: &Imports, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(module) = open.pop() {
        for next in &imports[module] {
            if reached.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    reached
}

#[test]
fn no_file_imports_in_a_circle() {
    let imports = imports();
    let edges = imports.values().map(BTreeSet::len).sum::<usize>();
    assert!(edges > 500, "only {edges} imports");
    let reached: BTreeMap<&String, BTreeSet<String>> = imports
        .keys()
        .map(|module| (module, reach(&imports, module)))
        .collect();
    let mut circles = Vec::new();
    for (module, others) in &imports {
        let back = others
            .iter()
            .filter(|other| reached[other].contains(module));
        circles
            .extend(back.map(|other| format!("{module} imports {other}, which comes back to it")));
    }
    assert_none(
        "what both need belongs in a leaf that both import",
        &circles,
    );
}

#[test]
fn a_circle_of_three_is_found_and_a_parent_is_none() {
    let edges = [("a", "b"), ("b", "c::d"), ("c::d", "a"), ("c", "a")];
    let mut imports = Imports::new();
    for (from, to) in edges {
        imports
            .entry(from.to_owned())
            .or_default()
            .insert(to.to_owned());
    }
    assert!(reach(&imports, "a").contains("a"));
    assert!(!reach(&imports, "c").contains("c"));
    assert!(are_kin("plan", "plan::value") && are_kin("plan::value", "plan"));
    assert!(!are_kin("plan", "plan::value::step") && !are_kin("plan::value", "plan::facts"));
    let modules = BTreeSet::from(["plan".to_owned(), "plan::value".to_owned()]);
    let found = |path| module_in(path, &modules);
    assert_eq!(found("plan::value::Plan").as_deref(), Some("plan::value"));
    assert_eq!(found("plan::values::Plan").as_deref(), Some("plan"));
    assert_eq!(found("std::fs"), None);
}
