//! The house rules: who may import whom, what is pure, how long things may be, which words are not
//! ours, and that no test file is forgotten.

mod circles;
mod paths;

use std::fs;
use std::path::{Path, PathBuf};

use paths::{Paths, module_of, seen_from};
use syn::spanned::Spanned as _;

const MAX_FILE_LINES: usize = 400;
const MAX_FUNCTION_LINES: usize = 70;

/// Words for which this project has another one.
const BANNED_WORDS: [&str; 18] = [
    "spec", "actual", "dump", "phase", "wave", "deploy", "claim", "orphan", "tracked", "mock",
    "emulator", "stub", "seat", "wal", "skew", "task", "job", "dryrun",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Folders with the code of the product, a crate each.
const SOURCES: [&str; 3] = ["src", "crates/model/src", "crates/sandbox/src"];

/// Every Rust file of the product, with its path from the root.
fn source_files() -> Vec<(String, String)> {
    SOURCES.into_iter().flat_map(rust_files).collect()
}

/// Every Rust file below a folder, with its path from the root.
fn rust_files(folder: &str) -> Vec<(String, String)> {
    let mut folders = vec![root().join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
                files.push((name.replace('\\', "/"), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "nothing below {folder}");
    files
}

/// The layer of a module path such as `state::store`, and whether it is pure.
fn layer(module: &str) -> Option<(u8, bool)> {
    let mut parts = module.split("::");
    Some(match (parts.next()?, parts.next()) {
        ("model", _) => (0, true),
        ("names", _) | ("state", Some("value" | "codec")) => (1, true),
        ("plan" | "config" | "matching", _) => (2, true),
        ("apply", Some("port")) | ("state", _) => (3, false),
        ("apply" | "azure" | "sandbox", _) => (4, false),
        ("report", _) => (5, true),
        ("commands" | "error", _) => (6, false),
        _ => return None,
    })
}

fn assert_none(what: &str, violations: &[String]) {
    assert!(
        violations.is_empty(),
        "{what}:\n  {}",
        violations.join("\n  ")
    );
}

#[test]
fn imports_point_down() {
    let mut violations = Vec::new();
    for (file, text) in source_files() {
        let module = module_of(&file);
        let Some((own, _)) = layer(&module) else {
            continue;
        };
        let room = module.split("::").next().unwrap();
        for path in Paths::of(&file, &text).imports {
            let path = seen_from(&file, &path);
            let Some((other, _)) = layer(&path) else {
                continue;
            };
            let other_room = path.split("::").next().unwrap();
            let forbidden = other > own
                || (other == own && own != 6 && other_room != room)
                || (room == "sandbox" && other_room != "sandbox" && other_room != "model")
                || (room == "apply" && other_room == "config")
                || (room == "azure" && other_room == "state")
                || (module.starts_with("azure::devops") && path.starts_with("azure::graph"))
                || (module.starts_with("azure::graph") && path.starts_with("azure::devops"));
            if forbidden {
                violations.push(format!("{file} imports {path}"));
            }
        }
    }
    assert_none("an import may only point down", &violations);
}

#[test]
fn the_apply_room_does_not_branch_on_reasons() {
    for (file, text) in rust_files("src/apply") {
        assert!(
            !text.contains("Reason"),
            "{file} looks at a reason, which is for display only"
        );
    }
}

#[test]
fn pure_rooms_reach_nothing() {
    const IMPURE: [&str; 12] = [
        "async fn",
        "std::fs",
        "std::env",
        "tokio::",
        "reqwest::",
        "println!",
        "print!(",
        "tracing::",
        "SystemTime",
        "Timestamp::now",
        "Instant::now",
        "std::net",
    ];
    let mut violations = Vec::new();
    for (file, text) in source_files() {
        if layer(&module_of(&file)).is_some_and(|(_, pure)| pure) {
            let code = text.split("#[cfg(test)]").next().unwrap();
            let found = IMPURE.iter().filter(|word| code.contains(**word));
            violations.extend(found.map(|word| format!("{file} has {word}")));
        }
    }
    assert_none("this room is pure", &violations);
}

/// The lines of a file that count against its limit: all but those of its unit tests
/// (`#[cfg(test)] mod tests { … }`) and of its tables (`const` and `static` items outside of
/// functions). Neither makes the code beside it harder to follow, and neither should be moved away
/// from it to save lines.
fn code_lines(file: &str, text: &str) -> usize {
    let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let beside_code = parsed.items.iter().filter(|item| {
        let is_tests = |module: &syn::ItemMod| module.ident == "tests" && module.content.is_some();
        matches!(item, syn::Item::Const(_) | syn::Item::Static(_))
            || matches!(item, syn::Item::Mod(module) if is_tests(module))
    });
    let uncounted: usize = beside_code
        .map(|item| item.span().end().line - item.span().start().line + 1)
        .sum();
    text.lines().count() - uncounted
}

#[test]
fn what_a_limit_does_not_count() {
    let text = "//! Code.\n\nconst TABLE: [u8; 2] = [\n    1,\n    2,\n];\n\nfn f() {}\n\n\
                #[cfg(test)]\nmod tests {\n    fn g() {}\n}\n";
    assert_eq!(text.lines().count(), 13);
    assert_eq!(code_lines("some.rs", text), 5);
    assert_eq!(code_lines("some.rs", "mod tests;\nfn f() {}\n"), 2);
}

#[test]
fn files_and_functions_are_short() {
    let mut violations = Vec::new();
    for (file, text) in SOURCES
        .into_iter()
        .chain(["tests", "benches"])
        .flat_map(rust_files)
    {
        let lines = code_lines(&file, &text);
        if lines > MAX_FILE_LINES {
            violations.push(format!(
                "{file} has {lines} lines of code, and may have {MAX_FILE_LINES}"
            ));
        }
        for (function, lines) in Paths::of(&file, &text).functions {
            if lines > MAX_FUNCTION_LINES {
                violations.push(format!("{file}: {function} has {lines} lines"));
            }
        }
    }
    assert_none(
        "find the second concept in it and give it a place of its own",
        &violations,
    );
}

#[test]
fn one_word_for_each_thing() {
    let mut violations = Vec::new();
    for (file, text) in source_files() {
        for ident in Paths::of(&file, &text).idents {
            for word in words_of(&ident) {
                if BANNED_WORDS.contains(&word.as_str()) {
                    violations.push(format!("{file}: {ident} says {word}"));
                }
            }
        }
    }
    assert_none("this project has another word for it", &violations);
}

/// `DryRun` and `dry_run` are `dry` and `run`.
fn words_of(ident: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in ident.chars() {
        if c == '_' || c.is_uppercase() {
            words.push(String::new());
        }
        if c != '_' {
            words.last_mut().unwrap().extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_module_says_what_it_owns() {
    let silent: Vec<String> = source_files()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(file, _)| file)
        .collect();
    assert_none("a module opens with //!", &silent);
}

#[test]
fn no_test_file_is_forgotten() {
    let mut forgotten = Vec::new();
    for (file, _) in rust_files("tests") {
        let (folder, name) = file.rsplit_once('/').unwrap();
        let (parent, name) = match name.trim_end_matches(".rs") {
            // Test targets.
            "main" | "bad_days" => continue,
            "mod" => folder.rsplit_once('/').unwrap(),
            name => (folder, name),
        };
        // The module above: main.rs, the folder's mod.rs, or the file that is called like it.
        let above = [
            format!("{parent}/main.rs"),
            format!("{parent}/mod.rs"),
            format!("{parent}.rs"),
        ];
        let text = above
            .iter()
            .find_map(|path| fs::read_to_string(root().join(path)).ok());
        if !text.is_some_and(|text| text.contains(&format!("mod {name};"))) {
            forgotten.push(file);
        }
    }
    assert_none("no module names it", &forgotten);
}

#[test]
fn the_readme_shows_the_real_tree() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let shown = if path.is_dir() {
            format!("src/{name}/")
        } else {
            format!("src/{name}")
        };
        assert!(readme.contains(&shown), "README.md does not show {shown}");
    }
    let mentioned = readme.split(|c: char| c.is_whitespace() || "`()[]\"',".contains(c));
    for path in mentioned.filter(|word| word.starts_with("src/") || word.starts_with("docs/")) {
        assert!(
            root().join(path).exists(),
            "README.md shows {path}, which is not there"
        );
    }
}
