//! Saved plans: what was reviewed is what is applied, or nothing is.

use crate::support::project::Project;

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
fn it_is_stale_once_the_organization_has_changed() {
    let project = Project::of_example("contoso");
    planned(&project);
    let world = project.read(".orgctl/world.json");
    assert!(world.contains("Lee Chang"));
    std::fs::write(
        project.path(".orgctl/world.json"),
        world.replace("Lee Chang", "Li"),
    )
    .unwrap();
    let run = project.sandbox(&["apply", "move.plan.json"]).expect(5);
    assert!(
        run.stderr
            .contains("the organization or the directory has changed")
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
