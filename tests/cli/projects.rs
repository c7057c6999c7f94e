//! Membership of projects, through the program: given, changed, taken, and never asked for twice.

use serde_json::{Value, json};

use crate::support::project::{Project, Run};
use crate::support::served::Served;

const APPLY: [&str; 2] = ["apply", "--auto-approve"];
const WEBSITE: &str = "50000000-0000-4000-8000-000000000001";
const DATA_LAKE: &str = "50000000-0000-4000-8000-000000000002";

#[track_caller]
fn assert_nothing_left(run: &Run) {
    let end = run.stdout.trim_end();
    let done = "No changes. contoso is as org.toml says.";
    assert!(end.ends_with(done), "{}\n{}", run.stdout, run.stderr);
}

/// The groups that somebody is in, by project.
fn projects_of(served: &Served, name: &str) -> Value {
    let world = served.world();
    let members = world["organization"]["members"].as_object().unwrap();
    let member = members
        .values()
        .find(|member| member["principal_name"].as_str().unwrap().starts_with(name));
    let projects = &member.unwrap()["entitlement"]["projects"];
    let projects = projects.as_object().into_iter().flatten();
    projects
        .map(|(id, role)| (id.clone(), role["group"].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn asked(served: &Served, method: &str, path_end: &str) -> usize {
    let requests = served.requests();
    let same = requests
        .iter()
        .filter(|one| one.method == method && one.path.to_lowercase().ends_with(path_end));
    same.count()
}

#[test]
fn projects_are_given_with_the_level_and_only_once() {
    let project = Project::of_case("projects");
    let served = Served::start(&project);
    let run = project.on(&served, &APPLY).expect(0);
    assert_nothing_left(&run);
    let сайт = "50000000-0000-4000-8000-000000000003";
    let lee = json!({
        WEBSITE: "projectContributor", DATA_LAKE: "projectReader", сайт: "projectAdministrator",
    });
    assert_eq!(
        projects_of(&served, "lee@"),
        lee,
        "one is not named and stays"
    );
    assert_eq!(
        projects_of(&served, "noor"),
        json!({ WEBSITE: "projectReader" })
    );
    assert_eq!(
        projects_of(&served, "sam@"),
        json!({ сайт: "projectStakeholder" })
    );
    let bo = json!({ DATA_LAKE: "projectAdministrator" });
    assert_eq!(projects_of(&served, "bo@"), bo);
    // One request adds and one changes, however many people and projects there are.
    assert_eq!(asked(&served, "PATCH", "/userentitlements"), 2);
    let run = project.on(&served, &APPLY).expect(0);
    assert_nothing_left(&run);
    assert_eq!(asked(&served, "PATCH", "/userentitlements"), 2);
}

#[test]
fn what_is_no_longer_named_is_taken_away_and_nothing_else() {
    let project = Project::of_case("projects");
    let served = Served::start(&project);
    project.on(&served, &APPLY).expect(0);
    project.change_config("website = \"contributor\", ", "");
    project.change_config(
        "\"sam@contoso.com\" = { to = \"sam@contoso.com\", access = \"basic\", \
         projects = { \"Сайт\" = \"stakeholder\" } }\n",
        "",
    );
    let run = project.on(&served, &APPLY).expect(0);
    assert!(run.stdout.contains("from Сайт"), "{}", run.stdout);
    assert_nothing_left(&run);
    let сайт = "50000000-0000-4000-8000-000000000003";
    let lee = json!({ DATA_LAKE: "projectReader", сайт: "projectAdministrator" });
    assert_eq!(projects_of(&served, "lee@"), lee);
    assert_eq!(projects_of(&served, "sam@"), json!({}));
    let run = project.on(&served, &APPLY).expect(0);
    assert_nothing_left(&run);
}

#[test]
fn a_project_that_somebody_else_gave_again_is_not_taken() {
    let project = Project::of_case("projects");
    project.sandbox(&APPLY).expect(0);
    let lee = |world: &mut Value, role: Option<Value>| {
        let members = world["organization"]["members"].as_object_mut().unwrap();
        let named = |member: &&mut Value| member["principal_name"] == "lee@contoso.com";
        let lee = members.values_mut().find(named).unwrap();
        let projects = lee["entitlement"]["projects"].as_object_mut().unwrap();
        match role {
            Some(role) => projects.insert(WEBSITE.to_owned(), role),
            None => projects.remove(WEBSITE),
        };
    };
    // It is taken outside while the line goes, so the record lets go of it …
    project.edit_world(|world| lee(world, None));
    project.change_config("website = \"contributor\", ", "");
    let run = project.sandbox(&APPLY).expect(0);
    assert!(
        run.stdout.contains("only the record changes"),
        "{}",
        run.stdout
    );
    // … and whoever gives it later gives it for good.
    let role = json!({ "name": "Website", "group": "projectReader" });
    project.edit_world(|world| lee(world, Some(role)));
    assert_nothing_left(&project.sandbox(&APPLY).expect(0));
}

#[test]
fn a_project_that_is_not_there_blocks_one_person_and_no_other() {
    let project = Project::of_case("project_unknown");
    let served = Served::start(&project);
    let run = project.on(&served, &APPLY).expect(6);
    assert!(
        run.stdout.contains("you mean \"Website\"?"),
        "{}",
        run.stdout
    );
    let lee = projects_of(&served, "lee@");
    assert_eq!(lee[WEBSITE], "projectReader", "as it was");
    project.change_config("\"Web site\"", "WEBSITE");
    project.change_config("Payroll", "Data lake");
    assert_nothing_left(&project.on(&served, &APPLY).expect(0));
    assert_eq!(projects_of(&served, "lee@")[DATA_LAKE], "projectReader");
    assert_eq!(
        projects_of(&served, "sam@"),
        json!({ DATA_LAKE: "projectReader" })
    );
}

#[test]
fn projects_are_read_only_when_org_toml_or_the_state_speaks_of_them() {
    let project = Project::of_case("projects");
    let served = Served::start(&project);
    let without = project.read("org.toml").replace("projects", "#");
    let without: Vec<&str> = without.lines().filter(|line| !line.contains('#')).collect();
    let with = project.read("org.toml");
    std::fs::write(project.path("org.toml"), without.join("\n")).unwrap();
    project.on(&served, &["plan"]).expect(0);
    assert_eq!(asked(&served, "GET", "/projects"), 0);
    std::fs::write(project.path("org.toml"), &with).unwrap();
    project.on(&served, &["plan"]).expect(0);
    assert_eq!(asked(&served, "GET", "/projects"), 1);
    assert_eq!(
        asked(&served, "GET", "/userentitlements"),
        2,
        "in the same pages"
    );
    project.on(&served, &APPLY).expect(0);
    let before = asked(&served, "GET", "/projects");
    std::fs::write(project.path("org.toml"), without.join("\n")).unwrap();
    project.on(&served, &["plan"]).expect(0);
    assert_eq!(
        asked(&served, "GET", "/projects"),
        before + 1,
        "the state has some"
    );
}

#[test]
fn a_lost_answer_gives_nobody_a_project_twice() {
    let project = Project::of_case("projects");
    let served = Served::start(&project);
    served.add_rules(&["PATCH userentitlements drop=after"]);
    let run = project.on(&served, &APPLY).expect(0);
    assert_nothing_left(&run);
    assert_eq!(
        projects_of(&served, "noor"),
        json!({ WEBSITE: "projectReader" })
    );
}
