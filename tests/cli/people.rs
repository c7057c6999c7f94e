//! People over time: accounts that are renamed, names that are given to others, people who join, and
//! those who go on as guests.

use serde_json::json;

use crate::support::project::{Project, Run};

const APPLY: [&str; 2] = ["apply", "--auto-approve"];
const DONE: &str = "No changes. contoso is as org.toml says.";

#[track_caller]
fn assert_nothing_left(run: &Run) {
    let end = run.stdout.trim_end();
    assert!(end.ends_with(DONE), "{}\n{}", run.stdout, run.stderr);
}

/// The people of the case in which Lee moves, with other lines below the head of its org.toml.
fn with_lines(lines: &str) -> Project {
    let case = Project::of_case("matched_by_mail");
    let live = serde_json::to_string(&case.seed()).unwrap();
    let head = case.read("org.toml");
    let protected = "[guards]\nmax_removal_percent = 100\n";
    Project::new(&format!("{head}\n{lines}\n\n{protected}"), &live)
}

/// How many users the directory has with a name, and how many the organization has.
fn counts(project: &Project, name: &str) -> (usize, usize) {
    let world = project.json(".orgctl/world.json");
    let users = world["directory"]["users"].as_object().unwrap();
    let accounts = users.values().filter(|user| {
        let is_named = |field: &str| {
            user[field]
                .as_str()
                .is_some_and(|it| it.eq_ignore_ascii_case(name))
        };
        is_named("user_principal_name") || is_named("mail")
    });
    let members = world["organization"]["members"].as_object().unwrap();
    let members = members.values().filter(|member| {
        let is_named = member["principal_name"]
            .as_str()
            .is_some_and(|it| it.eq_ignore_ascii_case(name));
        is_named && member["removed"] != json!(true)
    });
    (accounts.count(), members.count())
}

/// Gives an account of the directory another name.
fn rename(project: &Project, from: &str, to: &str) {
    project.edit_world(|world| {
        let users = world["directory"]["users"].as_object_mut().unwrap();
        let mut named = users.values_mut();
        let user = named
            .find(|user| user["user_principal_name"] == from)
            .unwrap();
        user["user_principal_name"] = json!(to);
        user["mail"] = json!(to);
        let members = world["organization"]["members"].as_object_mut().unwrap();
        for member in members
            .values_mut()
            .filter(|member| member["principal_name"] == from)
        {
            member["principal_name"] = json!(to);
        }
    });
}

#[test]
fn renamed_account_is_not_made_a_second_time() {
    let project = with_lines(
        "[members]\n\"lee@outlook.com\" = { to = \"lee.gu@contoso.com\", create = true, name = \"Lee Gu\" }",
    );
    assert_nothing_left(&project.sandbox(&APPLY).expect(0));
    rename(&project, "lee.gu@contoso.com", "lee.lane@contoso.com");
    let run = project.sandbox(&["plan", "--detailed-exitcode"]).expect(0);
    let told = "lee.gu@contoso.com is called lee.lane@contoso.com now";
    assert!(run.stdout.contains(told), "{}", run.stdout);
    project.sandbox(&APPLY).expect(0);
    assert_eq!(counts(&project, "lee.gu@contoso.com"), (0, 0));
    project.change_config("lee.gu@contoso.com", "lee.lane@contoso.com");
    assert_nothing_left(&project.sandbox(&APPLY).expect(0));
    assert_eq!(counts(&project, "lee.lane@contoso.com"), (1, 1));
}

#[test]
fn joiner_is_made_and_added() {
    let project = with_lines(
        "[members]\n\"lee@outlook.com\" = \"lee@contoso.com\"\n\
         \"mina@contoso.com\" = { access = \"basic\", create = true, name = \"Mina Park\" }",
    );
    assert_nothing_left(&project.sandbox(&APPLY).expect(0));
    assert_eq!(counts(&project, "mina@contoso.com"), (1, 1));
    assert_nothing_left(&project.sandbox(&APPLY).expect(0));
    assert_eq!(counts(&project, "mina@contoso.com"), (1, 1));
}

#[test]
fn member_goes_on_as_a_guest_and_is_one_person() {
    let project = with_lines(
        "[members]\n\"lee@outlook.com\" = \"lee@partner.example\"\n\n\
         [guests]\n\"lee@partner.example\" = { name = \"Lee Gu\" }",
    );
    let run = project.sandbox(&APPLY).expect(0);
    assert!(!run.stdout.contains("1 new"), "{}", run.stdout);
    assert_nothing_left(&run);
    assert_nothing_left(&project.sandbox(&APPLY).expect(0));
    let world = project.json(".orgctl/world.json");
    let members = world["organization"]["members"].as_object().unwrap();
    let lee = members
        .values()
        .find(|it| it["principal_name"] == "lee@partner.example");
    assert_eq!(lee.unwrap()["entitlement"]["level"], "basic");
}
