//! `orgctl state`: care for the record, and the way back from one that is damaged.

use std::fs;

use orgctl::model::address::Address;
use orgctl::state::journal::Intent;
use orgctl::state::store::Store;
use serde_json::Value;

use crate::support::project::{Project, Run};

const STATE: &str = ".orgctl/sandbox.state.json";
const HISTORY: &str = ".orgctl/sandbox.state.json.history";
const MAPPING: &str = "mapping[\"emily.w@live.co.uk\"]";

/// An organization that has been moved.
fn moved() -> Project {
    let project = Project::of_example("contoso");
    project.sandbox(&["apply", "--auto-approve"]).expect(0);
    project
}

fn serial(project: &Project) -> u64 {
    project.json(STATE)["serial"].as_u64().unwrap()
}

#[track_caller]
fn refused(run: Run, code: i32, words: &[&str]) {
    let run = run.expect(code);
    // The help is laid out in lines.
    let told = run.stderr.replace('│', " ");
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in words {
        assert!(told.contains(word), "{word:?} is not in\n{told}");
    }
    assert!(run.stdout.is_empty(), "{}", run.stdout);
}

/// What an apply leaves that is killed while a request is on its way.
fn leave_a_journal(project: &Project) {
    let store = Store::local(project.path(STATE));
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.build().unwrap();
    runtime.block_on(async {
        let state = store.load().await.unwrap();
        let mut journal = store.start_journal(&state).await.unwrap();
        let address: Address = MAPPING.parse().unwrap();
        let entry = state.entries.get(&address);
        let intent = Intent {
            after: entry.map(|entry| entry.attributes.clone()),
            tenant: entry.and_then(|entry| entry.tenant),
            address,
        };
        journal.intend(&[intent]).await.unwrap();
    });
}

#[test]
fn list_and_show_print_what_is_owned() {
    let project = moved();
    let list = project.sandbox(&["state", "list"]).expect(0).stdout;
    let state = project.json(STATE);
    let entries = state["entries"].as_object().unwrap();
    assert_eq!(list.lines().count(), entries.len());
    for address in list.lines() {
        assert!(entries.contains_key(address), "{address}");
    }
    let json = project.sandbox(&["state", "list", "--json"]).expect(0);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["serial"], state["serial"]);
    assert_eq!(json["entries"].as_array().unwrap().len(), entries.len());
    let first = json["entries"][0]["address"].as_str().unwrap();
    assert_eq!(json["entries"][0]["remote_id"], entries[first]["remote_id"]);
    let show = project.sandbox(&["state", "show", MAPPING]).expect(0);
    assert!(show.stdout.starts_with(MAPPING), "{}", show.stdout);
    assert!(
        show.stdout.contains("emily.watson@contoso.com"),
        "{}",
        show.stdout
    );
    let show = project.sandbox(&["state", "show", MAPPING, "--json"]);
    let json: Value = serde_json::from_str(&show.expect(0).stdout).unwrap();
    assert_eq!(json["attributes"], entries[MAPPING]["attributes"]);
    let run = project.sandbox(&["state", "show", "mapping[\"kim@x.y\"]"]);
    refused(
        run,
        3,
        &["no entry mapping[\"kim@x.y\"]", "orgctl state list"],
    );
}

#[test]
fn removing_touches_the_record_only_and_the_next_apply_takes_it_over_again() {
    let project = moved();
    let (before, world) = (serial(&project), project.read(".orgctl/world.json"));
    let run = project.sandbox(&["state", "rm", MAPPING]).expect(0);
    assert!(
        run.stderr.contains("is no longer in the state"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("Nothing was changed"), "{}", run.stderr);
    assert_eq!(serial(&project), before + 1);
    assert_eq!(project.read(".orgctl/world.json"), world);
    let run = project.sandbox(&["state", "rm", MAPPING]);
    refused(run, 3, &["the state has no entry"]);
    assert_eq!(serial(&project), before + 1, "nothing is written in vain");
    let run = project.sandbox(&["apply", "--auto-approve"]).expect(0);
    assert!(run.stdout.contains("1 adopted"), "{}", run.stdout);
}

#[test]
fn moving_keeps_the_entry_and_its_kind() {
    let project = moved();
    let entry = project.json(STATE)["entries"][MAPPING].clone();
    let to = "mapping[\"emily@live.co.uk\"]";
    let run = project.sandbox(&["state", "mv", MAPPING, to]).expect(0);
    assert!(run.stderr.contains("Nothing was changed"), "{}", run.stderr);
    let entries = project.json(STATE)["entries"].clone();
    assert_eq!(entries[to], entry);
    assert!(entries.get(MAPPING).is_none());
    let run = project.sandbox(&["state", "mv", MAPPING, to]);
    refused(run, 3, &["the state has no entry"]);
    let access = "access[\"emily@live.co.uk\"]";
    let run = project.sandbox(&["state", "mv", to, access]);
    refused(run, 3, &["one of another kind", "begins with mapping"]);
    let other = "mapping[\"hamid.r@outlook.com\"]";
    let run = project.sandbox(&["state", "mv", to, other]);
    refused(run, 3, &["there is an entry", "orgctl state rm"]);
}

#[test]
fn while_an_apply_is_open_the_record_stays_as_it_is() {
    let project = moved();
    let pulled = project.sandbox(&["state", "pull"]).expect(0).stdout;
    assert_eq!(pulled, project.read(STATE));
    fs::write(project.path("pulled.json"), &pulled).unwrap();
    let kept = serial(&project).to_string();
    leave_a_journal(&project);
    for arguments in [
        &["state", "rm", MAPPING][..],
        &["state", "mv", MAPPING, "mapping[\"x@y.z\"]"],
        &["state", "push", "pulled.json"],
        &["state", "push", "--force", "pulled.json"],
        &["state", "restore", &kept],
    ] {
        let run = project.sandbox(arguments);
        refused(
            run,
            6,
            &["an apply was cut short", "run `orgctl apply` first"],
        );
    }
    assert_eq!(project.read(STATE), pulled);
    let run = project.sandbox(&["state", "pull"]).expect(0);
    assert!(run.stderr.contains("cut short"), "{}", run.stderr);
    project.sandbox(&["apply", "--auto-approve"]).expect(0);
    project.sandbox(&["state", "rm", MAPPING]).expect(0);
}

#[test]
fn what_is_pushed_follows_the_state_or_is_forced() {
    let project = moved();
    let pulled = project.sandbox(&["state", "pull"]).expect(0).stdout;
    let push = |text: &str, options: &[&str]| {
        fs::write(project.path("file.json"), text).unwrap();
        let arguments = [&["state", "push", "file.json"], options].concat();
        project.sandbox(&arguments)
    };
    let run = push(&pulled, &[]).expect(0);
    assert!(run.stderr.contains("nothing was pushed"), "{}", run.stderr);
    project.sandbox(&["state", "rm", MAPPING]).expect(0);
    let before = serial(&project);
    refused(push(&pulled, &[]), 3, &["it is older", "--force"]);
    let lineage = project.json(STATE)["lineage"].clone();
    let edited = pulled.replace(lineage.as_str().unwrap(), &uuid_of(9));
    refused(push(&edited, &[]), 3, &["checksum does not fit", "--force"]);
    refused(push("", &[]), 3, &["the state is empty"]);
    refused(push("{}", &["--force"]), 3, &["not a state of orgctl"]);
    let nobodys = pulled.replace(lineage.as_str().unwrap(), &uuid_of(0));
    refused(
        push(&nobodys, &["--force"]),
        3,
        &["no apply has written it"],
    );
    let org = project.read("org.toml");
    refused(push(&org, &["--force"]), 3, &["cannot be read"]);
    assert_eq!(serial(&project), before);
    let run = push(&pulled, &["--force"]).expect(0);
    assert!(run.stderr.contains("Nothing was changed"), "{}", run.stderr);
    assert_eq!(serial(&project), before + 1);
    assert!(project.json(STATE)["entries"].get(MAPPING).is_some());
    push(&edited, &["--force"]).expect(0);
    assert_eq!(project.json(STATE)["lineage"], uuid_of(9));
    assert_eq!(serial(&project), before + 2);
    refused(push(&pulled, &[]), 3, &["it is of lineage"]);
}

fn uuid_of(number: u128) -> String {
    uuid::Uuid::from_u128(number).to_string()
}

#[test]
fn a_state_of_before_is_brought_back() {
    let project = moved();
    let before = serial(&project);
    let whole = project.json(STATE)["entries"].clone();
    project.sandbox(&["state", "rm", MAPPING]).expect(0);
    let history = project.sandbox(&["state", "history"]).expect(0).stdout;
    let last = history.lines().last().unwrap();
    assert!(last.ends_with("current"), "{history}");
    assert_eq!(history.matches("current").count(), 1, "{history}");
    assert!(history.lines().all(|line| line.chars().count() <= 80));
    let gone = project.sandbox(&["state", "restore", "99"]);
    refused(gone, 3, &["no state of serial 99 is kept", "there are"]);
    let wanted = before.to_string();
    let run = project.sandbox(&["state", "restore", &wanted]).expect(0);
    assert!(run.stderr.contains("Nothing was changed"), "{}", run.stderr);
    assert_eq!(project.json(STATE)["entries"], whole);
    assert_eq!(serial(&project), before + 2);
    let json = project.sandbox(&["state", "history", "--json"]).expect(0);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    let newest = json["generations"].as_array().unwrap().last().unwrap();
    assert_eq!(newest["serial"], before + 2);
    assert_eq!(newest["current"], true);
    assert_eq!(newest["entries"], whole.as_object().unwrap().len());
    for _ in 0..5 {
        project.sandbox(&["state", "rm", MAPPING]).expect(0);
        let wanted = (serial(&project) - 1).to_string();
        project.sandbox(&["state", "restore", &wanted]).expect(0);
    }
    assert_eq!(fs::read_dir(project.path(HISTORY)).unwrap().count(), 5);
}

#[test]
fn a_damaged_state_stops_everything_and_names_the_way_back() {
    let project = moved();
    let whole = project.read(STATE);
    let kept = serial(&project).to_string();
    let cut = &whole[..whole.len() / 2];
    let edited = whole.replacen("emily.watson@contoso.com", "ana@contoso.com", 1);
    let damages = [
        ("", "is empty"),
        (cut, "is cut off at line"),
        (&edited, "its checksum does not fit"),
        ("\u{0}\u{0}\u{0}\u{0}", "cannot be read"),
    ];
    for (damaged, why) in damages {
        fs::write(project.path(STATE), damaged).unwrap();
        for arguments in [
            &["plan"][..],
            &["apply", "--auto-approve"],
            &["state", "list"],
            &["state", "rm", MAPPING],
        ] {
            let run = project.sandbox(arguments);
            let way = ["orgctl state history", "orgctl state restore SERIAL"];
            refused(run, 1, &[why, way[0], way[1]]);
        }
        assert_eq!(project.read(STATE), damaged);
        let run = project.sandbox(&["state", "history"]).expect(0);
        assert!(run.stderr.contains(why), "{}", run.stderr);
        assert!(!run.stdout.contains("current"), "{}", run.stdout);
        let run = project.sandbox(&["state", "restore", &kept]).expect(0);
        assert!(run.stderr.contains(".damaged"), "{}", run.stderr);
        assert_eq!(project.read(&format!("{STATE}.damaged")), damaged);
        let entries: Value = serde_json::from_str(&whole).unwrap();
        assert_eq!(project.json(STATE)["entries"], entries["entries"]);
    }
    let run = project.sandbox(&["plan", "--detailed-exitcode"]).expect(0);
    assert!(run.stdout.contains("No changes"), "{}", run.stdout);
}

#[test]
fn a_state_that_is_damaged_while_an_apply_is_open_comes_back_under_its_journal() {
    let project = moved();
    let whole = project.read(STATE);
    let (kept, older) = (serial(&project), serial(&project) - 1);
    leave_a_journal(&project);
    fs::write(project.path(STATE), "").unwrap();
    let run = project.sandbox(&["state", "restore", &older.to_string()]);
    refused(
        run,
        6,
        &["belongs to another state", "restore the newest one"],
    );
    let run = project.sandbox(&["state", "restore", &kept.to_string()]);
    let run = run.expect(0);
    assert!(run.stderr.contains("run `orgctl apply`"), "{}", run.stderr);
    assert_eq!(
        project.read(STATE),
        whole,
        "with the serial that the journal has"
    );
    let run = project.sandbox(&["apply", "--auto-approve"]).expect(0);
    assert!(run.stderr.contains("was cut short"), "{}", run.stderr);
    assert!(!project.path(&format!("{STATE}.journal")).exists());
}

#[test]
fn a_damaged_copy_is_told_and_another_one_can_be_taken() {
    let project = moved();
    let newest = serial(&project);
    fs::write(project.path(&format!("{HISTORY}/{newest}.json")), "{").unwrap();
    let run = project.sandbox(&["state", "history"]).expect(0);
    assert!(
        run.stdout.contains("damaged  the state is cut off"),
        "{}",
        run.stdout
    );
    let run = project.sandbox(&["state", "restore", &newest.to_string()]);
    refused(run, 1, &["is damaged too", "take another one"]);
    let older = (newest - 1).to_string();
    project.sandbox(&["state", "restore", &older]).expect(0);
}

#[test]
fn before_the_first_apply_there_is_nothing_to_care_for() {
    let project = Project::of_example("contoso");
    let run = project.run(&["state", "list"]).expect(0);
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    let run = project.run(&["state", "history"]).expect(0);
    assert!(run.stdout.contains("nothing has been applied yet"));
    for arguments in [
        &["state", "pull"][..],
        &["state", "rm", MAPPING],
        &["state", "restore", "1"],
    ] {
        let run = project.run(arguments);
        refused(run, 1, &["there is no state", "the first `orgctl apply`"]);
    }
    let run = project.run(&["state", "unlock", &uuid_of(1)]);
    refused(run, 1, &["is not locked"]);
}

#[test]
fn a_sandbox_that_begins_anew_has_no_state_of_before() {
    let project = moved();
    let runs = project.path(".orgctl/sandbox.state.json.runs");
    let records = || {
        let names = fs::read_dir(&runs)
            .unwrap()
            .map(|it| it.unwrap().file_name());
        names.filter(|name| name != ".gitignore").count()
    };
    assert_eq!(records(), 2, "its beginning and its end");
    // A run was killed while it wrote this.
    fs::write(runs.join(".tmp0a1b"), "{\"plan\":").unwrap();
    project.run(&["sandbox", "reset"]).expect(0);
    assert_eq!(records(), 0);
    let run = project.sandbox(&["state", "history"]).expect(0);
    assert!(run.stdout.contains("nothing has been applied yet"));
    assert!(!project.path(HISTORY).exists());
}

#[test]
fn a_state_of_the_first_format_is_read_and_written_as_the_newest() {
    let project = moved();
    let mut state = project.json(STATE);
    let entries = state["entries"].clone();
    let fields = state.as_object_mut().unwrap();
    fields.remove("checksum").unwrap();
    fields.insert("format_version".to_owned(), Value::from(1));
    fs::write(project.path(STATE), state.to_string()).unwrap();
    let run = project.sandbox(&["plan", "--detailed-exitcode"]).expect(0);
    assert!(run.stdout.contains("No changes"), "{}", run.stdout);
    project.sandbox(&["state", "rm", MAPPING]).expect(0);
    let written = project.json(STATE);
    assert_eq!(written["format_version"], 2);
    assert_eq!(written["checksum"].as_str().unwrap().len(), 64);
    let left = written["entries"].as_object().unwrap().len();
    assert_eq!(left + 1, entries.as_object().unwrap().len());
}
