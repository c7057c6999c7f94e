//! Saved plans: what was reviewed is what is applied, step by step.

use orgctl::plan::file::{decode, encode};
use serde_json::{Value, json};

use crate::support::project::{Project, Run};
use crate::support::served::Served;

/// Emily Watson, whose level the example changes from basic to stakeholder.
const EMILY: &str = "5e000000-0000-4000-8000-000000000024";
/// Dana Kowalski, whose level it changes from stakeholder to basic.
const DANA: &str = "5e000000-0000-4000-8000-000000000016";

fn planned(project: &Project) {
    let run = project
        .sandbox(&["plan", "--out", "move.plan.json"])
        .expect(0);
    assert!(
        run.stderr.contains("orgctl apply move.plan.json"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_saved_plan_is_applied_without_asking() {
    let project = Project::of_example("contoso");
    planned(&project);
    let run = project.sandbox(&["apply", "move.plan.json"]).expect(0);
    assert!(
        run.stdout.contains("Apply complete: 45 added"),
        "{}",
        run.stdout
    );
}

#[test]
fn it_is_stale_once_it_was_applied() {
    let project = Project::of_example("contoso");
    planned(&project);
    project.sandbox(&["apply", "move.plan.json"]).expect(0);
    let run = project.sandbox(&["apply", "move.plan.json"]).expect(5);
    assert!(
        run.stderr.contains("the saved plan is stale"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("help: make and review a new one"),
        "{}",
        run.stderr
    );
}

#[test]
fn it_is_stale_once_the_configuration_has_changed() {
    let project = Project::of_example("contoso");
    planned(&project);
    project.append_to_config("# a comment is a change to whoever reviewed the file\n");
    let run = project.sandbox(&["apply", "move.plan.json"]).expect(5);
    assert!(
        run.stderr.contains("org.toml has changed"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_step_whose_person_has_changed_is_refused_and_the_rest_goes_on() {
    let project = Project::of_example("contoso");
    planned(&project);
    let world = project.read(".orgctl/world.json");
    assert!(world.contains("Lee Chang"));
    std::fs::write(
        project.path(".orgctl/world.json"),
        world.replace("Lee Chang", "Li"),
    )
    .unwrap();
    let run = project.sandbox(&["apply", "move.plan.json"]).expect(6);
    let why = "mapping[\"lee.chang@outlook.com\"]  name: Lee Chang → Li";
    assert!(run.stderr.contains(why), "{}", run.stderr);
    let end = "Apply stopped: 1 refused as stale.\n\
               Until then 44 added, 3 changed, 3 destroyed, 10 adopted.";
    assert!(run.stdout.contains(end), "{}", run.stdout);
    assert!(
        run.stdout
            .contains("refused  mapping[\"lee.chang@outlook.com\"]"),
        "{}",
        run.stdout
    );
    let new = "Make and review a new plan";
    assert!(run.stdout.contains(new), "{}", run.stdout);
    let left = project.sandbox(&["plan", "--format", "json"]).expect(0);
    let left: Value = serde_json::from_str(&left.stdout).unwrap();
    let left = left["resource_changes"].as_array().unwrap();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0]["address"], "mapping[\"lee.chang@outlook.com\"]");
}

#[test]
fn a_mapping_is_refused_once_the_account_has_another_name() {
    let project = Project::of_example("contoso");
    planned(&project);
    project.edit_world(|world| {
        let users = world["directory"]["users"].as_object_mut().unwrap();
        let lee = users
            .values_mut()
            .find(|user| user["user_principal_name"] == "lee.chang@contoso.com");
        lee.unwrap()["display_name"] = json!("Lea Changeau");
    });
    let run = project.sandbox(&["apply", "move.plan.json"]).expect(6);
    let why = "mapping[\"lee.chang@outlook.com\"]  name in the directory: Lee Chang → Lea Changeau";
    assert!(run.stderr.contains(why), "{}", run.stderr);
    let end = "Apply stopped: 1 refused as stale.";
    assert!(run.stdout.contains(end), "{}", run.stdout);
}

#[test]
fn a_saved_plan_shows_both_names_and_the_reason_of_a_pair() {
    let project = Project::of_case("both_names");
    planned(&project);
    let show = |format: &str| {
        let run = project.run(&["show", "move.plan.json", "--format", format]);
        run.expect(0).stdout
    };
    let shown = show("text");
    assert_eq!(shown, project.sandbox(&["plan"]).expect(0).stdout);
    let markdown = show("markdown");
    for text in [&shown, &markdown] {
        assert!(text.contains("Lee Gu → Lee M. Gu"), "{text}");
        assert!(text.contains("because: the "), "{text}");
    }
    let json: Value = serde_json::from_str(&show("json")).unwrap();
    let changes = json["resource_changes"].as_array().unwrap();
    let lee = changes
        .iter()
        .find(|change| change["address"] == "mapping[\"lee@outlook.com\"]");
    let lee = lee.unwrap();
    assert_eq!(lee["display_name"], "Lee Gu");
    assert_eq!(lee["change"]["after"]["name"], "Lee M. Gu");
    assert_eq!(lee["change"]["after"]["account"], "lg@contoso.com");
}

/// As plans were written that did not hold the names.
#[test]
fn a_plan_that_was_saved_without_names_holds() {
    let project = Project::of_example("contoso");
    planned(&project);
    let (mut plan, digest) = decode(&project.read("move.plan.json")).unwrap();
    for step in plan.stages.iter_mut().flat_map(|stage| &mut stage.steps) {
        step.change = step.change.clone().without_remarks();
    }
    for facts in plan.facts.values_mut() {
        let mut seen = serde_json::to_value(&*facts).unwrap();
        seen.as_object_mut().unwrap().remove("name_in_directory");
        *facts = serde_json::from_value(seen).unwrap();
    }
    std::fs::write(project.path("move.plan.json"), encode(&plan, &digest)).unwrap();
    project.sandbox(&["apply", "move.plan.json"]).expect(0);
}

#[test]
fn steps_that_need_a_refused_one_are_refused_with_it() {
    let project = Project::of_example("contoso");
    planned(&project);
    // Somebody makes the account that the plan would make, by hand and under another name.
    project.edit_world(|world| {
        let users = world["directory"]["users"].as_object_mut().unwrap();
        let mut ana = users.values().next().unwrap().clone();
        ana["user_principal_name"] = json!("sam.ode@contoso.com");
        ana["mail"] = json!("sam.ode@contoso.com");
        ana["display_name"] = json!("Sam O.");
        let id = "0b1ec700-0000-4000-8000-0000000000ff";
        users.insert(id.to_owned(), ana);
    });
    let run = project.sandbox(&["apply", "move.plan.json"]).expect(6);
    let made = "directory_user[\"sam.ode@contoso.com\"]  account in the directory: none → 0b1ec700";
    assert!(run.stderr.contains(made), "{}", run.stderr);
    let mapped = "mapping[\"sam.ode@hotmail.com\"]  account in the directory: none → 0b1ec700";
    assert!(run.stderr.contains(mapped), "{}", run.stderr);
    let stopped = "Apply stopped: 2 refused as stale.";
    assert!(run.stdout.contains(stopped), "{}", run.stdout);
}

#[test]
fn nothing_left_of_it_is_a_stale_plan() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    project.on(&served, &["apply", "--auto-approve"]).expect(0);
    let stakeholder = "\"emily.watson@contoso.com\", access = \"stakeholder\"";
    project.change_config(
        stakeholder,
        "\"emily.watson@contoso.com\", access = \"basic\"",
    );
    project
        .on(&served, &["plan", "--out", "one.json"])
        .expect(0);
    served.set_level(EMILY, "advanced");
    let before = served.requests().len();
    let run = project.on(&served, &["apply", "one.json"]).expect(5);
    let why = "access[\"emily.w@live.co.uk\"]  access level: stakeholder → basic-test-plans";
    assert!(run.stderr.contains(why), "{}", run.stderr);
    assert!(
        run.stderr.contains("nothing of it is left"),
        "{}",
        run.stderr
    );
    let requests = served.requests().split_off(before);
    assert!(requests.iter().all(|one| one.method != "PATCH"));
}

#[test]
fn what_nobody_has_reviewed_is_not_carried_out() {
    let project = Project::of_example("contoso");
    planned(&project);
    let (mut plan, digest) = decode(&project.read("move.plan.json")).unwrap();
    for stage in &mut plan.stages {
        stage
            .steps
            .retain(|step| step.address.key() != "emily.w@live.co.uk");
    }
    std::fs::write(project.path("move.plan.json"), encode(&plan, &digest)).unwrap();
    let run = project.sandbox(&["apply", "move.plan.json"]).expect(6);
    let told = "2 steps are not in the saved plan, and not carried out: nobody has reviewed that.\n  \
                mapping[\"emily.w@live.co.uk\"]\n  access[\"emily.w@live.co.uk\"]";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let complete = "Apply complete: 44 added, 2 changed";
    assert!(run.stdout.contains(complete), "{}", run.stdout);
    let left = "Plan: 1 to add, 1 to change, 0 to destroy.";
    assert!(run.stdout.contains(left), "{}", run.stdout);
}

#[test]
fn a_fatal_finding_that_is_new_refuses_all_of_it() {
    let project = Project::of_example("contoso");
    planned(&project);
    let world = project.read(".orgctl/world.json");
    let world = world.replace("jamie.fox.dev@outlook.com", "somebody@outlook.com");
    std::fs::write(project.path(".orgctl/world.json"), world).unwrap();
    let run = project.sandbox(&["apply", "move.plan.json"]).expect(4);
    assert!(
        run.stdout.contains("somebody@outlook.com"),
        "{}",
        run.stdout
    );
    assert!(!project.path(".orgctl/sandbox.state.json").exists());
}

/// Applies a saved plan, slowly, and lets somebody change something once guests are being invited.
fn changed_meanwhile(change: impl FnOnce(&Served)) -> (Project, Served, Run) {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    project
        .on(&served, &["plan", "--out", "move.plan.json"])
        .expect(0);
    let slowly = json!({ "delay": { "ms": 400 } });
    served.add_fault("POST", "/v1.0/invitations", &slowly);
    let child = project.start_on(&served, &["apply", "move.plan.json"]);
    served.wait_for("/invitations");
    change(&served);
    let run = project.ended(child.wait_with_output().unwrap()).expect(6);
    (project, served, run)
}

#[test]
fn a_level_that_somebody_sets_in_the_middle_of_an_apply_stays() {
    let (project, served, run) = changed_meanwhile(|served| served.set_level(EMILY, "advanced"));
    let refused = "refused  access[\"emily.w@live.co.uk\"]\n         access level: basic → \
                   basic-test-plans";
    assert!(run.stdout.contains(refused), "{}", run.stdout);
    let stopped = "Apply stopped: 1 refused as stale.\n\
                   Until then 45 added, 2 changed, 3 destroyed, 10 adopted.";
    assert!(run.stdout.contains(stopped), "{}", run.stdout);
    project
        .on(&served, &["snapshot", "--out", "now.json"])
        .expect(0);
    let now = project.json("now.json");
    assert_eq!(now["members"][EMILY]["access"], "basic-test-plans");
    assert_eq!(now["members"][DANA]["access"], "basic", "the rest went on");
}

#[test]
fn nobody_is_mapped_to_an_account_that_somebody_disables_in_the_middle() {
    let lee = "0b1ec700-0000-4000-8000-000000000028";
    let (_project, served, run) = changed_meanwhile(|served| {
        let disabled = json!({ "accountEnabled": false });
        let place = format!("graph.microsoft.com/v1.0/users/{lee}");
        served.send(&reqwest::Method::PATCH, &place, &disabled);
    });
    let refused = "refused  mapping[\"lee.chang@outlook.com\"]\n         kind of account: member → \
                   member, disabled";
    assert!(run.stdout.contains(refused), "{}", run.stdout);
    assert!(
        run.stdout.contains("Apply stopped: 1 refused as stale."),
        "{}",
        run.stdout
    );
    let mapped = |one: &orgctl::sandbox::Logged| one.path.contains("_apis/graph/users/");
    let requests = served.requests();
    let mapped = requests
        .iter()
        .filter(|one| one.method == "PATCH" && mapped(one));
    assert_eq!(mapped.count(), 29, "thirty were planned");
}

#[test]
fn looking_again_takes_lists_and_no_request_a_person() {
    let reads = |project: &Project, arguments: &[&str]| {
        let served = Served::start(project);
        project.on(&served, arguments).expect(0);
        let requests = served.requests();
        requests.iter().filter(|one| one.method == "GET").count()
    };
    let project = Project::of_example("contoso");
    let a_plan = reads(&project, &["plan", "--out", "move.plan.json"]);
    let direct = reads(
        &Project::of_example("contoso"),
        &["apply", "--auto-approve"],
    );
    let saved = reads(&project, &["apply", "move.plan.json"]);
    // Clean needs no look so soon after the plan; directory, connect, map and access have one each.
    assert!(saved > direct, "it looks again");
    assert!(
        saved <= direct + 4 * a_plan,
        "{saved} > {direct} + 4 × {a_plan}"
    );
}

#[test]
fn a_fingerprint_that_was_tampered_with_is_noticed() {
    let project = Project::of_example("contoso");
    planned(&project);
    let text = project.read("move.plan.json");
    let name = "\"sign_in_name\": \"lee.chang@outlook.com\"";
    assert!(text.contains(name));
    let text = text.replacen(name, "\"sign_in_name\": \"li@outlook.com\"", 1);
    std::fs::write(project.path("move.plan.json"), text).unwrap();
    let run = project.sandbox(&["apply", "move.plan.json"]).expect(1);
    let why = "fingerprint contradicts";
    assert!(
        run.stderr.replace("\n        ", " ").contains(why),
        "{}",
        run.stderr
    );
}

#[test]
fn a_damaged_plan_is_an_error_with_a_place() {
    let project = Project::of_example("contoso");
    planned(&project);
    let text = project.read("move.plan.json");
    std::fs::write(project.path("move.plan.json"), &text[..text.len() / 2]).unwrap();
    let run = project.sandbox(&["apply", "move.plan.json"]).expect(1);
    assert!(run.stderr.contains("cut off at line"), "{}", run.stderr);
}

#[test]
fn show_prints_it_in_every_form() {
    let project = Project::of_example("contoso");
    planned(&project);
    let text = project.run(&["show", "move.plan.json"]).expect(0);
    let planned = project.sandbox(&["plan"]).expect(0);
    assert_eq!(text.stdout, planned.stdout);
    let json = project
        .run(&["show", "move.plan.json", "--format", "json"])
        .expect(0);
    assert_eq!(json.stdout, project.read("move.plan.json"));
    let markdown = project
        .run(&["show", "move.plan.json", "--format", "markdown"])
        .expect(0);
    assert!(
        markdown.stdout.contains("| `+` | invite"),
        "{}",
        markdown.stdout
    );
}
