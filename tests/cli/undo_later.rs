//! Undoing a run after which something else has happened: sections have left org.toml, people have been
//! removed by somebody else, steps failed, or the run was stopped half-way.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::project::{Project, Run, interrupt};
use crate::support::served::Served;

const APPLY: [&str; 2] = ["apply", "--auto-approve"];
const WHOLE: &str = "whole.toml";
const EMILY: &str = "5e000000-0000-4000-8000-000000000024";
const DANA: &str = "5e000000-0000-4000-8000-000000000016";

/// The last run on record.
fn last_run(project: &Project) -> String {
    let names = fs::read_dir(project.path("org.state.json.runs")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let runs = names.filter_map(|name| Some(name.strip_suffix(".begun.json")?.to_owned()));
    runs.max().unwrap()
}

/// Where it is written what became of a run.
fn end_of(project: &Project, run: &str) -> PathBuf {
    project.path(&format!("org.state.json.runs/{run}.ended.json"))
}

fn ended(project: &Project, run: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(end_of(project, run)).unwrap()).unwrap()
}

fn applied(project: &Project, served: &Served) -> String {
    project.on(served, &APPLY).expect(0);
    last_run(project)
}

/// What is there, by an org.toml that asks for all of it.
fn snapshot(project: &Project, served: &Served) -> Value {
    let snapshot = ["--config", WHOLE, "snapshot", "--out", "now.json"];
    project.on(served, &snapshot).expect(0);
    project.json("now.json")
}

/// A project whose org.toml of the beginning is kept beside it.
fn of_case(name: &str) -> Project {
    kept(Project::of_case(name))
}

fn contoso() -> Project {
    kept(Project::of_example("contoso"))
}

fn kept(project: Project) -> Project {
    fs::copy(project.path("org.toml"), project.path(WHOLE)).unwrap();
    project
}

fn planned(project: &Project, served: &Served, run: &str) -> Run {
    let plan = ["plan", "--undo", run, "--out", "undo.json"];
    project.on(served, &plan).expect(0)
}

/// Undoes a run, and sees to it that nothing is left to undo.
#[track_caller]
fn undone(project: &Project, served: &Served, run: &str) -> (Run, Run) {
    let planned = planned(project, served, run);
    let done = project.on(served, &["apply", "undo.json"]).expect(0);
    let twice = project.on(served, &["plan", "--undo", run]).expect(0);
    let nothing = format!("No changes: nothing of run {run} is left to undo.");
    assert!(twice.stdout.contains(&nothing), "{}", twice.stdout);
    (planned, done)
}

#[track_caller]
fn assert_says(run: &Run, text: &str) {
    assert!(
        run.stdout.contains(text),
        "{text}:\n{}\n{}",
        run.stdout,
        run.stderr
    );
}

/// Takes the lines with a word, and everything below a section, out of org.toml.
fn without(project: &Project, section: &str, word: &str) {
    let text = project.read("org.toml");
    let (text, _) = text.split_once(section).unwrap_or((&text, ""));
    let lines = text.lines().filter(|line| !line.contains(word));
    let text: Vec<&str> = lines.collect();
    fs::write(project.path("org.toml"), text.join("\n") + "\n").unwrap();
}

/// Everybody with their level and the projects that they are in by themselves.
fn projects(project: &Project, served: &Served) -> Value {
    let now = snapshot(project, served);
    let members = now["members"].as_object().unwrap().values();
    let one = |member: &Value| {
        let mut projects = member["projects"].as_object().cloned().unwrap_or_default();
        projects.retain(|_, membership| membership["by_group"] != true);
        json!([member["principal_name"], member["access"], projects])
    };
    members.map(one).collect()
}

/// One of them, by the beginning of the name.
fn of_person<'a>(all: &'a Value, name: &str) -> &'a Value {
    let mut all = all.as_array().unwrap().iter();
    let is_named = |one: &&Value| one[0].as_str().unwrap().starts_with(name);
    all.find(is_named).unwrap()
}

#[test]
fn policies_go_back_after_their_section_has_left_org_toml() {
    let project = of_case("policies_switched");
    let served = Served::start(&project);
    let before = snapshot(&project, &served)["policies"].clone();
    let run = applied(&project, &served);
    let switched = snapshot(&project, &served)["policies"].clone();
    assert_ne!(switched, before);
    without(&project, "[policies]", "\u{0}");
    let planned = planned(&project, &served, &run);
    assert!(
        !planned.stdout.contains("does not tell"),
        "{}",
        planned.stdout
    );
    assert_says(&planned, "audit_log  on → off");
    // Whose names say the opposite of their values still needs the consent that went with the section.
    assert_says(&planned, "policies.write_inverted is not set");
    project.append_to_config("[policies]\nwrite_inverted = true\n");
    let (_, done) = undone(&project, &served, &run);
    assert!(
        !done.stderr.contains("still asks"),
        "org.toml does not ask for any of them: {}",
        done.stderr
    );
    assert_eq!(snapshot(&project, &served)["policies"], before);
}

#[test]
fn policies_go_back_after_the_state_has_forgotten_them() {
    let project = of_case("policies_switched");
    let served = Served::start(&project);
    let before = snapshot(&project, &served)["policies"].clone();
    let run = applied(&project, &served);
    without(&project, "[policies]", "\u{0}");
    project.append_to_config("[policies]\nwrite_inverted = true\n");
    project.on(&served, &APPLY).expect(0);
    assert!(!project.read("org.state.json").contains("policy["));
    undone(&project, &served, &run);
    assert_eq!(snapshot(&project, &served)["policies"], before);
}

#[test]
fn a_policy_that_the_service_no_longer_tells_stays_and_is_named() {
    let project = of_case("policies_switched");
    let served = Served::start(&project);
    let run = applied(&project, &served);
    without(&project, "[policies]", "\u{0}");
    served.add_fault(
        "GET",
        "OrganizationPolicy/Policies",
        &json!({ "status": { "code": 403 } }),
    );
    let planned = planned(&project, &served, &run);
    assert_says(&planned, "× the service does not tell how it stands");
    assert_says(&planned, "policy[\"audit_log\"]");
}

#[test]
fn projects_go_back_after_their_lines_have_left_org_toml() {
    let project = of_case("projects");
    let served = Served::start(&project);
    let before = projects(&project, &served);
    let run = applied(&project, &served);
    assert_ne!(projects(&project, &served), before);
    without(&project, "\u{0}", "projects = ");
    undone(&project, &served, &run);
    assert_eq!(projects(&project, &served), before);
    // What was there before the first apply is nobody's to take away.
    project.on(&served, &APPLY).expect(0);
    for person in ["lee@", "sam@", "bo@"] {
        let now = projects(&project, &served);
        assert_eq!(of_person(&now, person), of_person(&before, person));
    }
}

#[test]
fn projects_that_a_run_took_come_back_after_the_state_has_forgotten_them() {
    let project = of_case("projects");
    let served = Served::start(&project);
    project.on(&served, &APPLY).expect(0);
    let before = projects(&project, &served);
    without(&project, "\u{0}", "sam@contoso.com\" =");
    let run = applied(&project, &served);
    assert_ne!(projects(&project, &served), before);
    // Nobody has a project by org.toml or by the state any more.
    without(&project, "\u{0}", "projects = ");
    project.on(&served, &APPLY).expect(0);
    undone(&project, &served, &run);
    let now = projects(&project, &served);
    assert_eq!(of_person(&now, "sam@"), of_person(&before, "sam@"));
}

/// What somebody has made of it since shows only to whoever reads projects, for which neither org.toml
/// nor the state has a reason.
#[test]
fn a_project_that_somebody_has_given_since_stays_theirs_whoever_speaks_of_projects() {
    const SAM: &str = "10000000-0000-4000-8000-000000000003";
    const SITE: &str = "50000000-0000-4000-8000-000000000003";
    let project = of_case("projects");
    let served = Served::start(&project);
    project.on(&served, &APPLY).expect(0);
    without(&project, "\u{0}", "sam@contoso.com\" =");
    let run = applied(&project, &served);
    without(&project, "\u{0}", "projects = ");
    project.on(&served, &APPLY).expect(0);
    let reader = json!({ "group": { "groupType": "projectReader" }, "projectRef": { "id": SITE } });
    let path = format!("/{SAM}/projectEntitlements/{SITE}");
    let gives = json!([{ "from": "", "op": "add", "path": path, "value": reader }]);
    let place = "vsaex.dev.azure.com/contoso/_apis/userentitlements?api-version=7.1";
    served.send(&reqwest::Method::PATCH, place, &gives);
    let theirs = projects(&project, &served);
    assert_eq!(of_person(&theirs, "sam@")[2][SITE]["role"], "reader");
    let (planned, _) = undone(&project, &served, &run);
    assert_says(&planned, "changed by somebody since: basic, reader in Сайт");
    assert_eq!(projects(&project, &served), theirs);
}

#[test]
fn whoever_was_removed_by_somebody_else_since_is_named_and_left_alone() {
    let project = contoso();
    let served = Served::start(&project);
    let run = applied(&project, &served);
    let place = format!(
        "vsaex.dev.azure.com/contoso/_apis/userentitlements/{EMILY}?api-version=7.1-preview.3"
    );
    served.send(&reqwest::Method::DELETE, &place, &json!([]));
    let (planned, done) = undone(&project, &served, &run);
    assert_says(
        &planned,
        "1 × is no user of the organization any more\n    access[\"emily.w@live.co.uk\"]",
    );
    assert_says(&done, "Apply complete: 0 added, 2 changed, 2 destroyed.");
    let now = snapshot(&project, &served);
    assert_eq!(now["members"][EMILY], Value::Null);
}

#[test]
fn of_a_run_with_failed_steps_only_what_was_done_goes_back() {
    let project = contoso();
    let served = Served::start(&project);
    let before = snapshot(&project, &served);
    served.add_fault(
        "PATCH",
        "userentitlements",
        &json!({ "status": { "code": 403 } }),
    );
    project.on(&served, &APPLY).expect(6);
    served.clear_faults();
    let run = last_run(&project);
    let became = &ended(&project, &run)["results"]["access[\"emily.w@live.co.uk\"]"];
    assert_eq!(*became, "failed");
    // Meanwhile somebody sets by hand what the run could not.
    served.set_level(EMILY, "stakeholder");
    let (planned, _) = undone(&project, &served, &run);
    assert!(
        !planned.stdout.contains("access[\"emily.w"),
        "{}",
        planned.stdout
    );
    assert_says(&planned, "30 × mapped for good");
    let now = snapshot(&project, &served);
    assert_eq!(now["members"][EMILY]["access"], "stakeholder");
    assert_eq!(
        now["members"][DANA]["access"],
        before["members"][DANA]["access"]
    );
}

#[test]
fn of_a_run_that_was_stopped_half_way_only_what_was_done_goes_back() {
    let project = contoso();
    let served = Served::start(&project);
    project.change_config("delete_guests = false", "delete_guests = true");
    served.add_fault(
        "POST",
        "/v1.0/invitations",
        &json!({ "delay": { "ms": 300 } }),
    );
    let child = project.start_on(&served, &APPLY);
    served.wait_for("/invitations");
    interrupt(&child);
    project.ended(child.wait_with_output().unwrap()).expect(6);
    served.clear_faults();
    let run = last_run(&project);
    let results = &ended(&project, &run)["results"];
    assert_eq!(results["connection[\"contoso\"]"], "not_begun");
    let planned = planned(&project, &served, &run);
    assert_says(&planned, "3 × the directory does not know them");
    assert!(
        !planned.stdout.contains("mapped for good"),
        "{}",
        planned.stdout
    );
    assert!(
        !planned.stdout.contains("leaving a tenant"),
        "{}",
        planned.stdout
    );
}

/// It was killed while levels were set: of those its journal does not tell whether they were.
#[test]
fn of_a_run_that_was_killed_nothing_is_passed_over_in_silence() {
    let project = contoso();
    let served = Served::start(&project);
    served.add_rules(&["PATCH userentitlements drop=after"]);
    let mut child = project.start_on(&served, &APPLY);
    // The answer to those who are new is lost, so apply looks for a second before it records anybody.
    let level = || served.world()["organization"]["members"][EMILY]["entitlement"]["level"].clone();
    while level() != "stakeholder" {
        assert!(child.try_wait().unwrap().is_none(), "it ended too early");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    served.clear_faults();
    project.age_journal(Duration::from_secs(60));
    let run = last_run(&project);
    assert!(!end_of(&project, &run).exists());
    let now = snapshot(&project, &served);
    assert_eq!(now["members"][EMILY]["access"], "stakeholder");
    let planned = planned(&project, &served, &run);
    assert_says(&planned, "the state does not say that orgctl made it");
    assert_says(&planned, "access[\"emily.w@live.co.uk\"]");
    // The next apply finds it so and owns it; then it has a way back.
    project.on(&served, &APPLY).expect(0);
    undone(&project, &served, &run);
    let now = snapshot(&project, &served);
    assert_eq!(now["members"][EMILY]["access"], "basic");
}

/// Undoing lets go of what it brings back; so a cut-short undo is told from one that has not begun.
#[test]
fn an_undo_that_was_cut_short_is_undone_as_far_as_it_went() {
    let project = of_case("projects");
    let served = Served::start(&project);
    let run = applied(&project, &served);
    let after = projects(&project, &served);
    undone(&project, &served, &run);
    let undo = last_run(&project);
    assert_ne!(undo, run);
    fs::remove_file(end_of(&project, &undo)).unwrap();
    undone(&project, &served, &undo);
    let now = projects(&project, &served);
    assert_eq!(of_person(&now, "lee@"), of_person(&after, "lee@"));
}
