//! From one tenant to another: by requests, at the gate, and cut short in between.

use std::fs;
use std::time::{Duration, Instant};

use orgctl::model::live::{Connection, Origin};
use orgctl::sandbox::{CLIENT_ID, CLIENT_SECRET};
use serde_json::{Value, json};

use crate::support::project::{Project, interrupt};
use crate::support::served::Served;

pub(super) const APPLY: [&str; 2] = ["apply", "--auto-approve"];
const OLD: &str = "ccccdddd-2222-4eee-8333-ffff4444aaaa";
pub(super) const NEW: &str = "ddddeeee-3333-4fff-8444-aaaa5555bbbb";
const ZERO: &str = "00000000-0000-0000-0000-000000000000";
pub(super) const DONE: &str = "No changes. wideworldimporters is as org.toml says.";
pub(super) const STATE: &str = "org.state.json";

/// A managed identity and a service principal of the old tenant, as live has them.
fn applications() -> Value {
    json!({ "known": {
        "0b1ec700-0000-4000-8100-0000000000aa": {
            "display_name": "mi-fluxcd",
            "application_id": "70e5d6a1-0000-4000-8000-00000000055c",
            "managed_identity": true,
            "tenant": OLD,
            "descriptor": "aadsp.MTIzNDU2NzgtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMGFh",
            "storage_key": "5e000000-0000-4000-8100-0000000000aa",
            "access": "basic",
        },
        "0b1ec700-0000-4000-8100-0000000000bb": {
            "display_name": "release",
            "tenant": OLD,
            "descriptor": "aadsp.MTIzNDU2NzgtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMGJi",
        },
    } })
}

pub(super) fn moving() -> Project {
    Project::of_example("change-directory")
}

/// The tenants that were asked for, in order.
fn changes_of_tenant(served: &Served) -> Vec<String> {
    let world = served.world();
    let log = world["organization"]["holdings"]["audit"]
        .as_array()
        .unwrap();
    let of = |entry: &Value| {
        let text = entry.to_string();
        let is_change = text.contains("LinkToAAD") || text.contains("UnlinkFromAAD");
        let mut tenants = [OLD, NEW, ZERO].into_iter();
        let named = tenants.rfind(|tenant| text.contains(tenant));
        is_change.then(|| named.unwrap_or_default().to_owned())
    };
    log.iter().filter_map(of).collect()
}

/// Everybody of the example is who they are to be.
pub(super) fn assert_moved(project: &Project, served: &Served) {
    project
        .on(served, &["plan", "--detailed-exitcode"])
        .expect(0);
    let live = project.snapshot_of(served);
    let new = NEW.parse().unwrap();
    assert_eq!(live.organization.connection, Connection::Tenant(new));
    let seed = project.seed();
    let gone = seed
        .members
        .keys()
        .filter(|key| !live.members.contains_key(key));
    assert_eq!(gone.count(), 1, "one was to be removed");
    for member in live.members.values() {
        let name = &member.principal_name;
        assert_eq!(member.tenant, Some(new), "{name}");
        assert_eq!(member.origin, Origin::Directory, "{name}");
        assert!(!member.disconnected, "{name}");
    }
    let world = served.world();
    let groups = world["organization"]["holdings"]["groups"]
        .as_object()
        .unwrap();
    assert!(groups.values().all(|group| group["kind"] != "directory"));
    assert!(world["organization"]["holdings"].get("rules").is_none());
    let entries = project.json(STATE)["entries"].clone();
    let connection = &entries["connection[\"wideworldimporters\"]"];
    assert_eq!(connection["attributes"]["tenant"], NEW);
}

#[test]
fn each_of_the_two_changes_is_waited_for_until_it_shows() {
    let project = moving();
    let served = Served::start_with(&project, &["--set", "connect_takes_ms=300"]);
    let run = project.on(&served, &APPLY).expect(0);
    for said in [
        "Waiting until the organization shows no tenant: 0 s waited, 10 min left.",
        "Waiting until the organization shows its new tenant: 0 s waited, 10 min left.",
    ] {
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
}

#[test]
fn from_one_tenant_to_another_by_two_requests() {
    let project = moving();
    let served = Served::start_with(&project, &["--set", "connect_takes_ms=300"]);
    let run = project.on(&served, &APPLY).expect(0);
    assert!(run.stdout.trim_end().ends_with(DONE), "{}", run.stdout);
    assert_eq!(changes_of_tenant(&served), [ZERO, NEW]);
    assert_moved(&project, &served);
    let saved = project.json(&format!("{STATE}.groups.json"));
    let names = |group: &Value| group["name"].as_str().unwrap().to_owned();
    let groups = saved["groups"].as_object().unwrap().values();
    let groups: Vec<String> = groups.map(names).collect();
    assert_eq!(groups, ["WWI Developers", "WWI Operators"], "they are gone");
    assert_eq!(saved["tenant"], OLD);
    let again = project.on(&served, &APPLY).expect(0);
    assert!(again.stdout.trim_end().ends_with(DONE), "{}", again.stdout);
    // What was given up is gone, and the line does nothing any more.
    project.change_config(&format!("replaces = \"{OLD}\"\n"), "");
    project
        .on(&served, &["plan", "--detailed-exitcode"])
        .expect(0);
}

#[test]
fn a_tenant_is_not_left_unless_org_toml_gives_it_up() {
    let project = moving();
    project.change_config(&format!("replaces = \"{OLD}\"\n"), "");
    let served = Served::start(&project);
    let before = served.world();
    let run = project.on(&served, &APPLY).expect(4);
    assert!(run.stdout.contains("write its id"), "{}", run.stdout);
    assert!(run.stdout.contains("`replaces` under [tenant]"));
    assert_eq!(served.world(), before);
}

/// Waits until the journal speaks of the connection so many times.
fn wait_for_journal(project: &Project, lines: usize) {
    let deadline = Instant::now() + Duration::from_secs(60);
    let of_connection = || {
        let journal = fs::read_to_string(project.path("org.state.json.journal"));
        let journal = journal.unwrap_or_default();
        let lines = journal.lines();
        lines.filter(|line| line.contains("connection[")).count()
    };
    while of_connection() < lines {
        assert!(Instant::now() < deadline, "it never went on");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn killed_between_the_two_requests_the_next_run_goes_on() {
    let project = moving();
    let served = Served::start(&project);
    // The second of the two changes never gets an answer in time.
    served.add_rules(&["PATCH organizations/me from=2 delay=60s"]);
    let mut child = project.start_on(&served, &APPLY);
    // Until the first half is on record, and the second is intended.
    wait_for_journal(&project, 3);
    child.kill().unwrap();
    child.wait().unwrap();
    served.clear_faults();

    let plan = project.on(&served, &["plan"]).expect(0);
    assert!(plan.stderr.contains("was cut short"), "{}", plan.stderr);
    assert!(
        plan.stdout.contains("+ connect  wideworldimporters"),
        "{}",
        plan.stdout
    );
    assert!(!plan.stdout.contains("drift"), "{}", plan.stdout);
    assert!(!plan.stdout.contains("outside orgctl"), "{}", plan.stdout);
    let run = project.on(&served, &APPLY).expect(0);
    assert!(run.stdout.trim_end().ends_with(DONE), "{}", run.stdout);
    assert_eq!(changes_of_tenant(&served), [ZERO, NEW]);
    assert_moved(&project, &served);
}

#[test]
fn killed_while_the_first_is_waited_for_the_next_run_waits_on() {
    let project = moving();
    let served = Served::start_with(&project, &["--set", "connect_takes_ms=1000"]);
    let mut child = project.start_on(&served, &APPLY);
    let deadline = Instant::now() + Duration::from_secs(60);
    while !served.tenant().is_null() {
        assert!(Instant::now() < deadline, "it was never disconnected");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let run = project.on(&served, &APPLY).expect(0);
    assert!(run.stderr.contains("was cut short"), "{}", run.stderr);
    assert!(run.stdout.trim_end().ends_with(DONE), "{}", run.stdout);
    assert_eq!(changes_of_tenant(&served), [ZERO, NEW]);
    assert_moved(&project, &served);
}

#[test]
fn interrupted_between_the_two_requests_it_stops_with_the_first_on_record() {
    let project = moving();
    let served = Served::start(&project);
    served.add_rules(&["PATCH organizations/me delay=1500ms"]);
    let child = project.start_on(&served, &APPLY);
    wait_for_journal(&project, 1);
    interrupt(&child);
    let run = project.ended(child.wait_with_output().unwrap()).expect(6);
    assert!(
        run.stdout.contains("Apply stopped: interrupted"),
        "{}",
        run.stdout
    );
    served.clear_faults();
    assert_eq!(changes_of_tenant(&served), [ZERO]);
    let entries = project.json(STATE)["entries"].clone();
    let connection = &entries["connection[\"wideworldimporters\"]"];
    assert!(
        connection["attributes"].get("tenant").is_none(),
        "{entries}"
    );
    assert_eq!(connection["remote_id"]["tenant_id"], ZERO);
    let run = project.on(&served, &APPLY).expect(0);
    assert!(!run.stderr.contains("cut short"), "{}", run.stderr);
    assert_moved(&project, &served);
}

#[test]
fn the_second_request_that_is_refused_leaves_a_way_on() {
    let project = moving();
    let served = Served::start(&project);
    served.set(json!({ "devops": { "tenant_refusal": "restricted" } }));
    let run = project.on(&served, &APPLY).expect(6);
    assert!(run.stdout.contains("allow list"), "{}", run.stdout);
    assert_eq!(served.tenant(), Value::Null, "the first was done");
    served.set(json!({ "devops": { "tenant_refusal": null } }));
    project.on(&served, &APPLY).expect(0);
    assert_moved(&project, &served);
}

#[test]
fn each_tenant_gets_tokens_of_its_own() {
    let project = moving();
    let served = Served::start_with(&project, &["--set", "directory.fixed_tokens=false"]);
    let apply = |arguments: &[&str]| {
        let output = project
            .command_without_sandbox()
            .args(arguments)
            .envs([
                ("ORGCTL_ENDPOINT", served.endpoint()),
                ("AZURE_TENANT_ID", NEW),
                ("AZURE_CLIENT_ID", CLIENT_ID),
                ("AZURE_CLIENT_SECRET", CLIENT_SECRET),
            ])
            .output()
            .unwrap();
        project.ended(output)
    };
    apply(&APPLY).expect(0);
    let requests = served.requests();
    let tokens: Vec<&str> = requests
        .iter()
        .filter(|one| one.path.ends_with("/token"))
        .map(|one| one.path.split('/').next().unwrap())
        .collect();
    // While the old tenant backed the organization Azure DevOps took nothing else, and takes it no
    // longer: the sandbox sees to that.
    assert!(tokens.contains(&OLD), "{tokens:?}");
    assert_eq!(tokens.last(), Some(&NEW), "{tokens:?}");
    assert_moved(&project, &served);
}

#[test]
fn at_the_gate_a_person_switches_in_one_go_or_in_two() {
    for in_two in [false, true] {
        let project = moving();
        project.change_config("connect_with = \"api\"", "connect_with = \"portal\"");
        let served = Served::start(&project);
        let run = project.on(&served, &APPLY).expect(7);
        assert!(
            run.stderr.contains("Press \"Switch directory\""),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains("Disconnect"), "{}", run.stderr);
        if in_two {
            served.press(ZERO);
            let run = project.on(&served, &APPLY).expect(7);
            assert!(
                run.stderr.contains("Press \"Connect directory\""),
                "{}",
                run.stderr
            );
        }
        let waiting = [&APPLY[..], &["--wait", "60s"]].concat();
        let waiting = project.start_on(&served, &waiting);
        served.press_connect();
        let run = project.ended(waiting.wait_with_output().unwrap()).expect(0);
        assert!(run.stdout.trim_end().ends_with(DONE), "{}", run.stdout);
        assert_moved(&project, &served);
    }
}

#[test]
fn applications_are_named_as_lost_and_are_otherwise_nobodys_business() {
    let project = Project::of_example("change-directory");
    let mut live = project.json("live.json");
    live["applications"] = applications();
    fs::write(project.path("live.json"), live.to_string()).unwrap();
    let seed = project.seed();
    let served = Served::start(&project);
    // A snapshot of what a snapshot has filled shows the same.
    let before = project.snapshot_of(&served);
    assert_eq!(before.applications, seed.applications);
    assert_eq!(before.members.len(), seed.members.len());
    let run = project.on(&served, &APPLY).expect(0);
    for name in [
        "mi-fluxcd (70e5d6a1-0000-4000-8000-00000000055c, basic)",
        "release (0b1ec700-0000-4000-8100-0000000000bb)",
    ] {
        let text = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(name), "{}", run.stdout);
    }
    assert!(run.stdout.trim_end().ends_with(DONE), "{}", run.stdout);
    assert_moved(&project, &served);
    // They stay in the list of the service, and nothing is said of them any more.
    let after = project.snapshot_of(&served);
    assert_eq!(after.applications, seed.applications);
    let run = project.on(&served, &["plan"]).expect(0);
    assert!(!run.stdout.contains("fluxcd"), "{}", run.stdout);
}
