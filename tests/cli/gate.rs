//! The gate: a person connects the organization.

use std::fs;

use serde_json::json;

use crate::support::project::Project;
use crate::support::served::Served;

const SAM: &str = "5e000000-0000-4000-8000-000000000003";

#[test]
fn what_comes_before_the_gate_is_done_and_the_next_apply_goes_on() {
    let project = Project::of_example("minimal");
    let served = Served::start(&project);
    let first = project.on(&served, &["apply", "--auto-approve"]).expect(7);
    assert!(
        first
            .stderr
            .contains("/fourthcoffee/_settings/organizationAad"),
        "{}",
        first.stderr
    );
    let here = served.endpoint().to_owned();
    let here = format!("{here}/dev.azure.com/fourthcoffee/_settings/organizationAad");
    assert!(first.stderr.contains(&here), "{}", first.stderr);
    assert!(
        first.stdout.contains("waiting for a person"),
        "{}",
        first.stdout
    );
    let again = project.on(&served, &["apply", "--auto-approve"]).expect(7);
    assert!(
        !again.stdout.contains("+ invite"),
        "what was done is done again:\n{}",
        again.stdout
    );
    served.press_connect();
    let last = project.on(&served, &["apply", "--auto-approve"]).expect(0);
    assert!(
        last.stdout
            .trim_end()
            .ends_with("No changes. fourthcoffee is as org.toml says.")
    );
}

#[test]
fn apply_waits_for_the_person_when_asked_to() {
    let project = Project::of_example("minimal");
    let served = Served::start(&project);
    let waiting = project.start_on(&served, &["apply", "--auto-approve", "--wait", "60s"]);
    served.wait_for("/invitations");
    served.press_connect();
    let run = project.ended(waiting.wait_with_output().unwrap()).expect(0);
    assert!(
        run.stdout
            .trim_end()
            .ends_with("No changes. fourthcoffee is as org.toml says.")
    );
}

#[test]
fn waiting_ends() {
    let project = Project::of_example("minimal");
    let run = project
        .sandbox(&["apply", "--auto-approve", "--wait", "1s"])
        .expect(7);
    // The page is there as long as apply waits, and the command would find the world locked.
    let page = "/dev.azure.com/fourthcoffee/_settings/organizationAad";
    assert!(run.stderr.contains("http://127.0.0.1:"), "{}", run.stderr);
    assert!(run.stderr.contains(page), "{}", run.stderr);
    assert!(!run.stderr.contains("sandbox connect"), "{}", run.stderr);
}

#[test]
fn in_a_sandbox_of_one_process_a_command_stands_in_for_the_person() {
    let project = Project::of_example("minimal");
    let first = project.sandbox(&["apply", "--auto-approve"]).expect(7);
    assert!(
        first.stderr.contains("orgctl sandbox connect"),
        "{}",
        first.stderr
    );
    assert!(!first.stderr.contains("127.0.0.1"), "{}", first.stderr);
    assert!(!first.stderr.contains("not reached"), "{}", first.stderr);
    project.run(&["sandbox", "connect"]).expect(0);
    project.sandbox(&["apply", "--auto-approve"]).expect(0);
    project.sandbox(&["plan", "--detailed-exitcode"]).expect(0);
}

#[test]
fn nobody_is_led_to_the_gate_while_the_owner_has_no_account_behind_it() {
    // Sam's account cannot be made. Whether that holds everybody up depends on whether Sam is the owner:
    // the one whom org.toml names, or the one whom the organization has.
    let (sam, lee) = ("sam@hotmail.com", "lee@outlook.com");
    for (named, real, is_sam) in [
        (sam, None, true),
        (lee, Some(SAM), true),
        (lee, None, false),
    ] {
        let project = Project::of_example("minimal");
        project.change_config(
            "owner = \"ana@fourthcoffee.com\"",
            &format!("owner = \"{named}\""),
        );
        if let Some(key) = real {
            let mut live = project.json("live.json");
            live["preflight"]["owner"] = json!({ "known": key });
            fs::write(project.path("live.json"), live.to_string()).unwrap();
        }
        let served = Served::start(&project);
        let refused = json!({ "status": { "code": 400 } });
        served.add_fault("POST", "graph.microsoft.com/v1.0/users", &refused);
        let status = if is_sam { 6 } else { 7 };
        let run = project
            .on(&served, &["apply", "--auto-approve"])
            .expect(status);
        let skipped = "needs directory_user[\"sam@fourthcoffee.com\"]";
        let told = format!("connection[\"fourthcoffee\"] {skipped}");
        let words = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words.contains(&told), is_sam, "{}", run.stdout);
        assert_eq!(
            run.stderr.contains("Press \"Connect"),
            !is_sam,
            "{}",
            run.stderr
        );
        served.clear_faults();
        project.on(&served, &["apply", "--auto-approve"]).expect(7);
    }
}
