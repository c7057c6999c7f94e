//! An organization of more users than Azure DevOps maps: what can be done without mapping is done,
//! and whom Microsoft support has to map is told, one by one.

use orgctl::model::live::Origin;

use crate::support::project::Project;
use crate::support::served::Served;

const APPLY: [&str; 2] = ["apply", "--auto-approve"];
const PEOPLE: u32 = 250;

/// Of 250 people 160 match by name; 70 are mapped, 12 are guests and 8 are not in the directory.
fn large() -> Project {
    let project = Project::of_people(PEOPLE);
    project.change_config(&format!("max_users = {PEOPLE}"), "max_users = 100");
    project
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn nothing_is_begun_that_support_would_have_to_end() {
    let project = large();
    let served = Served::start(&project);
    let before = served.world();
    let run = project.on(&served, &APPLY).expect(4);
    let told = words(&run.stdout);
    assert!(told.contains("250 users"), "{told}");
    assert!(told.contains("have Microsoft support map them"), "{told}");
    assert!(told.contains("guards.unmapped_users = \"warn\""), "{told}");
    let after = served.world();
    assert!(after["organization"]["tenant"].is_null());
    assert_eq!(after["directory"]["users"], before["directory"]["users"]);
    assert!(!project.path("org.state.json").exists());
}

#[test]
fn what_needs_no_mapping_is_done_and_the_rest_is_handed_on() {
    let project = large();
    project.change_config(
        "max_users = 100",
        "max_users = 100\nunmapped_users = \"warn\"",
    );
    let served = Served::start(&project);
    let run = project.on(&served, &APPLY).expect(6);
    let told = words(&run.stdout);
    for pair in ["person155@outlook.com", "person155@contoso.com"] {
        assert!(told.contains(pair), "{pair} is not in\n{}", run.stdout);
    }
    let again = project.on(&served, &APPLY).expect(6);
    assert!(
        again
            .stdout
            .contains("No changes, apart from what is blocked."),
        "{}",
        again.stdout
    );
    let live = project.snapshot_of(&served);
    let members = || live.members.values();
    assert_eq!(members().count(), 250);
    assert_eq!(members().filter(|member| !member.disconnected).count(), 160);
    assert!(members().all(|member| member.origin == Origin::Directory || member.disconnected));
    // Each by what is there, for a list may not have them yet.
    let world = served.world();
    let guests = world["directory"]["users"].as_object().unwrap().values();
    let guests = guests.filter(|user| !user["invitation"].is_null());
    assert_eq!(
        guests.count(),
        12,
        "support can map only who is in the directory"
    );
}
