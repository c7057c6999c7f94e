//! The whole suite on a bad day: every test of the command line that can be is run again, as it is,
//! on services that fail, lag, or answer in pages of another length.

use std::collections::BTreeSet;
use std::env;
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::stress::FAULTS;
use crate::support::at_once::at_once;
use crate::support::project::CONDITIONS;

/// What is not run again: a test, or every test of a file, and why.
const LEFT_OUT: [(&str, &str); 32] = [
    ("bad_day::", "it would run itself"),
    (
        "stopping::",
        "these order faults, and measure how soon apply stops",
    ),
    (
        "at_once::",
        "these count who gets a lock within some seconds",
    ),
    (
        "saved_plans::",
        "somebody else acts in the middle of these, at a moment that they order",
    ),
    (
        "undo::",
        "they compare all that is there before and after; not held yet on every sort of day",
    ),
    (
        "undo_later::",
        "they compare all that is there, order faults and kill a run at a moment of their own",
    ),
    ("stress::", "these order faults, lag and pages themselves"),
    (
        "time::",
        "these order lag, the clock and the end of tokens themselves",
    ),
    (
        "tls::answers_that_are_lost_over_https_are_found_again",
        "it orders a fault, and is about that one",
    ),
    (
        "guests::",
        "these are about mail: one whose answer is lost is told, and never sent again",
    ),
    ("notices_by_mail::", "these are about mail, too"),
    (
        "notices::a_plan_asks_for_tokens_only_until_the_organization_is_connected",
        "it counts requests",
    ),
    (
        "disconnecting::a_spoilt_table_of_identities_is_for_support",
        "it counts requests",
    ),
    (
        "check::it_changes_nothing_and_needs_no_more_than_plan",
        "it counts requests",
    ),
    (
        "settings::a_policy_that_does_not_change_is_no_success",
        "it orders a fault, and is about that one",
    ),
    (
        "projects::projects_are_given_with_the_level_and_only_once",
        "it counts requests",
    ),
    (
        "projects::projects_are_read_only_when_org_toml_or_the_state_speaks_of_them",
        "it counts requests",
    ),
    (
        "crash::",
        "these kill orgctl at a request that they count and delay",
    ),
    (
        "exit_codes::five_when_somebody_else_is_at_work",
        "it orders a delay, and is about what happens meanwhile",
    ),
    (
        "exit_codes::six_when_a_step_fails_and_the_rest_goes_on",
        "it orders a fault, and is about that one",
    ),
    (
        "recovery::a_plan_saved_after_a_crash_can_be_applied",
        "it kills orgctl at a request, and orders a delay before it",
    ),
    (
        "recovery::a_second_interrupt_stops_at_once",
        "it is about how long that takes",
    ),
    (
        "recovery::whom_a_list_misses_is_asked_for_and_not_invited_again",
        "it orders lag, and counts invitations",
    ),
    (
        "requests::a_refresh_differs_by_pages_only",
        "it counts requests",
    ),
    (
        "requests::few_people_among_many_are_looked_up_in_batches",
        "it counts requests",
    ),
    (
        "sandbox::rules_of_misbehaviour_come_from_the_command_line_and_from_a_file",
        "it orders faults, and is about those",
    ),
    (
        "sandbox::a_rehearsal_can_be_had_on_a_bad_day",
        "it orders faults and lag, and is about those",
    ),
    (
        "sandbox::conditions_are_for_sandboxes_only",
        "it gives conditions itself",
    ),
    (
        "directory::",
        "these count requests and time; not held yet on every sort of day",
    ),
    (
        "state::",
        "these edit the state between runs; not held yet on every sort of day",
    ),
    (
        "limit_of_users::",
        "they read and list hundreds of people; not held yet on every sort of day",
    ),
    (
        "migration::every_case_that_is_not_refused_converges",
        "it plays a hundred organizations; not held yet on every sort of day",
    ),
];

/// Fewer would mean that the suite has shrunk, or that too much of it is left out.
const TESTS_MIN: usize = 45;

/// Tests that run at once on one sort of day. Nearly all of their time they wait for a service.
const THREADS: usize = 10;

/// Days at once: as many as one test has, for the longest of them waits four minutes by itself.
const DAYS_AT_ONCE: usize = 15;

/// The tests that are run again.
fn suite() -> Vec<String> {
    let listed = Command::new(env::current_exe().unwrap())
        .args(["cli::", "--list", "--format", "terse"])
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let all: BTreeSet<&str> = listed
        .lines()
        .filter_map(|line| line.strip_suffix(": test")?.strip_prefix("cli::"))
        .collect();
    let is_meant =
        |test: &str, name: &str| test == name || (name.ends_with("::") && test.starts_with(name));
    for (name, why) in LEFT_OUT {
        let is_there = all.iter().any(|test| is_meant(test, name));
        assert!(is_there, "there is no {name}, left out because {why}");
    }
    let is_left_out = |test: &str| LEFT_OUT.iter().any(|(name, _)| is_meant(test, name));
    let suite = all.into_iter().filter(|test| !is_left_out(test));
    suite.map(|test| format!("cli::{test}")).collect()
}

/// A sort of day: what is in the two variables.
#[derive(Clone, Copy, Debug)]
struct Day {
    faults: &'static str,
    settings: &'static str,
}

/// Runs the suite on a day, and tells what failed.
fn live_through(day: Day, suite: &[String]) -> Result<Duration, String> {
    let begin = Instant::now();
    let ended = Command::new(env::current_exe().unwrap())
        .args(suite)
        .args(["--exact", "--test-threads", &THREADS.to_string()])
        .envs(CONDITIONS.into_iter().zip([day.faults, day.settings]))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ended.stdout);
    let all_passed = format!("test result: ok. {} passed; 0 failed; ", suite.len());
    if ended.status.success() && told.contains(&all_passed) {
        return Ok(begin.elapsed());
    }
    // Behind the list of those that passed there is what each that failed has said.
    let failures = told.find("failures:").unwrap_or_default();
    Err(format!("{day:?}\n{}", &told[failures..]))
}

/// Runs the suite on several days, and tells how long each took.
fn live_through_all(days: &[Day]) {
    let suite = suite();
    assert!(suite.len() >= TESTS_MIN, "only {} tests", suite.len());
    let failures = Mutex::new(Vec::new());
    at_once(DAYS_AT_ONCE, days, |day| match live_through(*day, &suite) {
        Ok(took) => println!("{} tests in {took:.1?} on {day:?}", suite.len()),
        Err(failure) => failures.lock().unwrap().push(failure),
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn with_every_fault_at_one_request_in_five() {
    let day = |faults| Day {
        faults,
        settings: "",
    };
    live_through_all(&FAULTS.map(day));
}

#[test]
fn with_lag_and_with_pages_of_any_length() {
    let settings = [
        "lag.max_ms=3000",
        "lag.max_ms=3000; lag.flip_flop=true",
        "lag.max_ms=1000; lag.lists_ms=2000",
        "entitlements_page=1; graph_users_page=1; directory_page_max=1",
        "entitlements_page=7; graph_users_page=7; directory_page_max=7",
        "entitlements_page=500; graph_users_page=500; directory_page_max=500",
    ];
    let day = |settings| Day {
        faults: "",
        settings,
    };
    live_through_all(&settings.map(day));
}

/// The other answer to each question that Microsoft's documents leave open, but for those that
/// answer a single request differently by order; see the table of them in docs/sandbox.md.
const OTHERWISE: &str = "devops.adding_again_fails=true; devops.removing_again_succeeds=true; \
    devops.bulk_takes_a_while=true; devops.bulk_limit=10; devops.direct_change=true; \
    devops.maps_while_connecting=false; devops.nested_policies=true; \
    devops.resolve_disconnected_users=true; devops.tokens_survive_connecting=false; \
    directory.accepted_are_completed=false; directory.blocked_domain_status=403; \
    directory.count_has_bom=true; directory.deleted_block_invites=true; \
    directory.enabling_needs_one_permission=false; directory.external_state_is_advanced=true; \
    directory.unknown_tenant_is_invalid_request=true; removed_are_found=true";

#[test]
fn with_the_other_answer_to_each_open_question() {
    let settings = [
        OTHERWISE,
        "devops.denial=unauthorized",
        "devops.denial=not_found",
    ];
    let day = |settings| Day {
        faults: "",
        settings,
    };
    live_through_all(&settings.map(day));
}
