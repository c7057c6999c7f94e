//! `orgctl notify`, its preview, and texts of the user's own.

use std::fs;

use serde_json::Value;

use super::notices::{FOLDER, assert_moved, pages};
use crate::support::project::Project;
use crate::support::served::Served;

const APPLY: [&str; 2] = ["apply", "--auto-approve"];

#[test]
fn it_tells_and_does_nothing_else() {
    let project = Project::of_example("notices");
    let toml = project.read("org.toml").replace("\"api\"", "\"portal\"");
    fs::write(project.path("org.toml"), toml).unwrap();
    let served = Served::start(&project);
    let notify = |of| project.on(&served, &["notify", of, "--auto-approve"]);
    let members = |world: &Value| world["organization"]["members"].clone();
    let seed = members(&served.world());
    let early = notify("after").expect(0);
    assert!(
        early.stderr.contains("5 of 5 are told once"),
        "{}",
        early.stderr
    );
    assert!(!project.path("notices").exists());
    let before = notify("before").expect(0);
    assert!(before.stdout.contains("6 of 6 users"), "{}", before.stdout);
    assert!(!before.stdout.contains("map "), "{}", before.stdout);
    assert_eq!(members(&served.world()), seed);
    assert!(notify("before").expect(0).stdout.contains("No changes"));
    project.on(&served, &APPLY).expect(7);
    served.press_connect();
    // Whoever is matched can be told at once, the others when they are mapped.
    let matched = notify("after").expect(0);
    assert!(
        matched.stderr.contains("4 of 5 are told once"),
        "{}",
        matched.stderr
    );
    assert_eq!(pages(&project, "notices/after", "md").len(), 1);
    let run = project.on(&served, &APPLY).expect(0);
    assert_moved(&run, "wingtiptoys");
    assert_eq!(pages(&project, "notices/after", "md").len(), 5);
}

#[test]
fn it_asks_and_needs_the_section() {
    let project = Project::of_example("notices");
    let run = project.sandbox(&["notify", "before"]).expect(3);
    assert!(
        run.stderr.contains("nobody is there to approve"),
        "{}",
        run.stderr
    );
    let project = Project::of_example("minimal");
    let run = project.run(&["notify", "before"]).expect(3);
    assert!(
        run.stderr.contains("has no section [notices]"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_preview_is_only_for_looking() {
    let project = Project::of_example("notices");
    for (of, count) in [("before", 6), ("after", 5)] {
        let run = project
            .sandbox(&["notify", of, "--preview", "look"])
            .expect(0);
        let said = format!("look: {count} notices written. Nobody was told");
        assert!(run.stdout.contains(&said), "{}", run.stdout);
        assert_eq!(pages(&project, &format!("look/{of}"), "html").len(), count);
        assert!(project.read("look/summary.csv").contains(of));
    }
    assert!(!project.path(".orgctl/sandbox.state.json").exists());
    assert!(!project.path(FOLDER).exists());
    let plan = project.sandbox(&["plan"]).expect(0);
    assert!(
        plan.stdout.contains("announce  6 of 6 users"),
        "{}",
        plan.stdout
    );
}

fn with_templates(files: &[(&str, &str)]) -> Project {
    let project = Project::of_example("notices");
    let toml = project.read("org.toml");
    let toml = toml.replace("[notices]\n", "[notices]\ntemplates = \"texts\"\n");
    fs::write(project.path("org.toml"), toml).unwrap();
    fs::create_dir(project.path("texts")).unwrap();
    for (name, text) in files {
        fs::write(project.path("texts").join(name), text).unwrap();
    }
    project
}

#[test]
fn texts_of_the_user_s_own_are_checked_before_anybody_is_told() {
    let project = with_templates(&[
        ("before.md", "Hello {{name}},\n\n{{acount}}\n"),
        ("after.html", "<p>{{what</p>\n"),
    ]);
    let run = project.run(&["validate"]).expect(3);
    for said in [
        "texts/before.md:3: there is no placeholder `acount`",
        "did you mean `account`?",
        "texts/after.html:1: a placeholder is not closed",
    ] {
        let stderr: Vec<&str> = run.stderr.split_whitespace().collect();
        assert!(stderr.join(" ").contains(said), "{}", run.stderr);
    }
    project.sandbox(&APPLY).expect(3);
    let empty = with_templates(&[]);
    let run = empty.run(&["validate"]).expect(3);
    assert!(
        run.stderr.contains("there is no text of a notice in texts"),
        "{}",
        run.stderr
    );
}

#[test]
fn texts_of_the_user_s_own_are_what_is_read_and_reviewed() {
    let project = with_templates(&[("before.md", "Hallo {{name}}, {{what}}\n")]);
    project.run(&["validate"]).expect(0);
    project.sandbox(&["plan", "--out", "move.json"]).expect(0);
    let text = "Moin {{name}}, {{what}}\n";
    fs::write(project.path("texts/before.md"), text).unwrap();
    let run = project.sandbox(&["apply", "move.json"]).expect(5);
    assert!(run.stderr.contains("stale"), "{}", run.stderr);
    project.sandbox(&APPLY).expect(0);
    let lee = project.read(&format!("{FOLDER}/before/lee@outlook.com.md"));
    assert!(
        lee.starts_with("Moin Lee Chang, You will sign in as"),
        "{lee}"
    );
    let kim = project.read(&format!("{FOLDER}/before/kim@outlook.com.md"));
    assert!(kim.starts_with("# Your access ends"), "{kim}");
}
