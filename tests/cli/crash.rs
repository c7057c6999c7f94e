//! An apply that is killed is finished by the next one: nothing doubled, nothing lost.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::project::{Project, interrupt};
use crate::support::served::Served;

/// Every request of an apply takes this long, so that a kill hits the middle of something.
const LATENCY_MS: u64 = 30;

/// Kills an apply once so many requests of a sort have come, and runs it again.
fn kill_after(sort: &str, count: usize) {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    for method in ["POST", "PATCH", "DELETE"] {
        served.add_fault(method, "", &json!({ "delay": { "ms": LATENCY_MS } }));
    }
    let mut child = project.start_on(&served, &["apply", "--auto-approve"]);
    let deadline = Instant::now() + Duration::from_secs(60);
    let came = || {
        let requests = served.requests();
        requests
            .iter()
            .filter(|one| {
                format!("{} /{}", one.method, one.path)
                    .to_lowercase()
                    .contains(sort)
            })
            .count()
    };
    while came() < count {
        assert!(Instant::now() < deadline, "{sort} never came");
        assert!(
            child.try_wait().unwrap().is_none(),
            "apply ended before it was killed"
        );
    }
    child.kill().unwrap();
    let killed = child.wait_with_output().unwrap();
    assert_eq!(killed.status.code(), None, "it was not killed");
    served.clear_faults();
    // A person takes at least that long to start it again.
    project.age_journal(Duration::from_secs(60));

    let run = project.on(&served, &["apply", "--auto-approve"]).expect(0);
    assert!(
        run.stderr.contains("An earlier apply was cut short"),
        "{}",
        run.stderr
    );
    assert!(
        run.stdout
            .trim_end()
            .ends_with("No changes. contoso is as org.toml says.")
    );
    assert_nobody_is_there_twice(&served.world());
    assert_eq!(
        who_is_who(&served.world()),
        who_is_who(&of_an_apply_that_is_left_alone())
    );
    project
        .on(&served, &["plan", "--detailed-exitcode"])
        .expect(0);
}

fn of_an_apply_that_is_left_alone() -> Value {
    let project = Project::of_example("contoso");
    project.sandbox(&["apply", "--auto-approve"]).expect(0);
    project.json(".orgctl/world.json")
}

/// Everybody in the organization and in the directory, by names: ids that the sandbox makes depend
/// on the order in which people came.
fn who_is_who(world: &Value) -> BTreeSet<String> {
    let users = world["directory"]["users"].as_object().unwrap();
    let name = |id: &Value| {
        id.as_str()
            .and_then(|id| users.get(id))
            .map(|user| &user["user_principal_name"])
    };
    let members = world["organization"]["members"].as_object().unwrap().iter();
    let members = members.map(|(key, member)| {
        let entitlement = &member["entitlement"];
        let identity = name(&member["object_id"]);
        format!(
            "{key} {} {identity:?} {}",
            member["principal_name"], entitlement["level"]
        )
    });
    members
        .chain(
            users
                .values()
                .map(|user| user["user_principal_name"].to_string()),
        )
        .collect()
}

fn assert_nobody_is_there_twice(world: &Value) {
    let mut mails = BTreeSet::new();
    for user in world["directory"]["users"].as_object().unwrap().values() {
        if let Some(mail) = user["mail"].as_str() {
            assert!(
                mails.insert(mail.to_lowercase()),
                "{mail} is in the directory twice"
            );
        }
    }
    assert!(mails.contains("noor.haddad@fabrikam.com"), "{mails:?}");
}

#[test]
fn killed_while_guests_are_invited() {
    kill_after("post /v1.0/invitations", 3);
}

#[test]
fn killed_while_the_organization_is_connected() {
    kill_after("/_apis/organization/organizations/me", 1);
}

#[test]
fn killed_while_members_are_mapped() {
    kill_after("patch /contoso/_apis/graph/users/", 9);
}

#[test]
fn interrupted_it_finishes_what_is_in_flight_and_stops() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    served.add_fault(
        "PATCH",
        "organizations/me",
        &json!({ "delay": { "ms": 600 } }),
    );
    let child = project.start_on(&served, &["apply", "--auto-approve"]);
    served.wait_for("/invitations");
    interrupt(&child);
    let run = project.ended(child.wait_with_output().unwrap()).expect(6);
    assert!(
        run.stdout.contains("Apply stopped: interrupted"),
        "{}",
        run.stdout
    );
    served.clear_faults();
    let run = project.on(&served, &["apply", "--auto-approve"]).expect(0);
    assert!(
        !run.stderr.contains("cut short"),
        "the state was saved:\n{}",
        run.stderr
    );
}
