//! Undoing a run: what has a way back goes back, what has none is told, and nothing of others is
//! touched.

use std::fs;

use orgctl::plan::file::decode;
use orgctl::report::gate::no_way_back;
use serde_json::{Map, Value, json};

use crate::support::project::{Project, Run};
use crate::support::served::Served;

const APPLY: [&str; 2] = ["apply", "--auto-approve"];
const RUNS: &str = "org.state.json.runs";
/// What a run was to do, and what became of it.
const PARTS: [&str; 2] = [".begun.json", ".ended.json"];
const EMILY: &str = "5e000000-0000-4000-8000-000000000024";

/// The run that an apply has named.
fn named(run: &Run) -> String {
    let (_, rest) = run.stderr.split_once("This was run ").unwrap();
    rest.split_once('.').unwrap().0.to_owned()
}

fn snapshot(project: &Project, served: &Served) -> Value {
    project
        .on(served, &["snapshot", "--out", "now.json"])
        .expect(0);
    project.json("now.json")
}

/// Applies org.toml and returns the run.
fn applied(project: &Project, served: &Served) -> String {
    named(&project.on(served, &APPLY).expect(0))
}

/// Undoes a run, and sees to it that nothing is left to undo.
fn undone(project: &Project, served: &Served, run: &str) -> (Run, Run) {
    let plan = ["plan", "--undo", run, "--out", "undo.json"];
    let planned = project.on(served, &plan).expect(0);
    let done = project.on(served, &["apply", "undo.json"]).expect(0);
    let twice = ["plan", "--undo", run, "--detailed-exitcode"];
    let twice = project.on(served, &twice).expect(0);
    let nothing = format!("No changes: nothing of run {run} is left to undo.");
    assert!(twice.stdout.contains(&nothing), "{}", twice.stdout);
    (planned, done)
}

/// The level of everybody, and the projects that they are in by themselves.
fn access(live: &Value) -> Map<String, Value> {
    let members = live["members"].as_object().unwrap();
    let own = |member: &Value| {
        let mut projects = member["projects"].as_object().cloned().unwrap_or_default();
        projects.retain(|_, membership| membership["by_group"] != true);
        projects
    };
    members
        .iter()
        .map(|(key, member)| (key.clone(), json!([member["access"], own(member)])))
        .collect()
}

#[test]
fn levels_and_new_guests_go_back_to_what_they_were() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    let before = access(&snapshot(&project, &served));
    let run = applied(&project, &served);
    let after = access(&snapshot(&project, &served));
    assert_eq!(after.len(), 41);
    let (planned, done) = undone(&project, &served, &run);
    for stays in [
        "30 × mapped for good: their work belongs to the new identity",
        "1 × leaving a tenant destroys more than connecting made",
        "3 × the account stays",
        "3 × the directory does not know them",
        "2 × the guest stays in the directory, as guards.delete_guests says",
        "7 × was in the organization before, and would lose access to it",
        "Plan: 0 to add, 3 to change, 2 to destroy.",
    ] {
        assert!(
            planned.stdout.contains(stays),
            "{stays}:\n{}",
            planned.stdout
        );
    }
    let complete = "Apply complete: 0 added, 3 changed, 2 destroyed.";
    assert!(done.stdout.contains(complete), "{}", done.stdout);
    let (_, again) = done
        .stdout
        .split_once("What org.toml would change again:")
        .unwrap();
    let counts = "Plan: 2 to add, 3 to change, 0 to destroy.";
    assert!(again.contains(counts), "{again}");
    assert!(done.stderr.contains("Change it too"), "{}", done.stderr);
    let mut expected = before;
    // Those whom the run removed were never in the directory.
    expected.retain(|key, _| after.contains_key(key));
    assert_eq!(access(&snapshot(&project, &served)), expected);
    // What org.toml asks for is given again, whenever somebody wants that.
    project.on(&served, &APPLY).expect(0);
    assert_eq!(access(&snapshot(&project, &served)).len(), 41);
}

#[test]
fn guests_are_deleted_only_where_the_guards_allow_and_nobody_has_come() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    project.change_config("delete_guests = false", "delete_guests = true");
    let run = applied(&project, &served);
    let world = served.world();
    let users = world["directory"]["users"].as_object().unwrap();
    let is_nils = |user: &Value| user["mail"] == "nils.holm@adventure-works.com";
    let (nils, _) = users.iter().find(|(_, user)| is_nils(user)).unwrap();
    served.redeem(nils);
    let (planned, _) = undone(&project, &served, &run);
    let removed = "from the organization and the directory";
    assert_eq!(
        planned.stdout.matches(removed).count(),
        1,
        "{}",
        planned.stdout
    );
    let stays = "2 × the guest has accepted";
    assert!(planned.stdout.contains(stays), "{}", planned.stdout);
    let now = snapshot(&project, &served);
    let users = now["directory"]["users"].as_object().unwrap();
    let is_there = |mail: &str| users.values().any(|user| user["mail"] == mail);
    assert!(!is_there("carla.mendes@fabrikam.com"), "{users:?}");
    assert!(is_there("nils.holm@adventure-works.com"), "{users:?}");
    let state = project.read("org.state.json");
    assert!(!state.contains("carla.mendes"), "{state}");
    assert!(state.contains("access[\\\"nils.holm"), "{state}");
}

#[test]
fn projects_and_policies_go_back() {
    let project = Project::of_case("projects");
    let served = Served::start(&project);
    let before = access(&snapshot(&project, &served));
    let run = applied(&project, &served);
    let after = access(&snapshot(&project, &served));
    assert_ne!(before, after);
    undone(&project, &served, &run);
    assert_eq!(access(&snapshot(&project, &served)), before);

    let project = Project::of_case("policies_switched");
    let served = Served::start(&project);
    let before = snapshot(&project, &served)["policies"].clone();
    let run = applied(&project, &served);
    assert_ne!(snapshot(&project, &served)["policies"], before);
    // Without the consent only what is not named inversely goes back.
    let consent = "write_inverted = true";
    project.change_config(consent, "");
    let planned = project.on(&served, &["plan", "--undo", &run]).expect(0);
    let stays = "and its name says the opposite of its value";
    assert!(planned.stdout.contains(stays), "{}", planned.stdout);
    project.append_to_config(consent);
    undone(&project, &served, &run);
    assert_eq!(snapshot(&project, &served)["policies"], before);
}

#[test]
fn what_somebody_has_changed_since_stays_theirs() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    let run = applied(&project, &served);
    served.set_level(EMILY, "advanced");
    let (planned, done) = undone(&project, &served, &run);
    let stays =
        "1 × changed by somebody since: basic-test-plans\n    access[\"emily.w@live.co.uk\"]";
    assert!(planned.stdout.contains(stays), "{}", planned.stdout);
    let complete = "Apply complete: 0 added, 2 changed, 2 destroyed.";
    assert!(done.stdout.contains(complete), "{}", done.stdout);
    let now = snapshot(&project, &served);
    assert_eq!(now["members"][EMILY]["access"], "basic-test-plans");
}

#[test]
fn an_undo_that_was_reviewed_is_refused_step_by_step_too() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    let run = applied(&project, &served);
    project
        .on(&served, &["plan", "--undo", &run, "--out", "undo.json"])
        .expect(0);
    served.set_level(EMILY, "advanced");
    let done = project.on(&served, &["apply", "undo.json"]).expect(6);
    let refused = "access[\"emily.w@live.co.uk\"]  access level: stakeholder → basic-test-plans";
    assert!(done.stderr.contains(refused), "{}", done.stderr);
    let stopped = "Apply stopped: 1 refused as stale.\nUntil then 0 added, 2 changed, 2 destroyed.";
    assert!(done.stdout.contains(stopped), "{}", done.stdout);
}

#[test]
fn whoever_was_taken_out_gets_their_level_again_where_the_directory_knows_them() {
    const REMOVE: &str = "\n[remove]\n";
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    project.on(&served, &APPLY).expect(0);
    let before = access(&snapshot(&project, &served));
    let matched = "\"priya.raman@contoso.com\" = \"moved to another company\"\n";
    project.change_config(REMOVE, &format!("{REMOVE}{matched}"));
    let run = applied(&project, &served);
    assert_eq!(before.len() - 1, access(&snapshot(&project, &served)).len());
    let (planned, _) = undone(&project, &served, &run);
    let added = "Plan: 1 to add, 0 to change, 0 to destroy.";
    assert!(planned.stdout.contains(added), "{}", planned.stdout);
    assert_eq!(access(&snapshot(&project, &served)), before);
}

#[test]
fn the_guards_hold_for_undoing_too() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    let run = applied(&project, &served);
    project.change_config("max_removals = 3", "max_removals = 1");
    let plan = ["plan", "--undo", &run, "--out", "undo.json"];
    let refused = project.on(&served, &plan).expect(4);
    assert!(
        refused.stdout.contains("guards.max_removals"),
        "{}",
        refused.stdout
    );
    let before = served.requests().len();
    project.on(&served, &["apply", "undo.json"]).expect(4);
    let requests = served.requests().split_off(before);
    let is_write = |method: &str| ["PATCH", "DELETE"].contains(&method);
    let writes: Vec<_> = requests
        .iter()
        .filter(|one| is_write(&one.method))
        .collect();
    assert!(writes.is_empty(), "{writes:?}");
}

#[test]
fn an_unknown_run_is_a_mistake_that_names_those_on_record() {
    let project = Project::of_example("contoso");
    let nothing = project.sandbox(&["plan", "--undo", "yesterday"]).expect(3);
    assert!(
        nothing.stderr.contains("no run is on record"),
        "{}",
        nothing.stderr
    );
    let run = named(&project.sandbox(&APPLY).expect(0));
    for unknown in ["yesterday", "../sandbox.state", ""] {
        let refused = project.sandbox(&["plan", "--undo", unknown]).expect(3);
        assert!(
            refused.stderr.contains("there is no run"),
            "{}",
            refused.stderr
        );
        assert!(refused.stderr.contains(&run), "{}", refused.stderr);
    }
}

#[test]
fn twenty_records_are_kept_for_their_owner_alone() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    fs::create_dir(project.path(RUNS)).unwrap();
    for day in 1..=25 {
        for part in PARTS {
            let old = project.path(&format!("{RUNS}/202501{day:02}-000000-000{part}"));
            fs::write(old, "{}").unwrap();
        }
    }
    // A run was killed while it wrote this.
    let half = project.path(&format!("{RUNS}/.tmp0a1b"));
    fs::write(&half, "{\"plan\":").unwrap();
    let run = applied(&project, &served);
    assert!(!half.exists());
    for part in PARTS {
        let names = fs::read_dir(project.path(RUNS)).unwrap();
        let mut names: Vec<String> = names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(part))
            .collect();
        names.sort();
        assert_eq!(names.len(), 20);
        assert_eq!(names[0], format!("20250107-000000-000{part}"));
        assert_eq!(names[19], format!("{run}{part}"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for part in PARTS {
            let path = project.path(&format!("{RUNS}/{run}{part}"));
            let mode = fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
    let damaged = project.on(&served, &["plan", "--undo", "20250125-000000-000"]);
    let damaged = damaged.expect(1);
    assert!(damaged.stderr.contains("damaged"), "{}", damaged.stderr);
}

#[test]
fn undo_tells_the_whole_chain_of_causes_when_a_record_is_damaged() {
    let project = Project::of_example("minimal");
    let records = project.path(RUNS);
    fs::create_dir(&records).unwrap();
    fs::write(records.join("20250125-000000-000.begun.json"), "{").unwrap();
    let run = project.run(&["plan", "--undo", "20250125-000000-000"]);
    let told = "  × org.state.json.runs/20250125-000000-000.begun.json\n  \
                ├─▶ the record of the run is damaged\n  \
                ╰─▶ EOF while parsing an object at line 1 column 1\n  \
                help: it is of no use any more; what it did is in `orgctl state list`\n";
    assert_eq!(run.expect(1).stderr, told);
}

/// An apply that was killed has written down what it was about to do, and not what became of it: the
/// state knows that.
#[test]
fn a_run_that_was_cut_short_can_be_undone() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    let run = applied(&project, &served);
    let whole = project.on(&served, &["plan", "--undo", &run]).expect(0);
    let [begun, ended] = PARTS.map(|part| format!("{RUNS}/{run}{part}"));
    let results = &project.json(&ended)["results"];
    assert_eq!(results["connection[\"contoso\"]"], "done");
    let back = &project.json(&begun)["undo"]["access[\"emily.w@live.co.uk\"]"];
    assert_eq!(*back, "back to: basic");
    fs::remove_file(project.path(&ended)).unwrap();
    let cut_short = project.on(&served, &["plan", "--undo", &run]).expect(0);
    assert_eq!(cut_short.stdout, whole.stdout);
}

#[test]
fn an_undo_of_an_undo_does_again_what_was_undone() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    let run = applied(&project, &served);
    let after = access(&snapshot(&project, &served));
    let (_, done) = undone(&project, &served, &run);
    let (planned, _) = undone(&project, &served, &named(&done));
    let counts = "Plan: 0 to add, 3 to change, 0 to destroy.";
    assert!(planned.stdout.contains(counts), "{}", planned.stdout);
    let now = access(&snapshot(&project, &served));
    assert_eq!(now[EMILY], after[EMILY]);
}

#[test]
fn an_approval_counts_what_has_no_way_back() {
    let project = Project::of_example("contoso");
    project.sandbox(&["plan", "--out", "move.json"]).expect(0);
    let (plan, _) = decode(&project.read("move.json")).unwrap();
    let counts = "43 of 51 steps have no way back: 3 destructive, 40 one-way.";
    assert_eq!(no_way_back(&plan).as_deref(), Some(counts));
}
