//! Time: tokens that end in the middle of an apply, a connection that takes a while, and changes
//! that show late.

use std::collections::BTreeMap;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use orgctl::sandbox::Logged;
use serde_json::{Value, json};

use crate::support::at_once::at_once;
use crate::support::project::{Project, Run, full_or};
use crate::support::served::Served;

const APPLY: [&str; 2] = ["apply", "--auto-approve"];

/// A little longer than a token is good.
const TOKEN_LIFE_MS: u64 = 3_600_000;

const HOUR_MS: u64 = 3_600_000;

fn is(request: &Logged, method: &str, part: &str) -> bool {
    let place = format!("{}/{}", request.host, request.path).to_lowercase();
    request.method == method && place.contains(part)
}

/// Waits until so many requests of a sort have been answered.
fn wait_for(served: &Served, child: &mut Child, (method, part): (&str, &str), count: usize) {
    let deadline = Instant::now() + Duration::from_secs(60);
    let came = || {
        let requests = served.requests();
        let of_sort = requests.iter().filter(|one| is(one, method, part));
        of_sort.count()
    };
    while came() < count {
        assert!(Instant::now() < deadline, "{method} {part} never came");
        assert!(child.try_wait().unwrap().is_none(), "apply ended early");
        thread::sleep(Duration::from_millis(5));
    }
}

fn finished(project: &Project, child: Child) -> Run {
    let run = project.ended(child.wait_with_output().unwrap()).expect(0);
    assert!(
        run.stdout
            .trim_end()
            .ends_with("No changes. contoso is as org.toml says."),
        "{}",
        run.stdout
    );
    run
}

/// The statuses of the requests of a sort, by path, in their order.
fn statuses(requests: &[Logged], method: &str, part: &str) -> BTreeMap<String, Vec<u16>> {
    let mut statuses: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    for one in requests.iter().filter(|one| is(one, method, part)) {
        let row = statuses.entry(one.path.clone()).or_default();
        row.push(one.status.unwrap());
    }
    statuses
}

/// Lets every token end once so many requests of a sort have been answered, each of them late enough
/// for that; returns the requests of the whole apply.
fn tokens_end_after(sort: (&str, &str), count: usize) -> Vec<Logged> {
    let project = Project::of_example("contoso");
    let served = Served::start_with(&project, &["--set", "directory.fixed_tokens=false"]);
    served.add_fault(sort.0, sort.1, &json!({ "delay": { "ms": 200 } }));
    let mut child = project.start_signed_in(&served, &APPLY);
    wait_for(&served, &mut child, sort, count);
    served.advance(TOKEN_LIFE_MS);
    finished(&project, child);
    let world = served.world();
    let users = world["directory"]["users"].as_object().unwrap();
    let guests = users.values().filter(|user| user["user_type"] == "guest");
    assert_eq!(guests.count(), 10, "one guest a line");
    served.requests()
}

fn tokens_fetched(requests: &[Logged]) -> usize {
    let fetched = requests
        .iter()
        .filter(|one| is(one, "POST", "/oauth2/v2.0/token"));
    fetched.filter(|one| one.status == Some(200)).count()
}

#[test]
fn a_token_for_the_directory_that_ends_while_guests_are_invited_is_fetched_anew() {
    let requests = tokens_end_after(("POST", "/v1.0/invitations"), 3);
    let invited = statuses(&requests, "POST", "/v1.0/invitations");
    let invited = &invited["v1.0/invitations"];
    let count = |status| invited.iter().filter(|one| **one == status).count();
    assert_eq!(count(201), 9, "{invited:?}");
    assert!(
        (1..=4).contains(&count(401)),
        "those in flight: {invited:?}"
    );
    // One for each service at first, after it has ended, and after the change of tenant.
    assert_eq!(tokens_fetched(&requests), 6);
}

#[test]
fn a_token_of_the_new_tenant_that_ends_while_members_are_mapped_is_fetched_anew() {
    let requests = tokens_end_after(("PATCH", "_apis/graph/users/"), 5);
    let mapped = statuses(&requests, "PATCH", "_apis/graph/users/");
    assert!(mapped.len() > 20, "{mapped:?}");
    let (mut at_once, mut again) = (0, 0);
    for (path, statuses) in &mapped {
        match statuses.as_slice() {
            [200] => at_once += 1,
            [401, 200] => again += 1,
            _ => panic!("{path}: {statuses:?}"),
        }
    }
    assert!(at_once >= 5, "{mapped:?}");
    assert!((1..=8).contains(&again), "those in flight: {mapped:?}");
}

#[test]
fn a_token_that_ends_while_levels_are_set_is_fetched_anew() {
    let requests = tokens_end_after(("PATCH", "_apis/userentitlements"), 1);
    let set = statuses(&requests, "PATCH", "_apis/userentitlements");
    let set: Vec<u16> = set.into_values().flatten().collect();
    assert_eq!(set, [200, 401, 200], "who is new, then everybody else");
}

#[test]
fn a_connection_that_takes_an_hour_is_waited_for() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    served.set(json!({
        "connect_takes_ms": HOUR_MS, "devops": { "maps_while_connecting": false },
    }));
    let mut child = project.start_on(&served, &APPLY);
    wait_for(&served, &mut child, ("PATCH", "/organizations/me"), 1);
    wait_for(&served, &mut child, ("HEAD", "dev.azure.com/contoso"), 5);
    let mapped = |served: &Served| statuses(&served.requests(), "PATCH", "graph/users/");
    assert!(mapped(&served).is_empty(), "the header shows nothing yet");
    served.advance(HOUR_MS);
    let run = finished(&project, child);
    assert!(
        run.stderr.contains(
            "Waiting until the organization shows its new tenant: 0 s waited, 10 min left."
        ),
        "{}",
        run.stderr
    );
    let mapped = mapped(&served);
    assert!(mapped.len() > 20);
    assert!(mapped.values().all(|row| *row == [200]), "{mapped:?}");
    let connected = statuses(&served.requests(), "PATCH", "/organizations/me");
    assert_eq!(connected.into_values().flatten().collect::<Vec<_>>(), [200]);
}

#[test]
fn a_person_who_connects_is_waited_for_until_it_shows() {
    let project = Project::of_example("minimal");
    let served = Served::start(&project);
    served.set(json!({
        "connect_takes_ms": HOUR_MS, "devops": { "maps_while_connecting": false },
    }));
    let waiting = ["apply", "--auto-approve", "--wait", "60s"];
    let mut child = project.start_on(&served, &waiting);
    served.wait_for("/invitations");
    served.press_connect();
    let probes = |served: &Served| {
        let requests = served.requests();
        requests.iter().filter(|one| one.method == "HEAD").count()
    };
    let before = probes(&served);
    wait_for(&served, &mut child, ("HEAD", "dev.azure.com/"), before + 2);
    served.advance(HOUR_MS);
    let run = project.ended(child.wait_with_output().unwrap()).expect(0);
    assert!(run.stdout.contains("No changes. fourthcoffee"));
    // Whoever does not wait is told to come back, and comes back too early once.
    let project = Project::of_example("minimal");
    let served = Served::start(&project);
    served.set(json!({ "connect_takes_ms": HOUR_MS }));
    project.on(&served, &APPLY).expect(7);
    served.press_connect();
    project.on(&served, &APPLY).expect(7);
    served.advance(HOUR_MS);
    project.on(&served, &APPLY).expect(0);
}

/// The audit log has an entry for every write that was carried out, also for one that changed
/// nothing.
fn nothing_was_done_twice(served: &Served) {
    let world = served.world();
    let entries = world["organization"]["holdings"]["audit"].as_array();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries.unwrap() {
        let done = format!("{} {}", entry["action"], entry["data"]["UserIdentifier"]);
        *counts.entry(done).or_default() += 1;
    }
    assert!(counts.len() > 30, "{counts:?}");
    counts.retain(|_, count| *count > 1);
    assert!(counts.is_empty(), "done twice: {counts:#?}");
    let invited = statuses(&served.requests(), "POST", "/v1.0/invitations");
    assert_eq!(invited["v1.0/invitations"].len(), 9, "one mail a guest");
}

#[test]
fn whatever_shows_late_is_done_once() {
    let lags = [
        json!({ "max_ms": 3000 }),
        json!({ "min_ms": 1500, "max_ms": 1500 }),
        json!({ "max_ms": 1000, "lists_ms": 2000, "flip_flop": true }),
        json!({ "min_ms": 3000, "max_ms": 3000, "flip_flop": true }),
    ];
    let pages = [7, 100];
    let each = lags
        .iter()
        .flat_map(|lag| pages.map(|page| (lag.clone(), page)));
    let each: Vec<(Value, u32)> = each.step_by(full_or(1, 7)).collect();
    at_once(full_or(each.len(), 1), each, |(mut lag, page)| {
        lag["changes"] = json!(true);
        let project = Project::of_example("contoso");
        let served = Served::start(&project);
        served.set(json!({ "lag": lag, "entitlements_page": page }));
        // At once, however early: some replica may still show what was there before.
        for _ in 0..2 {
            project.on(&served, &APPLY).expect(0);
            project
                .on(&served, &["plan", "--detailed-exitcode"])
                .expect(0);
        }
        nothing_was_done_twice(&served);
    });
}

/// Kills an apply in the dark and starts it again before everything shows.
fn killed_in_the_dark(sort: (&str, &str), count: usize) {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    served.set(json!({ "lag": { "max_ms": 3000, "changes": true } }));
    for method in ["POST", "PATCH", "DELETE"] {
        served.add_fault(method, "", &json!({ "delay": { "ms": 30 } }));
    }
    let mut child = project.start_on(&served, &APPLY);
    wait_for(&served, &mut child, sort, count);
    child.kill().unwrap();
    child.wait().unwrap();
    served.clear_faults();
    // Of the quarter of a minute six seconds are left, which is enough for this world.
    project.age_journal(Duration::from_secs(9));
    let run = project.on(&served, &APPLY).expect(0);
    assert!(
        run.stderr.contains("was done a moment ago"),
        "{}",
        run.stderr
    );
    nothing_was_done_twice(&served);
}

#[test]
fn an_apply_that_is_killed_in_the_dark_invites_nobody_again() {
    killed_in_the_dark(("POST", "/v1.0/invitations"), 4);
}

#[test]
fn an_apply_that_is_killed_in_the_dark_maps_nobody_again() {
    killed_in_the_dark(("PATCH", "_apis/graph/users/"), 9);
}
