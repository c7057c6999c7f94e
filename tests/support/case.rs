//! The cases of `tests/cases`: one file each, with what it shows, org.toml, what live has beyond a base
//! world, perhaps the state, and the plan that follows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A situation and its plan.
pub(crate) struct Case {
    pub(crate) name: String,
    /// Rules that find something here, all of them.
    pub(crate) finds: BTreeSet<String>,
    /// Rules that find nothing here, though nearly.
    pub(crate) nearly: BTreeSet<String>,
    /// org.toml, below what the case shows as its comment.
    pub(crate) toml: String,
    pub(crate) live: Value,
    pub(crate) state: Option<String>,
}

/// The folder of the cases.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// A part of a file: what its heading says behind the name, and the block below.
struct Section<'a> {
    title: &'a str,
    block: Option<&'a str>,
}

const FENCE: &str = "```";

/// The part of a file whose heading begins so.
fn section<'a>(text: &'a str, heading: &str) -> Option<Section<'a>> {
    let (_, rest) = text.split_once(&format!("\n## {heading}"))?;
    let (title, rest) = rest.split_once('\n').unwrap();
    let block = rest.strip_prefix(&format!("\n{FENCE}")).map(|rest| {
        let (_, rest) = rest.split_once('\n').unwrap();
        let (block, _) = rest.split_once(&format!("\n{FENCE}\n")).unwrap();
        block
    });
    Some(Section { title, block })
}

/// Changes a value by a JSON merge patch: what is null there goes.
fn merge(value: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *value = patch;
        return;
    };
    if !value.is_object() {
        *value = Value::Object(serde_json::Map::new());
    }
    let map = value.as_object_mut().unwrap();
    for (key, patch) in patch {
        if patch.is_null() {
            map.remove(&key);
        } else {
            merge(map.entry(key).or_insert(Value::Null), patch);
        }
    }
}

/// The words in quotes of the line that begins so.
fn listed(head: &str, begin: &str) -> BTreeSet<String> {
    let line = head.lines().find_map(|line| line.strip_prefix(begin));
    let words = line.unwrap_or_default().split('`').skip(1).step_by(2);
    words.map(str::to_owned).collect()
}

impl Case {
    pub(crate) fn load(name: &str) -> Self {
        let path = path(name);
        let text =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (head, _) = text.split_once("\n## ").unwrap();
        let shows = head.split("\n\n").nth(1).unwrap();
        let comment = shows.lines().map(|line| format!("# {line}\n"));
        let block = |heading: &str| section(&text, heading).and_then(|it| it.block);
        let toml = block("org.toml").unwrap_or_else(|| panic!("{name} has no org.toml"));
        let beyond = section(&text, "live: ").unwrap_or_else(|| panic!("{name} has no live"));
        let world = folder().join(format!("worlds/{}.json", beyond.title));
        let mut live = serde_json::from_str(&fs::read_to_string(world).unwrap()).unwrap();
        if let Some(patch) = beyond.block {
            merge(&mut live, serde_json::from_str(patch).unwrap());
        }
        Self {
            name: name.to_owned(),
            finds: listed(head, "Finds: "),
            nearly: listed(head, "Nearly: "),
            toml: comment.chain([format!("{toml}\n")]).collect(),
            live,
            state: block("state").map(str::to_owned),
        }
    }

    /// Every case, by name.
    pub(crate) fn all() -> Vec<Self> {
        let files = fs::read_dir(folder()).unwrap();
        let paths = files.map(|entry| entry.unwrap().path());
        let names = paths.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
        let names: BTreeSet<String> = names
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        names.iter().map(|name| Self::load(name)).collect()
    }

    /// Compares the plan with what the file says, or writes it there where that is asked for.
    pub(crate) fn expect_plan(&self, plan: &str) {
        let path = path(&self.name);
        let text = fs::read_to_string(&path).unwrap();
        let block = section(&text, "plan").and_then(|it| it.block).unwrap();
        // It stands at the end, behind all else that could be the same.
        let (before, after) = text.rsplit_once(block).unwrap();
        let now = format!("{before}{}{after}", plan.trim_end());
        expect_file(&path, &now);
    }

    /// Compares a plan in another form with its golden, where the case has one.
    pub(crate) fn expect_golden(&self, form: &str, plan: &str) -> bool {
        let path = folder().join(format!("goldens/{}.{form}", self.name));
        let is_there = path.exists();
        if is_there {
            expect_file(&path, &format!("{}\n", plan.trim_end()));
        }
        is_there
    }
}

fn path(name: &str) -> PathBuf {
    folder().join(format!("{name}.md"))
}

/// Compares a file with what should be in it. With `INSTA_UPDATE=always`, as for other goldens, it is
/// written anew instead.
fn expect_file(path: &Path, now: &str) {
    let kept = fs::read_to_string(path).unwrap();
    if kept == now {
        return;
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
        fs::write(path, now).unwrap();
        return;
    }
    let changes = similar::TextDiff::from_lines(kept.as_str(), now);
    panic!(
        "{} is not as it was; INSTA_UPDATE=always takes it over:\n{}",
        path.display(),
        changes.unified_diff()
    );
}
