//! `orgctl sandbox` as people use it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::support::project::Project;
use crate::support::served::Served;

#[test]
fn rules_of_misbehaviour_come_from_the_command_line_and_from_a_file() {
    let project = Project::of_example("minimal");
    let rules = "faults = [\"HEAD dev.azure.com status=418\"]\n";
    fs::write(project.path("faults.toml"), rules).unwrap();
    let arguments = [
        "--fault",
        "GET graph organization status=403",
        "--faults",
        "faults.toml",
    ];
    let served = Served::start_with(&project, &arguments);
    let run = project.on(&served, &["plan"]).expect(1);
    assert!(run.stderr.contains("403"), "{}", run.stderr);
    let statuses: Vec<_> = served.requests().iter().map(|r| r.status).collect();
    assert!(statuses.contains(&Some(403)), "{statuses:?}");
    assert!(statuses.contains(&Some(418)), "{statuses:?}");
}

#[test]
fn links_lead_to_the_sandbox() {
    let project = Project::of_example("contoso");
    let options = ["--host-routing", "--set", "directory_page_max=7"];
    let served = Served::start_with(&project, &options);
    let run = project.on(&served, &["plan"]).expect(0);
    assert!(run.stdout.contains("Plan: "), "{}", run.stdout);
}

#[test]
fn serving_names_the_page_where_a_person_presses_connect() {
    let project = Project::of_example("minimal");
    let mut serving = project
        .command()
        .args(["sandbox", "serve", "--seed", "live.json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut data = BufReader::new(serving.stdout.take().unwrap()).lines();
    let endpoint = data.next().unwrap().unwrap();
    let talk = BufReader::new(serving.stderr.take().unwrap()).lines();
    let page = format!("{endpoint}/dev.azure.com/fourthcoffee/_settings/organizationAad");
    let named = talk
        .map(Result::unwrap)
        .find(|line| line.contains("Connect"));
    serving.kill().unwrap();
    serving.wait().unwrap();
    assert!(named.unwrap().ends_with(&page));
}

#[test]
fn people_that_are_made_up_can_be_moved() {
    let project = Project::new("", "");
    let seed = |folder: &str, random_seed: &str| {
        fs::create_dir(project.path(folder)).unwrap();
        let arguments = ["-C", folder, "sandbox", "seed", "--people", "80"];
        project
            .run(&[&arguments, ["--random-seed", random_seed].as_slice()].concat())
            .expect(0);
        let read = |file| project.read(&format!("{folder}/{file}"));
        (read("org.toml"), read("live.json"))
    };
    let (toml, live) = seed("one", "7");
    assert_eq!((&toml, &live), (&seed("two", "7").0, &seed("three", "7").1));
    assert_ne!(live, seed("four", "8").1);
    let again = project.run(&["-C", "one", "sandbox", "seed"]).expect(3);
    assert!(again.stderr.contains("there already"), "{}", again.stderr);
    let moved = Project::new(&toml, &live);
    moved.sandbox(&["apply", "--auto-approve"]).expect(0);
    moved.sandbox(&["plan", "--detailed-exitcode"]).expect(0);
}

#[test]
fn a_rule_that_is_none_is_a_mistake_of_usage() {
    let project = Project::of_example("minimal");
    let serve = ["sandbox", "serve", "--seed", "live.json"];
    let with = |more: [&'static str; 2]| project.run(&[serve.as_slice(), &more].concat());
    let run = with(["--fault", "GET graph 120% page"]).expect(3);
    assert!(
        run.stderr.contains("a share is 0% to 100%"),
        "{}",
        run.stderr
    );
    fs::write(project.path("faults.toml"), "fault = 3").unwrap();
    let run = with(["--faults", "faults.toml"]).expect(3);
    assert!(run.stderr.contains("faults.toml"), "{}", run.stderr);
}

#[test]
fn a_rehearsal_can_be_had_on_a_bad_day() {
    let project = Project::of_example("minimal");
    let always = [
        "--sandbox-fault",
        "GET graph organization from=1 status=403",
    ];
    let run = project
        .sandbox(&[&always[..], &["plan"]].concat())
        .expect(1);
    assert!(run.stderr.contains("403"), "{}", run.stderr);
    let told = "In this sandbox, for now: GET graph organization from=1 status=403.";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    // What was for now is over, and the world knows nothing of it.
    project.sandbox(&["plan"]).expect(0);
    let set = [
        "--sandbox-set",
        "connect_takes_ms=300; lag.max_ms=700",
        "-v",
    ];
    project
        .sandbox(&[&["apply", "--auto-approve"], &set[..]].concat())
        .expect(7);
    let settings = &project.json(".orgctl/world.json")["settings"];
    assert_eq!(settings["connect_takes_ms"], 0, "{settings:#}");
    assert_eq!(settings["lag"]["max_ms"], 0, "{settings:#}");
    let with = |variable: &str, value: &str| {
        let mut command = project.command();
        command.args(["--sandbox", "live.json", "plan"]);
        project.ended(command.env(variable, value).output().unwrap())
    };
    let faults = "HEAD dev.azure.com status=418\nGET graph organization status=403";
    let run = with("ORGCTL_SANDBOX_FAULT", faults).expect(1);
    assert!(run.stderr.contains("403"), "{}", run.stderr);
    let run = with("ORGCTL_SANDBOX_FAULT", "GET users 20%").expect(3);
    assert!(run.stderr.contains("names no effect"), "{}", run.stderr);
    let run = with("ORGCTL_SANDBOX_SET", "entitlements_page=0").expect(3);
    assert!(run.stderr.contains("page size is zero"), "{}", run.stderr);
}

#[test]
fn conditions_are_for_sandboxes_only() {
    let project = Project::of_example("minimal");
    let served = Served::start(&project);
    for condition in [
        ["--sandbox-fault", "20% page"],
        ["--sandbox-set", "lag.max_ms=1"],
    ] {
        let run = project.on(&served, &[&["plan"], &condition[..]].concat());
        let run = run.expect(3);
        assert!(run.stderr.contains("this is none"), "{}", run.stderr);
        // Where no service is reached they are in nobody's way.
        project
            .run(&[&["validate"], &condition[..]].concat())
            .expect(0);
    }
    assert_eq!(served.requests().len(), 0, "something was sent");
}
