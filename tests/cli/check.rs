//! `check`: what there is to say about a plan, without the plan.

use serde_json::Value;

use crate::support::project::Project;
use crate::support::served::Served;

#[test]
fn it_prints_the_findings_and_their_counts_and_nothing_else() {
    let project = Project::of_case("too_many_users");
    let run = project.sandbox(&["check"]).expect(4);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(
        lines[0].starts_with("blocked  lee@outlook.com is not mapped"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("\nfatal    1 of 4 users"),
        "{}",
        run.stdout
    );
    let end = [
        "Refused: 1 fatal finding; nothing of this plan can be applied.",
        "Checked contoso: 1 fatal, 1 blocked.",
    ];
    assert_eq!(lines[lines.len() - 2..], end);
    assert!(!run.stdout.contains("Plan:"), "{}", run.stdout);
    let plan = project.sandbox(&["plan"]).expect(4).stdout;
    let findings = run.stdout.split("\nRefused:").next().unwrap();
    assert!(plan.contains(findings), "the same as in the plan:\n{plan}");
}

#[test]
fn without_a_fatal_finding_it_is_a_success() {
    let clean = Project::of_example("minimal").sandbox(&["check"]).expect(0);
    assert_eq!(clean.stdout, "Checked fourthcoffee: no findings.\n");
    let clean = Project::of_example("contoso").sandbox(&["check", "-v"]);
    assert_eq!(clean.expect(0).stdout, "Checked contoso: no findings.\n");
    let warned = Project::of_case("uncovered_warned")
        .sandbox(&["check"])
        .expect(0);
    assert!(warned.stdout.contains("warning  "), "{}", warned.stdout);
    let quiet = Project::of_case("uncovered_warned")
        .sandbox(&["check", "-q"])
        .expect(0);
    assert!(!quiet.stdout.contains("warning  "), "{}", quiet.stdout);
}

#[test]
fn the_json_has_each_finding_as_the_plan_has_it() {
    let project = Project::of_case("too_many_users");
    let check = project.sandbox(&["check", "--format", "json"]).expect(4);
    let plan = project.sandbox(&["plan", "--format", "json"]).expect(4);
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let (check, plan) = (read(&check.stdout), read(&plan.stdout));
    assert_eq!(check["findings"], plan["findings"]);
    assert_eq!(check["organization"], "contoso");
    let counts = serde_json::json!({ "fatal": 1, "blocked": 1, "warning": 0, "note": 0 });
    assert_eq!(check["counts"], counts);
    project
        .sandbox(&["check", "--format", "markdown"])
        .expect(3);
}

#[test]
fn it_changes_nothing_and_needs_no_more_than_plan() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    let before = served.world();
    project.on(&served, &["check"]).expect(0);
    let asked = served.request_counts();
    assert_eq!(served.world(), before);
    assert!(!project.path("org.state.json").exists());
    project.on(&served, &["plan", "-q"]).expect(0);
    let twice = served.request_counts();
    assert!(
        asked.iter().all(|(sort, count)| twice[sort] == 2 * count),
        "{twice:#?}"
    );
}

/// A service that shows an administrator's lists to nobody else tells it before any rule can.
#[test]
fn a_caller_whom_the_service_shows_nothing_is_told_what_is_missing() {
    let project = Project::of_case("caller_no_administrator");
    for command in [&["check"][..], &["apply", "--auto-approve"]] {
        let run = project.sandbox(command).expect(1);
        let words = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words.contains("the caller must be a Project Collection Administrator"),
            "{}",
            run.stderr
        );
    }
}
