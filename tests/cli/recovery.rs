//! What an earlier run, or another one, left behind.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::at_once::at_once;
use crate::support::project::{Project, full_or, interrupt};
use crate::support::served::Served;
use crate::support::states::{journal, write_state};

const STATE: &str = ".orgctl/sandbox.state.json";
const JOURNAL: &str = ".orgctl/sandbox.state.json.journal";

/// A project whose guests-only change is still to be made, and the state of the move before it.
fn moved_with_more_to_do() -> Project {
    let project = Project::of_example("contoso");
    project.sandbox(&["apply", "--auto-approve"]).expect(0);
    let toml = project.read("org.toml");
    let changed = toml.replace(
        "\"emily.w@live.co.uk\" = { to = \"emily.watson@contoso.com\", access = \"stakeholder\" }",
        "\"emily.w@live.co.uk\" = { to = \"emily.watson@contoso.com\", access = \"basic\" }",
    );
    assert_ne!(toml, changed);
    fs::write(project.path("org.toml"), changed).unwrap();
    project
}

#[test]
fn a_journal_that_is_damaged_stops_every_command_and_names_the_line() {
    let project = moved_with_more_to_do();
    let state = project.json(STATE);
    let intent = json!({ "intent": {
        "address": "access[\"emily.w@live.co.uk\"]", "after": { "level": "basic" } } });
    let lines = [intent.clone(), intent];
    let text = journal(&state["lineage"], &state["serial"], &lines);
    fs::write(
        project.path(JOURNAL),
        text.replacen("\"basic\"", "\"bosic\"", 1),
    )
    .unwrap();
    for command in [&["plan"] as &[&str], &["apply", "--auto-approve"]] {
        let run = project.sandbox(command).expect(1);
        let words = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        let words = words.replace("│ ", "");
        let what = "sandbox.state.json.journal:2: the journal is damaged: its text has changed";
        assert!(words.contains(what), "{words}");
        assert!(
            words.contains("only its first line in its place"),
            "{words}"
        );
    }
    // As it says: what stands above the damage is whole.
    let first = text.lines().next().unwrap();
    fs::write(project.path(JOURNAL), format!("{first}\n")).unwrap();
    assert_converges(&project);
}

fn assert_converges(project: &Project) {
    project.age_journal(Duration::from_secs(60));
    let run = project.sandbox(&["apply", "--auto-approve"]).expect(0);
    assert!(
        run.stdout
            .trim_end()
            .ends_with("No changes. contoso is as org.toml says.")
    );
    assert!(!project.path(JOURNAL).exists());
}

#[test]
fn a_journal_that_was_never_begun_is_in_nobodys_way() {
    let project = moved_with_more_to_do();
    fs::write(project.path(JOURNAL), "").unwrap();
    assert_converges(&project);
}

#[test]
fn a_journal_that_the_state_has_taken_in_is_in_nobodys_way() {
    let project = moved_with_more_to_do();
    let journal = journal(&project.json(STATE)["lineage"], &json!(1), &[]);
    fs::write(project.path(JOURNAL), journal).unwrap();
    assert_converges(&project);
}

#[test]
fn a_journal_of_no_use_is_gone_also_when_there_is_nothing_to_do() {
    let project = moved_with_more_to_do();
    assert_converges(&project);
    let taken_in = journal(&project.json(STATE)["lineage"], &json!(1), &[]);
    for left in ["", taken_in.as_str()] {
        fs::write(project.path(JOURNAL), left).unwrap();
        assert_converges(&project);
    }
}

#[test]
fn every_prefix_of_a_journal_is_recovered_from() {
    let project = moved_with_more_to_do();
    let state = project.json(STATE);
    let made = json!({ "intent": {
        "address": "directory_user[\"zoe.brandt@contoso.com\"]",
        "after": { "display_name": "Zoë 李雷 Brandt" } } });
    let changed = json!({ "intent": {
        "address": "access[\"emily.w@live.co.uk\"]", "after": { "level": "basic" } } });
    let journal = journal(&state["lineage"], &state["serial"], &[made, changed]);
    let (world, text) = (project.read(".orgctl/world.json"), project.read(STATE));
    let (toml, seed) = (project.read("org.toml"), project.read("live.json"));
    let lengths = (0..=journal.len())
        .step_by(full_or(13, 91))
        .chain([journal.len()]);
    at_once(full_or(8, 2), lengths, |length| {
        let project = Project::new(&toml, &seed);
        fs::create_dir(project.path(".orgctl")).unwrap();
        fs::write(project.path(".orgctl/world.json"), &world).unwrap();
        fs::write(project.path(STATE), &text).unwrap();
        fs::write(project.path(JOURNAL), &journal.as_bytes()[..length]).unwrap();
        assert_converges(&project);
    });
}

#[test]
fn a_state_of_another_organization_is_refused() {
    let project = Project::of_example("contoso");
    project.sandbox(&["apply", "--auto-approve"]).expect(0);
    let mut state = project.json(STATE);
    state["organization"] = json!("0ff1ce00-0000-4000-8000-000000000000");
    write_state(&project, STATE, &state.to_string());
    let run = project.sandbox(&["plan"]).expect(3);
    assert!(
        run.stderr.contains("is about another organization"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_plan_saved_after_a_crash_can_be_applied() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    served.add_fault("PATCH", "", &json!({ "delay": { "ms": 1000 } }));
    let mut child = project.start_on(&served, &["apply", "--auto-approve"]);
    served.wait_for("/Me");
    let plan = project.on(&served, &["plan", "-q"]).expect(0);
    assert!(
        plan.stderr.is_empty(),
        "-q says nothing besides: {}",
        plan.stderr
    );
    let plan = project.on(&served, &["plan"]).expect(0);
    assert!(
        plan.stderr.contains("An apply is running: somebody on"),
        "{}",
        plan.stderr
    );
    child.kill().unwrap();
    child.wait().unwrap();
    served.clear_faults();
    project.age_journal(Duration::from_secs(60));
    let plan = project
        .on(&served, &["plan", "--out", "rest.json"])
        .expect(0);
    assert!(
        plan.stderr.contains("An earlier apply was cut short"),
        "{}",
        plan.stderr
    );
    project.on(&served, &["apply", "rest.json"]).expect(0);
}

#[test]
fn a_second_interrupt_stops_at_once() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    served.add_fault(
        "PATCH",
        "organizations/me",
        &json!({ "delay": { "ms": 20_000 } }),
    );
    let child = project.start_on(&served, &["apply", "--auto-approve"]);
    // The request is logged once it is answered, so what comes before it has to do.
    served.wait_for("/invitations");
    std::thread::sleep(Duration::from_millis(1500));
    let begin = Instant::now();
    interrupt(&child);
    std::thread::sleep(Duration::from_millis(300));
    interrupt(&child);
    let run = project.ended(child.wait_with_output().unwrap()).expect(6);
    assert!(
        begin.elapsed() < Duration::from_secs(10),
        "it waited for what was in flight"
    );
    assert!(run.stderr.contains("Ctrl-C again aborts"), "{}", run.stderr);
    assert!(run.stderr.contains("aborted"), "{}", run.stderr);
    served.clear_faults();
}

#[test]
fn nobody_else_writes_the_world_of_a_sandbox() {
    let project = Project::of_example("contoso");
    let _served = Served::start(&project);
    let run = project.sandbox(&["plan"]).expect(5);
    assert!(
        run.stderr.contains("world.json is locked by somebody on"),
        "{}",
        run.stderr
    );
    project.run(&["sandbox", "reset"]).expect(5);
    project.run(&["sandbox", "connect"]).expect(5);
}

#[test]
fn however_quiet_the_gate_says_what_to_do() {
    let project = Project::of_example("minimal");
    let run = project
        .sandbox(&["-q", "apply", "--auto-approve"])
        .expect(7);
    assert!(
        run.stderr.contains("_settings/organizationAad"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_path_of_org_toml_makes_no_plan_stale() {
    let project = Project::of_example("contoso");
    project.sandbox(&["plan", "--out", "move.json"]).expect(0);
    let absolute = project.path("org.toml");
    let absolute = absolute.to_str().unwrap();
    project
        .sandbox(&["--config", absolute, "apply", "move.json"])
        .expect(0);
}

#[test]
fn whom_a_list_misses_is_asked_for_and_not_invited_again() {
    let project = Project::of_example("contoso");
    let served = Served::start_with(&project, &["--set", "lag.lists_ms=600000"]);
    let invitations = || {
        let requests = served.requests();
        requests
            .iter()
            .filter(|one| one.path.ends_with("/invitations"))
            .count()
    };
    // Lists of the organization miss the two who are new there, so the proof is not empty yet.
    project.on(&served, &["apply", "--auto-approve"]).expect(6);
    assert_eq!(invitations(), 9);
    let plan = project.on(&served, &["plan"]).expect(0);
    assert!(!plan.stdout.contains("+ invite"), "{}", plan.stdout);
    project.on(&served, &["apply", "--auto-approve"]);
    assert_eq!(invitations(), 9, "somebody got a second mail");
}
