//! orgctl on services that fail, lag and answer in small pages: it gets there all the same, and
//! nobody is there twice.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::project::Project;
use crate::support::served::Served;

/// Runs of `apply` until it must be done. One that meets too many faults in a row says that it is
/// partly applied, or that it could not read; the next one goes on from there.
const RUNS_MAX: usize = 8;

/// Applies under stress until it is done, and proves without stress that nothing is left to do.
fn converges(rules: &[&str], settings: &Value) {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    served.set(settings.clone());
    served.add_rules(rules);
    let begin = Instant::now();
    let mut ends = Vec::new();
    loop {
        let run = project.on(&served, &["apply", "--auto-approve"]);
        ends.push(run.code);
        if run.code == 0 {
            break;
        }
        let told = format!(
            "{ends:?} under {rules:?} {settings}\n{}\n{}",
            run.stdout, run.stderr
        );
        assert!(run.code == 6 || run.code == 1, "{told}");
        assert!(ends.len() < RUNS_MAX, "{told}");
        // A person takes at least that long to start it again.
        thread::sleep(Duration::from_secs(1));
    }
    // What is still late is not what this is about.
    served.advance(60_000);
    served.clear_faults();
    project
        .on(&served, &["plan", "--detailed-exitcode"])
        .expect(0);
    nobody_is_there_twice(&served.world());
    let (requests, took) = (served.requests().len(), begin.elapsed());
    println!("{rules:?} {settings}: {ends:?}, {requests} requests, {took:.1?}");
}

fn nobody_is_there_twice(world: &Value) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let users = world["directory"]["users"].as_object().unwrap();
    for user in users.values() {
        let name = user["user_principal_name"].as_str().unwrap();
        *counts.entry(name.to_lowercase()).or_default() += 1;
        if let Some(mail) = user["mail"].as_str() {
            *counts
                .entry(format!("mail {}", mail.to_lowercase()))
                .or_default() += 1;
        }
    }
    let members = world["organization"]["members"].as_object().unwrap();
    for member in members.values().filter(|member| member["removed"] != true) {
        for field in ["principal_name", "object_id"] {
            if let Some(text) = member[field].as_str() {
                *counts
                    .entry(format!("{field} {}", text.to_lowercase()))
                    .or_default() += 1;
            }
        }
    }
    counts.retain(|_, count| *count > 1);
    assert!(counts.is_empty(), "there twice: {counts:?}");
    assert_eq!(
        members
            .values()
            .filter(|member| member["removed"] != true)
            .count(),
        41
    );
}

/// Each sort of trouble, and its rules.
pub(crate) const FAULTS: [&str; 15] = [
    "20% seed=1 status=429 retry-after=0",
    "20% seed=2 status=429",
    "20% seed=3 throttle=50ms untold",
    "20% seed=4 status=500",
    "20% seed=5 status=502 body=html",
    "20% seed=6 status=503",
    "20% seed=7 status=503 body=bom",
    "20% seed=8 status=504 body=empty",
    "20% seed=9 delay=30ms",
    "20% seed=10 slow-down=0",
    "20% seed=11 drop=before",
    "20% seed=12 drop=after",
    "20% seed=13 cut-off",
    "20% seed=14 page",
    "20% seed=15 stale=10s",
];

/// Runs all at once: most of the time is spent waiting for a service that is to be left alone.
fn converge(all: &[(Vec<&str>, Value)]) {
    thread::scope(|scope| {
        for (rules, settings) in all {
            scope.spawn(|| converges(rules, settings));
        }
    });
}

#[test]
fn orgctl_gets_there_under_every_fault() {
    let alone = FAULTS.map(|rule| (vec![rule], json!({})));
    let mixed = [
        "4% seed=16 status=503",
        "4% seed=17 drop=after",
        "4% seed=18 delay=30ms",
        "4% seed=19 throttle=50ms untold",
        "2% seed=20 stale=1s",
    ];
    let settings = json!({
        "lag": { "max_ms": 1000, "flip_flop": true, "changes": true }, "entitlements_page": 7,
    });
    converge(&[alone.as_slice(), &[(mixed.to_vec(), settings)]].concat());
}

#[test]
fn orgctl_gets_there_under_lag() {
    let lags = [
        json!({ "lag": { "min_ms": 500, "max_ms": 500 } }),
        json!({ "lag": { "max_ms": 3000 } }),
        json!({ "lag": { "max_ms": 1000, "lists_ms": 2000 } }),
        json!({ "lag": { "max_ms": 3000, "flip_flop": true } }),
        json!({ "lag": { "max_ms": 3000, "changes": true } }),
        json!({ "lag": { "max_ms": 1000, "lists_ms": 2000, "changes": true } }),
        json!({
            "lag": { "max_ms": 3000, "flip_flop": true, "changes": true }, "entitlements_page": 7,
        }),
    ];
    converge(&lags.map(|lag| (Vec::new(), lag)));
}

#[test]
fn orgctl_gets_there_within_the_limits() {
    // Where orgctl is delayed, it takes minutes; so only the service that refuses is played.
    let limits = [true, false]
        .map(|told| json!({ "throttling": { "graph": true, "told": told, "scale": 200 } }));
    converge(&limits.map(|limits| (Vec::new(), limits)));
}

#[test]
fn orgctl_gets_there_page_by_page() {
    converge(&[1, 7, 500].map(|length| (Vec::new(), pages(length))));
}

fn pages(length: u32) -> Value {
    json!({
        "entitlements_page": length, "graph_users_page": length, "directory_page_max": length,
    })
}
