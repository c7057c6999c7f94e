//! orgctl on services that fail, lag and answer in small pages: it gets there all the same, and
//! nobody is there twice.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Value, json};

use crate::support::at_once::at_once;
use crate::support::conditions::FAULTS;
use crate::support::project::{Project, full_or, is_thorough};
use crate::support::served::Served;

/// Applies under stress, and proves without stress that nothing is left to do.
fn converges(rules: &[&str], settings: &Value) {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    served.set(settings.clone());
    served.add_rules(rules);
    let begin = Instant::now();
    let run = project.on(&served, &["apply", "--auto-approve"]);
    assert!(
        run.code == 0,
        "{} under {rules:?} {settings}\n{}\n{}",
        run.code,
        run.stdout,
        run.stderr
    );
    // What is still late is not what this is about.
    served.advance(60_000);
    served.clear_faults();
    project
        .on(&served, &["plan", "--detailed-exitcode"])
        .expect(0);
    nobody_is_there_twice(&served.world());
    let (requests, took) = (served.requests().len(), begin.elapsed());
    println!("{rules:?} {settings}: {requests} requests, {took:.1?}");
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

/// Runs all at once, where the full number is asked for: most of the time is spent waiting for a service
/// that is to be left alone.
fn converge(all: &[(Vec<&str>, Value)]) {
    at_once(full_or(all.len(), 1), all, |(rules, settings)| {
        converges(rules, settings);
    });
}

#[test]
fn orgctl_gets_there_under_every_fault() {
    // A plain run takes those after which there is little to wait for, and one of all together.
    let brief = [" page", "cut-off", "slow-down=0", "retry-after=0"];
    let is_brief = |rule: &&str| brief.iter().any(|words| rule.contains(words));
    let alone = FAULTS
        .into_iter()
        .filter(|rule| is_thorough() || is_brief(rule));
    let mut all: Vec<_> = alone.map(|rule| (vec![rule], json!({}))).collect();
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
    all.push((mixed.to_vec(), settings));
    converge(&all);
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
    let lags = lags.map(|lag| (Vec::new(), lag));
    converge(&lags[full_or(0, 5)..]);
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
