//! `orgctl list`: the organizations of a tenant.

use std::fs;

use serde_json::{Value, json};

use crate::support::project::{Project, Run};
use crate::support::served::Served;

const TENANT: &str = "bbbbcccc-1111-4ddd-8222-eeee3333ffff";

/// A project whose tenant has other organizations already, one of which cannot be read.
fn project() -> Project {
    let project = Project::of_example("minimal");
    project.sandbox(&["plan", "-q"]).expect(0);
    let mut world = project.json(".orgctl/world.json");
    world["organization"]["holdings"]["other_organizations"] = json!([
        { "id": TENANT, "name": "wingtip", "owner": "=HYPERLINK(\"x\")" },
        { "id": TENANT, "name": "tailspin", "trouble":
            { "exception": "HostShutdownException", "message": "TF24668: stopped, for \"now\"" } },
    ]);
    fs::write(project.path(".orgctl/world.json"), world.to_string()).unwrap();
    project
}

fn parsed(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn what_is_left_to_move_is_not_in_it_and_what_has_moved_is() {
    let project = project();
    let before = project.sandbox(&["list"]).expect(0).stdout;
    for line in [
        "2 organizations are backed by this tenant; the service could not read 1 of them.",
        "fourthcoffee, the organization of org.toml, is not one of them.",
        "not read  tailspin",
        "TF24668: stopped, for \"now\"",
    ] {
        assert!(before.contains(line), "{line} is not in\n{before}");
    }
    project.run(&["sandbox", "connect"]).expect(0);
    let after = project.sandbox(&["list"]).expect(0).stdout;
    let row = "  fourthcoffee  ana@fourthcoffee.com";
    assert!(after.contains(row), "{after}");
    assert!(after.contains("is one of them."), "{after}");
}

#[test]
fn it_needs_no_org_toml_when_the_tenant_is_named() {
    let project = project();
    fs::remove_file(project.path("org.toml")).unwrap();
    let missing = project.sandbox(&["list"]).expect(3);
    assert!(missing.stderr.contains("--tenant"), "{}", missing.stderr);
    for tenant in [TENANT, "FourthCoffee.com"] {
        let run = project
            .sandbox(&["list", "--tenant", tenant, "--format", "json"])
            .expect(0);
        let list = parsed(&run);
        assert_eq!(list["tenant_id"], TENANT);
        assert_eq!(
            (&list["total"], &list["organizations"][0]["name"]),
            (&json!(2), &json!("wingtip"))
        );
        let unread = &list["unread"][0];
        assert_eq!(unread["exception_type"], "HostShutdownException");
        assert_eq!(unread["error_message"], "TF24668: stopped, for \"now\"");
    }
    let wrong = project
        .sandbox(&["list", "--tenant", "fourth coffee"])
        .expect(3);
    assert!(
        wrong.stderr.contains("write the id of a tenant"),
        "{}",
        wrong.stderr
    );
    let unknown = project
        .sandbox(&["list", "--tenant", "nowhere.example"])
        .expect(1);
    assert!(
        unknown.stderr.contains("check the id or domain"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn a_spreadsheet_calculates_nothing() {
    let run = project().sandbox(&["list", "--format", "csv"]).expect(0);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines[0], "id,name,url,owner,exception_type,error_message");
    assert_eq!(lines.len(), 3, "{}", run.stdout);
    assert!(
        lines[2].contains(r#","'=HYPERLINK(""x"")","#),
        "{}",
        run.stdout
    );
    assert!(
        lines[1].contains(r#","TF24668: stopped, for ""now""""#),
        "{}",
        run.stdout
    );
}

#[test]
fn a_mistake_in_org_toml_is_told_as_ever() {
    let project = project();
    project.append_to_config("\n[membres]\n");
    let run = project.sandbox(&["list"]).expect(3);
    assert!(run.stderr.contains("org.toml:"), "{}", run.stderr);
    project.sandbox(&["list", "--tenant", TENANT]).expect(0);
}

#[test]
fn a_personal_access_token_is_refused_before_anything_is_asked() {
    let project = project();
    let served = Served::start(&project);
    let list = || {
        let mut command = project.command_at(served.endpoint(), &["list"]);
        command
            .env_remove("ORGCTL_DEVOPS_TOKEN")
            .env("AZURE_DEVOPS_EXT_PAT", "sandbox-pat");
        command
    };
    let run = project.ended(list().output().unwrap()).expect(3);
    assert!(
        run.stderr.contains("a personal access token does not open"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("az login"), "{}", run.stderr);
    assert_eq!(served.requests(), []);
    let with_bearer = list().env("ORGCTL_DEVOPS_TOKEN", "sandbox-devops").output();
    project.ended(with_bearer.unwrap()).expect(0);
}

#[test]
fn who_may_not_see_the_list_is_told_what_it_takes() {
    let project = project();
    let mut world = project.json(".orgctl/world.json");
    world["organization"]["holdings"]["no_tenant_role"] = json!(true);
    fs::write(project.path(".orgctl/world.json"), world.to_string()).unwrap();
    let run = project.sandbox(&["list"]).expect(1);
    let words: String = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("is not authorized to access this resource"),
        "{words}"
    );
    assert!(words.contains("Azure DevOps Administrator"), "{words}");
    assert!(run.stdout.is_empty(), "{}", run.stdout);
}

#[test]
fn the_help_says_that_the_request_is_not_documented() {
    let help = project().run(&["list", "--help"]).expect(0).stdout;
    let words: String = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("a request that Microsoft has not documented"),
        "{help}"
    );
}
