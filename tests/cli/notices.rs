//! People are told by files: once before the move, once after it, and of nobody but themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use serde_json::json;

use crate::support::project::{Project, Run};
use crate::support::served::Served;
use crate::support::states::{journal, write_state};

const APPLY: [&str; 2] = ["apply", "--auto-approve"];
pub(super) const FOLDER: &str = ".orgctl/notices";

/// People of the example, and those of them who stay.
pub(super) const PEOPLE: usize = 42;
pub(super) const STAYING: usize = 39;

pub(super) fn contoso(notices: &str) -> Project {
    let project = Project::of_example("contoso");
    project.append_to_config(notices);
    project
}

pub(super) fn assert_moved(run: &Run, organization: &str) {
    let end = format!("No changes. {organization} is as org.toml says.");
    assert!(run.stdout.trim_end().ends_with(&end), "{}", run.stdout);
}

/// The pages of a folder of readers, by file name.
pub(super) fn pages(project: &Project, folder: &str, extension: &str) -> BTreeMap<String, String> {
    let files = fs::read_dir(project.path(folder)).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let pages = files.filter(|path| path.extension().is_some_and(|it| it == extension));
    pages
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn the_example_is_told_by_files_and_only_once() {
    let project = contoso("\n[notices]\n");
    let run = project.sandbox(&APPLY).expect(0);
    assert_moved(&run, "contoso");
    assert!(
        run.stderr
            .contains("Notices are in .orgctl/notices: hand them on."),
        "{}",
        run.stderr
    );
    for (folder, count) in [("before", PEOPLE), ("after", STAYING)] {
        for extension in ["md", "html"] {
            let pages = pages(&project, &format!("{FOLDER}/{folder}"), extension);
            assert_eq!(pages.len(), count, "{folder} {extension}");
        }
    }
    let summary = project.read(&format!("{FOLDER}/summary.csv"));
    assert_eq!(summary.lines().count(), 1 + PEOPLE + STAYING);
    // Nothing is left to do, and whoever deletes the files gets no others.
    fs::remove_dir_all(project.path(FOLDER)).unwrap();
    let run = project.sandbox(&APPLY).expect(0);
    assert_moved(&run, "contoso");
    project.sandbox(&["plan", "--detailed-exitcode"]).expect(0);
    assert!(!project.path(FOLDER).exists());
}

#[test]
fn nobody_reads_of_anybody_else() {
    let project = Project::of_example("notices");
    project.sandbox(&APPLY).expect(0);
    let members = project.seed().members;
    let people: Vec<(String, String)> = members
        .into_values()
        .map(|member| (member.principal_name.to_string(), member.display_name))
        .collect();
    let state = project.json(".orgctl/sandbox.state.json");
    let mut read = 0;
    for (address, entry) in state["entries"].as_object().unwrap() {
        let Some((folder, rest)) = address
            .strip_prefix("notice.")
            .unwrap_or("")
            .split_once("[\"")
        else {
            continue;
        };
        let reader = rest.trim_end_matches("\"]");
        let stem = orgctl::report::notice::file_stem(reader);
        let account = &entry["attributes"]["account"];
        for extension in ["md", "html"] {
            let page = project.read(&format!("{FOLDER}/{folder}/{stem}.{extension}"));
            assert!(
                page.contains(
                    account
                        .as_str()
                        .unwrap_or(reader)
                        .split('\'')
                        .next()
                        .unwrap()
                )
            );
            for (other, name) in people.iter().filter(|(other, _)| other != reader) {
                assert!(!page.contains(other.as_str()), "{reader} reads of {other}");
                assert!(!page.contains(name.as_str()), "{reader} reads of {name}");
            }
            read += 1;
        }
    }
    assert_eq!(read, (6 + 5) * 2);
}

#[test]
fn only_the_owner_of_the_folder_can_read_them() {
    let project = Project::of_example("notices");
    project.sandbox(&APPLY).expect(0);
    let mode = |path: &str| {
        let metadata = fs::metadata(project.path(path)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    for folder in ["", "/before", "/after"] {
        assert_eq!(mode(&format!("{FOLDER}{folder}")), 0o700, "{folder}");
        assert_eq!(project.read(&format!("{FOLDER}{folder}/.gitignore")), "*\n");
    }
    for file in [
        "before/lee@outlook.com.html",
        "after/lee@outlook.com.md",
        "summary.csv",
        "index.html",
    ] {
        assert_eq!(mode(&format!("{FOLDER}/{file}")), 0o600, "{file}");
    }
}

#[test]
fn each_has_what_applies_to_them_only() {
    let project = Project::of_example("notices");
    project.sandbox(&APPLY).expect(0);
    let after = pages(&project, &format!("{FOLDER}/after"), "md");
    let titles = |reader: &str| -> Vec<String> {
        let page = &after[&orgctl::report::notice::file_stem(reader)];
        let titles = page.lines().filter_map(|line| line.split_once(". **"));
        titles
            .map(|(_, rest)| rest.split(".**").next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(titles("lilei88@hotmail.com"), ["Sign out, and in again"]);
    assert_eq!(
        titles("noor@fabrikam.com"),
        [
            "Accept the invitation",
            "Sign out, and in again",
            "Let Git forget the old sign-in"
        ]
    );
    assert_eq!(
        titles("ana@wingtiptoys.com"),
        [
            "Sign out, and in again",
            "Let Git forget the old sign-in",
            "Add your SSH keys anew",
            "Give your personal account another address"
        ]
    );
    assert_eq!(
        titles("lee@outlook.com"),
        [
            "Sign out, and in again",
            "Let Git forget the old sign-in",
            "Create your personal access tokens anew",
            "Add your SSH keys anew",
            "Have your Visual Studio subscription follow you"
        ]
    );
    let lee = &after["lee@outlook.com"];
    assert!(lee.contains("- `build server`\n"), "{lee}");
    assert!(!after.contains_key("kim@outlook.com"), "kim has left");
}

#[test]
fn a_file_that_a_crash_kept_from_being_written_is_written() {
    let project = Project::of_example("notices");
    project
        .sandbox(&["notify", "before", "--auto-approve"])
        .expect(0);
    let state = project.json(".orgctl/sandbox.state.json");
    let address = "notice.before[\"lee@outlook.com\"]";
    let after = &state["entries"][address]["attributes"];
    let mut without = state.clone();
    without["entries"].as_object_mut().unwrap().remove(address);
    let intent = json!({ "intent": { "address": address, "after": after } });
    write_state(&project, ".orgctl/sandbox.state.json", &without.to_string());
    let journal = journal(&state["lineage"], &state["serial"], &[intent]);
    fs::write(project.path(".orgctl/sandbox.state.json.journal"), journal).unwrap();
    let file = project.path(&format!("{FOLDER}/before/lee@outlook.com.html"));
    fs::remove_file(&file).unwrap();
    project.age_journal(Duration::from_secs(60));
    let run = project.sandbox(&APPLY).expect(0);
    assert_moved(&run, "wingtiptoys");
    assert!(file.exists());
}

#[test]
fn a_disk_that_takes_no_file_is_named_and_nobody_is_moved() {
    let project = Project::of_example("notices");
    fs::create_dir_all(project.path(".orgctl")).unwrap();
    fs::write(project.path(FOLDER), "in the way").unwrap();
    let run = project.sandbox(&APPLY).expect(6);
    assert!(
        run.stdout.contains("could not be written"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("write .orgctl/notices"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("see to the disk"), "{}", run.stdout);
    let world = project.json(".orgctl/world.json");
    assert_eq!(
        world["organization"]["members"].as_object().unwrap().len(),
        6
    );
    fs::remove_file(project.path(FOLDER)).unwrap();
    project.sandbox(&APPLY).expect(0);
}

/// Sets back when people were told.
fn told_days_ago(project: &Project, days: i64) {
    let path = ".orgctl/sandbox.state.json";
    let mut state = project.json(path);
    let then = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * days);
    for (address, entry) in state["entries"].as_object_mut().unwrap() {
        if address.starts_with("notice.before") {
            entry["applied_at"] = json!(then.to_string());
        }
    }
    write_state(project, path, &state.to_string());
}

#[test]
fn the_move_waits_until_people_have_had_time() {
    let project = Project::of_example("notices");
    let toml = project
        .read("org.toml")
        .replace("lead_days = 0", "lead_days = 7");
    fs::write(project.path("org.toml"), toml).unwrap();
    let plan = project.sandbox(&["plan"]).expect(0);
    assert!(
        plan.stdout
            .contains("not before 7 days after everybody has been told"),
        "{}",
        plan.stdout
    );
    for _ in 0..2 {
        let run = project.sandbox(&APPLY).expect(7);
        assert!(
            run.stdout.contains("`orgctl apply` goes further from"),
            "{}",
            run.stdout
        );
        assert!(run.stdout.contains(" UTC"), "{}", run.stdout);
        let world = project.json(".orgctl/world.json");
        let members = world["organization"]["members"].as_object().unwrap();
        assert_eq!(members.len(), 6, "nobody is taken out yet");
        let users = world["directory"]["users"].to_string();
        assert!(
            users.contains("noor@fabrikam.com"),
            "guests are invited meanwhile"
        );
    }
    let before = project.read(&format!("{FOLDER}/before/lee@outlook.com.md"));
    assert!(before.contains("This will not happen before "), "{before}");
    told_days_ago(&project, 6);
    project.sandbox(&APPLY).expect(7);
    // What was reviewed while it was too early can be applied once it is not.
    project.sandbox(&["plan", "--out", "move.json"]).expect(0);
    told_days_ago(&project, 7);
    let run = project.sandbox(&["apply", "move.json"]).expect(0);
    assert_moved(&run, "wingtiptoys");
}

#[test]
fn at_the_gate_people_are_told_before_and_afterwards() {
    let project = Project::of_example("notices");
    let toml = project.read("org.toml").replace("\"api\"", "\"portal\"");
    fs::write(project.path("org.toml"), toml).unwrap();
    let served = Served::start(&project);
    project.on(&served, &APPLY).expect(7);
    assert_eq!(pages(&project, "notices/before", "html").len(), 6);
    assert!(!project.path("notices/after").exists());
    served.press_connect();
    let run = project.on(&served, &APPLY).expect(0);
    assert_moved(&run, "wingtiptoys");
    let readers: BTreeSet<String> = pages(&project, "notices/after", "html")
        .into_keys()
        .collect();
    assert_eq!(readers.len(), 5);
    assert!(
        readers.contains("ana@wingtiptoys.com"),
        "whom connecting matched"
    );
    let lee = project.read("notices/after/lee@outlook.com.md");
    assert!(
        lee.contains("- `release notes`\n"),
        "revoked by now:\n{lee}"
    );
}

#[test]
fn a_plan_asks_for_tokens_only_until_the_organization_is_connected() {
    let project = Project::of_example("notices");
    let served = Served::start(&project);
    let lists = || {
        let requests = served.requests();
        let lists = requests
            .iter()
            .filter(|one| one.path.contains("tokenadmin/personalaccesstokens"));
        lists.count()
    };
    project.on(&served, &["plan"]).expect(0);
    assert_eq!(lists(), 2 * 6);
    project.on(&served, &APPLY).expect(0);
    let until_then = lists();
    project.on(&served, &["plan"]).expect(0);
    assert_eq!(
        lists(),
        until_then,
        "a settled organization is asked about nobody"
    );
}
