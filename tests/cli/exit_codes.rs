//! Each exit status, once.

use serde_json::json;

use crate::support::project::Project;
use crate::support::served::Served;

#[test]
fn zero_when_there_is_nothing_to_do() {
    let project = Project::of_case("all_match");
    project.sandbox(&["apply", "--auto-approve"]).expect(0);
    project.sandbox(&["plan", "--detailed-exitcode"]).expect(0);
}

#[test]
fn one_when_the_services_cannot_be_reached() {
    let project = Project::of_case("all_match");
    let run = project.at("http://127.0.0.1:9", &["plan"]).expect(1);
    assert!(run.stderr.contains("dev.azure.com"), "{}", run.stderr);
    assert!(
        run.stderr.contains("help: check the network"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.is_empty(), "{}", run.stdout);
}

#[test]
fn two_when_there_are_changes_and_it_was_asked() {
    let project = Project::of_case("all_match");
    project.sandbox(&["plan", "--detailed-exitcode"]).expect(2);
    project.sandbox(&["plan"]).expect(0);
}

#[test]
fn three_when_the_command_line_or_the_configuration_is_wrong() {
    let project = Project::of_case("all_match");
    project.run(&["plan", "--no-such-option"]).expect(3);
    project.run(&["--config", "nowhere.toml", "plan"]).expect(3);
    project.run(&["-C", "nowhere", "plan"]).expect(3);
    project.append_to_config("\n[membres]\n");
    let run = project.run(&["validate"]).expect(3);
    assert!(run.stderr.contains("org.toml:"), "{}", run.stderr);
    assert!(run.stderr.contains("members"), "{}", run.stderr);
    project.run(&["plan"]).expect(3);
    project.run(&["apply"]).expect(3);
}

#[test]
fn three_when_nobody_is_there_to_approve() {
    let project = Project::of_case("all_match");
    let run = project.sandbox(&["apply"]).expect(3);
    assert!(run.stderr.contains("--auto-approve"), "{}", run.stderr);
    project.sandbox(&["plan", "--detailed-exitcode"]).expect(2);
}

#[test]
fn four_when_a_finding_refuses() {
    let project = Project::of_case("removals_over_count");
    project.sandbox(&["plan"]).expect(4);
    let run = project.sandbox(&["apply", "--auto-approve"]).expect(4);
    assert!(run.stdout.contains("guards.max_removals"), "{}", run.stdout);
    project
        .sandbox(&["snapshot", "--out", "after.json"])
        .expect(0);
    assert_eq!(
        project.json("after.json")["members"]
            .as_object()
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn five_when_somebody_else_is_at_work() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    served.add_fault(
        "PATCH",
        "organizations/me",
        &json!({ "delay": { "ms": 1500 } }),
    );
    let mut slow = project.start_on(&served, &["apply", "--auto-approve"]);
    let lock = project.path("org.state.json.lock");
    while std::fs::metadata(&lock).map_or(0, |lock| lock.len()) == 0 {
        assert!(
            slow.try_wait().unwrap().is_none(),
            "the first apply ended before the second began"
        );
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let run = project.on(&served, &["apply", "--auto-approve"]).expect(5);
    assert!(
        run.stderr.contains("is locked by somebody on "),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("), apply"), "{}", run.stderr);
    project.ended(slow.wait_with_output().unwrap()).expect(0);
}

#[test]
fn six_when_a_step_fails_and_the_rest_goes_on() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    let refused = json!({ "status": { "code": 400 } });
    served.add_fault("POST", "graph.microsoft.com/v1.0/invitations", &refused);
    let run = project.on(&served, &["apply", "--auto-approve"]).expect(6);
    assert!(run.stdout.contains("9 failed, "), "{}", run.stdout);
    assert!(
        run.stdout
            .contains("needs invitation[\"nils.holm@adventure-works.com\"]")
    );
    assert!(
        run.stdout
            .contains("failed   invitation[\"noor.haddad@fabrikam.com\"]")
    );
    served.clear_faults();
    let run = project.on(&served, &["apply", "--auto-approve"]).expect(0);
    assert!(
        run.stdout
            .trim_end()
            .ends_with("No changes. contoso is as org.toml says.")
    );
}

#[test]
fn seven_at_the_gate() {
    let project = Project::of_example("minimal");
    project.sandbox(&["apply", "--auto-approve"]).expect(7);
}

#[test]
fn three_when_the_configuration_is_a_folder() {
    let project = Project::of_case("all_match");
    std::fs::create_dir(project.path("folder.toml")).unwrap();
    let run = project.run(&["--config", "folder.toml", "validate"]);
    let run = run.expect(3);
    let is_told = run.stderr.contains("folder.toml is a folder, not a file");
    assert!(is_told, "{}", run.stderr);
    assert!(!run.stderr.contains("examples/minimal"), "{}", run.stderr);
}
