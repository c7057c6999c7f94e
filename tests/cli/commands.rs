//! The smaller commands, and what all of them share.

use std::fs;
use std::path::Path;

use crate::support::project::Project;
use crate::support::served::Served;

#[test]
fn validate_counts_what_it_read() {
    let project = Project::of_example("minimal");
    let run = project.run(&["validate"]).expect(0);
    let line = "org.toml is valid: 2 people to map, 1 person to invite, 1 person to remove.\n";
    assert_eq!(run.stdout, line);
}

#[test]
fn the_published_schemas_are_those_of_the_program() {
    let project = Project::of_example("minimal");
    let schemas = [
        ("config", "org"),
        ("plan", "plan"),
        ("state", "state"),
        ("world", "world"),
        ("live", "live"),
    ];
    for (name, file) in schemas {
        let file = format!("schemas/{file}.schema.json");
        let run = project.run(&["schema", name]).expect(0);
        let published =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file)).unwrap();
        assert!(
            run.stdout == published,
            "run: cargo run -- schema {name} > {file}"
        );
    }
}

#[test]
fn files_are_as_their_schemas_say() {
    let project = Project::of_example("contoso");
    project.sandbox(&["apply", "--auto-approve"]).expect(0);
    let files = [
        ("live", "live.json"),
        ("state", ".orgctl/sandbox.state.json"),
        ("world", ".orgctl/world.json"),
    ];
    for (schema, file) in files {
        let text = project.run(&["schema", schema]).expect(0).stdout;
        let schema = serde_json::from_str(&text).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&project.json(file))
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{file}: {errors:#?}");
    }
}

#[test]
fn a_snapshot_fills_another_sandbox_with_the_same() {
    let project = Project::of_example("contoso");
    project
        .sandbox(&["snapshot", "--out", "one.json"])
        .expect(0);
    project.run(&["sandbox", "reset"]).expect(0);
    fs::copy(project.path("one.json"), project.path("live.json")).unwrap();
    project
        .sandbox(&["snapshot", "--out", "two.json"])
        .expect(0);
    assert_eq!(project.json("one.json"), project.json("two.json"));
}

#[test]
fn reset_deletes_the_world_and_its_state() {
    let project = Project::of_example("contoso");
    project.sandbox(&["apply", "--auto-approve"]).expect(0);
    project.run(&["sandbox", "reset"]).expect(0);
    assert!(!project.path(".orgctl/world.json").exists());
    project.sandbox(&["plan", "--detailed-exitcode"]).expect(2);
}

#[test]
fn the_state_is_shown() {
    let project = Project::of_example("contoso");
    let empty = project.run(&["show"]).expect(0);
    assert_eq!(
        empty.stdout,
        "The state is empty: nothing has been applied yet.\n"
    );
    project.sandbox(&["apply", "--auto-approve"]).expect(0);
    let state = project.sandbox(&["show"]).expect(0);
    assert!(
        state
            .stdout
            .contains("mapping        lee.chang@outlook.com"),
        "{}",
        state.stdout
    );
    let json = project.sandbox(&["show", "--format", "json"]).expect(0);
    assert_eq!(json.stdout, project.read(".orgctl/sandbox.state.json"));
}

#[test]
fn a_rehearsal_leaves_the_real_state_alone() {
    let project = Project::of_example("contoso");
    project.sandbox(&["apply", "--auto-approve"]).expect(0);
    assert!(!project.path("org.state.json").exists());
}

#[test]
fn an_empty_state_file_is_an_error_and_not_a_new_beginning() {
    let project = Project::of_example("contoso");
    project.sandbox(&["apply", "--auto-approve"]).expect(0);
    fs::write(project.path(".orgctl/sandbox.state.json"), "").unwrap();
    for command in [&["plan"][..], &["apply", "--auto-approve"], &["show"]] {
        let run = project.sandbox(command).expect(1);
        assert!(run.stderr.contains("the state is empty"), "{}", run.stderr);
        assert!(run.stderr.contains("help: "), "{}", run.stderr);
        assert!(run.stdout.is_empty(), "{}", run.stdout);
    }
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let project = Project::of_example("contoso");
    let plain = project.sandbox(&["plan"]).expect(0);
    assert!(!plain.stdout.contains('\u{1b}'));
    let coloured = project.sandbox(&["--color", "always", "plan"]).expect(0);
    assert!(coloured.stdout.contains('\u{1b}'));
    let forced = project
        .command()
        .args(["--sandbox", "live.json", "plan"])
        .env("CLICOLOR_FORCE", "1")
        .output();
    assert!(project.ended(forced.unwrap()).stdout.contains('\u{1b}'));
    let refused = project
        .command()
        .args(["--sandbox", "live.json", "--no-color", "plan"])
        .env("CLICOLOR_FORCE", "1")
        .output();
    assert_eq!(project.ended(refused.unwrap()).stdout, plain.stdout);
}

#[test]
fn plans_come_in_three_forms_and_three_lengths() {
    let project = Project::of_example("contoso");
    let json = project.sandbox(&["plan", "--format", "json"]).expect(0);
    let plan: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(plan["totals"]["add"], 45);
    let markdown = project.sandbox(&["plan", "--format", "markdown"]).expect(0);
    assert!(markdown.stdout.len() < 65_536);
    let lines = |flags: &[&str]| {
        let arguments = [flags, &["plan"]].concat();
        project.sandbox(&arguments).expect(0).stdout.lines().count()
    };
    assert!(lines(&["-q"]) < lines(&[]));
    assert!(lines(&[]) < lines(&["-v"]));
}

#[test]
fn help_names_every_command_and_the_exit_statuses() {
    let project = Project::of_example("minimal");
    let help = project.run(&["--help"]).expect(0).stdout;
    for command in [
        "validate", "plan", "apply", "show", "snapshot", "list", "sandbox", "schema",
    ] {
        assert!(
            help.contains(&format!("\n  {command} ")),
            "{command} is not in\n{help}"
        );
    }
    assert!(
        help.contains("Exit status: 0 done or no changes, 1 failure"),
        "{help}"
    );
    let completions = project.run(&["completions", "bash"]).expect(0).stdout;
    assert!(completions.contains("--detailed-exitcode"));
}

#[test]
fn the_log_tells_requests_and_no_secret() {
    let project = Project::of_example("minimal");
    let run = project.sandbox(&["-vv", "plan"]).expect(0);
    assert!(run.stderr.contains("userentitlements"), "{}", run.stderr);
}

#[test]
fn log_follows_the_rule_of_colour_of_every_stream() {
    let project = Project::of_case("all_match");
    let log = |colour: &str| {
        project
            .sandbox(&["-vv", "--color", colour, "plan"])
            .expect(0)
    };
    let never = log("never").stderr;
    assert!(never.contains("DEBUG"), "{never}");
    assert!(!never.contains('\u{1b}'), "{never}");
    assert!(log("always").stderr.contains("\u{1b}[34mDEBUG"));
    let automatic = log("auto").stderr;
    assert!(
        !automatic.contains('\u{1b}'),
        "a pipe is no terminal: {automatic}"
    );
}

#[test]
fn tokens_from_the_environment_lose_the_line_end_around_them() {
    let project = Project::of_case("all_match");
    let served = Served::start(&project);
    let mut command = project.command_at(served.endpoint(), &["plan"]);
    command
        .env_remove("ORGCTL_DEVOPS_TOKEN")
        .env("AZURE_DEVOPS_EXT_PAT", "sandbox-pat\r\n")
        .env("ORGCTL_GRAPH_TOKEN", " sandbox-graph\n");
    project.ended(command.output().unwrap()).expect(0);
}
