//! Bad days: every test of the command line that can be is run again, as it is, on services that fail,
//! lag, or answer in pages of another length. The days come one after another, and before them the tests
//! that repeat something, in full number.
//!
//! On a bad day a test mostly waits, up to some minutes, so `cargo test` leaves them out. `cargo test
//! --test bad_days` runs them; with words behind `--` only the days that have one of them in their name,
//! with `--list` none, and with `--at-once=DAYS` so many side by side.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test that cannot run has nothing better to do than to stop and say so"
)]

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::time::Instant;

#[path = "support/at_once.rs"]
mod at_once;
#[path = "support/conditions.rs"]
mod conditions;

use at_once::at_once;
use conditions::{CONDITIONS, FAULTS, THOROUGH};

/// What is not run again: tests, or every test of a file.
struct LeftOut {
    names: &'static [&'static str],
    /// On the days of which one of these is a part.
    days: &'static [&'static str],
    why: &'static str,
}

const EVERY: &[&str] = &[""];
const FAULTY: &[&str] = &["%"];

const LEFT_OUT: [LeftOut; 14] = [
    LeftOut {
        names: &[
            "crash::",
            "recovery::a_plan_saved_after_a_crash_can_be_applied",
        ],
        days: EVERY,
        why: "these kill orgctl at a request that they count and delay",
    },
    LeftOut {
        names: &[
            "stress::",
            "sandbox::a_rehearsal_can_be_had_on_a_bad_day",
            "recovery::whom_a_list_misses_is_asked_for_and_not_invited_again",
        ],
        days: EVERY,
        why: "these order faults, lag and pages themselves, and are about those",
    },
    LeftOut {
        names: &["at_once::"],
        days: EVERY,
        why: "these count who gets a lock within some seconds",
    },
    LeftOut {
        names: &[
            "exit_codes::five_when_somebody_else_is_at_work",
            "exit_codes::six_when_a_step_fails_and_the_rest_goes_on",
            "gate::nobody_is_led_to_the_gate_while_the_owner_has_no_account_behind_it",
            "sandbox::conditions_are_for_sandboxes_only",
            "sandbox::rules_of_misbehaviour_come_from_the_command_line_and_from_a_file",
            "settings::a_policy_that_does_not_change_is_no_success",
            "tls::answers_that_are_lost_over_https_are_found_again",
            "undo_later::a_policy_that_the_service_no_longer_tells_stays_and_is_named",
            "undo_later::of_a_run_that_was_killed_nothing_is_passed_over_in_silence",
            "undo_later::of_a_run_that_was_stopped_half_way_only_what_was_done_goes_back",
            "undo_later::of_a_run_with_failed_steps_only_what_was_done_goes_back",
        ],
        days: FAULTY,
        why: "these order a fault, and are about that one",
    },
    LeftOut {
        names: &[
            "directory::killed_between_the_two_requests_the_next_run_goes_on",
            "recovery::a_second_interrupt_stops_at_once",
            "saved_plans::a_level_that_somebody_sets_in_the_middle_of_an_apply_stays",
            "stopping::",
        ],
        days: FAULTY,
        why: "these are about when something happens, and order or measure it",
    },
    LeftOut {
        names: &[
            "directory::each_of_the_two_changes_is_waited_for_until_it_shows",
            "time::",
        ],
        days: EVERY,
        why: "these order when something shows, within moments that a busy machine does not keep",
    },
    LeftOut {
        names: &["directory_guests::", "guests::", "notices_by_mail::"],
        days: FAULTY,
        why: "these are about mail: one whose answer is lost is told, and never sent again",
    },
    LeftOut {
        names: &[
            "check::it_changes_nothing_and_needs_no_more_than_plan",
            "disconnecting::a_spoilt_table_of_identities_is_for_support",
            "notices::a_plan_asks_for_tokens_only_until_the_organization_is_connected",
        ],
        days: FAULTY,
        why: "these count requests, and some are sent again",
    },
    LeftOut {
        names: &[
            "projects::projects_are_read_only_when_org_toml_or_the_state_speaks_of_them",
            "requests::a_refresh_differs_by_pages_only",
            "requests::few_people_among_many_are_looked_up_in_batches",
        ],
        days: &["%", "page="],
        why: "these count requests, and so pages",
    },
    LeftOut {
        names: &["projects::projects_are_given_with_the_level_and_only_once"],
        days: &["%", "lag"],
        why: "these count requests, and it is looked again for what does not show yet",
    },
    LeftOut {
        names: &["saved_plans::looking_again_takes_lists_and_no_request_a_person"],
        days: &["%", "page=", "lag"],
        why: "it counts requests, and so pages and looks at what does not show yet",
    },
    LeftOut {
        names: &[
            "saved_plans::nobody_is_mapped_to_an_account_that_somebody_disables_in_the_middle",
        ],
        days: &["%", "lag"],
        why: "it is about what shows at once",
    },
    LeftOut {
        names: &["undo::", "undo_later::"],
        days: &["lag"],
        why: "these undo at once, and what a run did has to show before it can be undone",
    },
    LeftOut {
        names: &["undo::guests_are_deleted_only_where_the_guards_allow_and_nobody_has_come"],
        days: &["stale"],
        why: "whoever was taken away has left the state, so nothing tells a read of before from now",
    },
];

/// Tests that repeat something, which a plain run does a few times only.
const REPEATING: [&str; 9] = [
    "cli::at_once::",
    "cli::migration::every_case_that_is_not_refused_converges",
    "cli::recovery::every_prefix_of_a_journal_is_recovered_from",
    "cli::stress::",
    "cli::time::whatever_shows_late_is_done_once",
    "crash::killed::",
    "crash::limits::",
    "crash::points::",
    "properties::",
];

/// Fewer would mean that the suite has shrunk, or that too much of it is left out.
const TESTS_MIN: usize = 125;

/// Tests that run at once. Nearly all of their time they wait for a service.
const THREADS: usize = 10;

const LAGS: [&str; 6] = [
    "lag.max_ms=3000",
    "lag.max_ms=3000; lag.flip_flop=true",
    "lag.max_ms=1000; lag.lists_ms=2000",
    "entitlements_page=1; graph_users_page=1; directory_page_max=1",
    "entitlements_page=7; graph_users_page=7; directory_page_max=7",
    "entitlements_page=500; graph_users_page=500; directory_page_max=500",
];

/// Other answers to the questions that Microsoft's documents leave open, but for those that answer a
/// single request differently by order; see the table of them in docs/sandbox.md.
const OTHER_ANSWERS: [&str; 3] = [
    "devops.adding_again_fails=true; devops.removing_again_succeeds=true; \
     devops.bulk_takes_a_while=true; devops.bulk_limit=10; devops.direct_change=true; \
     devops.maps_while_connecting=false; devops.nested_policies=true; \
     devops.resolve_disconnected_users=true; devops.tokens_survive_connecting=false; \
     directory.accepted_are_completed=false; directory.blocked_domain_status=403; \
     directory.count_has_bom=true; directory.deleted_block_invites=true; \
     directory.enabling_needs_one_permission=false; directory.external_state_is_advanced=true; \
     directory.unknown_tenant_is_invalid_request=true; removed_are_found=true",
    "devops.denial=unauthorized",
    "devops.denial=not_found",
];

/// The program of the plain tests, built where it is not.
fn plain_tests() -> PathBuf {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.current_dir(env!("CARGO_MANIFEST_DIR")).args([
        "test",
        "--locked",
        "--test=main",
        "--no-run",
        "--message-format=json",
    ]);
    // What cargo has set for this program would make build scripts run again, and all that rests on them.
    for name in env::vars_os().filter_map(|(name, _)| name.into_string().ok()) {
        let is_of_this_program = [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_CRATE_",
            "CARGO_BIN_",
        ];
        if is_of_this_program
            .iter()
            .any(|begin| name.starts_with(begin))
        {
            build.env_remove(name);
        }
    }
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    let output = build.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let messages = String::from_utf8(output.stdout).unwrap();
    let executable = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_meant =
            message["target"]["name"] == "main" && message["target"]["kind"][0] == "test";
        let executable = message["executable"].as_str().filter(|_| is_meant)?;
        Some(PathBuf::from(executable))
    });
    executable.unwrap()
}

/// The names of the plain tests.
fn all(program: &Path) -> BTreeSet<String> {
    let listed = Command::new(program)
        .args(["--list", "--format", "terse"])
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let names = listed
        .lines()
        .filter_map(|line| line.strip_suffix(": test"));
    names.map(str::to_owned).collect()
}

/// A sort of day: what is in the two variables.
#[derive(Clone, Copy)]
struct Day {
    faults: &'static str,
    settings: &'static str,
}

/// Tests that are run together.
struct Round {
    name: String,
    variables: Vec<(&'static str, &'static str)>,
    threads: usize,
    tests: Vec<String>,
}

/// Whether a test is the one of that name, or in the file of that name.
fn is_meant(name: &str, test: &str) -> bool {
    test == name || (name.ends_with("::") && test.starts_with(name))
}

impl LeftOut {
    fn is_about(&self, test: &str) -> bool {
        self.names.iter().any(|name| is_meant(name, test))
    }

    fn is_on(&self, day: Day) -> bool {
        let mut days = self.days.iter();
        days.any(|part| day.faults.contains(part) || day.settings.contains(part))
    }
}

/// Tests that are run again on a day.
fn suite(day: Day, all: &BTreeSet<String>) -> Vec<String> {
    let is_left_out = |test: &str| {
        let mut left_out = LEFT_OUT.iter();
        left_out.any(|one| one.is_on(day) && one.is_about(test))
    };
    let of_the_command_line = all.iter().filter_map(|test| test.strip_prefix("cli::"));
    let suite = of_the_command_line.filter(|test| !is_left_out(test));
    suite.map(|test| format!("cli::{test}")).collect()
}

fn round_of_a_day(day: Day, all: &BTreeSet<String>) -> Round {
    let tests = suite(day, all);
    assert!(tests.len() >= TESTS_MIN, "only {} tests", tests.len());
    Round {
        name: format!("{}{}", day.faults, day.settings),
        variables: CONDITIONS
            .into_iter()
            .zip([day.faults, day.settings])
            .collect(),
        threads: THREADS,
        tests,
    }
}

fn thorough_round(all: &BTreeSet<String>) -> Round {
    let is_repeating = |test: &&String| REPEATING.iter().any(|name| is_meant(name, test));
    Round {
        name: "in full number".to_owned(),
        variables: vec![(THOROUGH, "1")],
        threads: 2,
        tests: all.iter().filter(is_repeating).cloned().collect(),
    }
}

fn rounds(all: &BTreeSet<String>) -> Vec<Round> {
    for LeftOut { names, why, .. } in &LEFT_OUT {
        for name in *names {
            let name = format!("cli::{name}");
            let found = all.iter().any(|test| is_meant(&name, test));
            assert!(found, "there is no {name}, left out because {why}");
        }
    }
    for name in REPEATING {
        let found = all.iter().any(|test| is_meant(name, test));
        assert!(found, "there is no {name}, which repeats something");
    }
    let faulty = FAULTS.map(|faults| Day {
        faults,
        settings: "",
    });
    let odd = LAGS.into_iter().chain(OTHER_ANSWERS).map(|settings| Day {
        faults: "",
        settings,
    });
    let days = faulty.into_iter().chain(odd);
    let days = days.map(|day| round_of_a_day(day, all));
    [thorough_round(all)].into_iter().chain(days).collect()
}

impl Round {
    fn is_thorough(&self) -> bool {
        self.variables.iter().any(|(name, _)| *name == THOROUGH)
    }

    fn title(&self) -> String {
        format!("{} tests, {}", self.tests.len(), self.name)
    }

    /// Runs the tests, and gives what those that failed have said.
    fn run(&self, program: &Path) -> Result<(), String> {
        let ended = Command::new(program)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(&self.tests)
            .args(["--exact", "--test-threads", &self.threads.to_string()])
            .env_remove(THOROUGH)
            .envs(CONDITIONS.map(|name| (name, "")))
            .envs(self.variables.iter().copied())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&ended.stdout);
        let count = self.tests.len();
        let all_passed = format!("test result: ok. {count} passed; 0 failed; ");
        if ended.status.success() && told.contains(&all_passed) {
            return Ok(());
        }
        // Behind the list of those that passed there is what each that failed has said.
        let failures = told.find("failures:").unwrap_or_default();
        Err(format!("{}\n{}", self.name, &told[failures..]))
    }
}

/// Days that may run side by side: one, unless `--at-once=DAYS` says otherwise.
fn days_at_once(options: &[String]) -> usize {
    let mut options = options.iter();
    let days = options.find_map(|option| option.strip_prefix("--at-once="));
    days.map_or(1, |days| days.parse().unwrap())
}

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let (options, words): (Vec<String>, Vec<String>) =
        words.into_iter().partition(|word| word.starts_with("--"));
    let program = plain_tests();
    let mut rounds = rounds(&all(&program));
    if !words.is_empty() {
        rounds.retain(|round| words.iter().any(|word| round.name.contains(word)));
    }
    if options.iter().any(|option| option == "--list") {
        for round in &rounds {
            println!("{}", round.title());
        }
        return ExitCode::SUCCESS;
    }
    let failures = Mutex::new(Vec::new());
    let run = |round: &Round| {
        let begin = Instant::now();
        let ended = round.run(&program);
        let how = if ended.is_ok() { "passed" } else { "FAILED" };
        println!("{}: {how} in {:.0?}", round.title(), begin.elapsed());
        failures.lock().unwrap().extend(ended.err());
    };
    // What is repeated kills and counts, and so has the machine to itself.
    let (repeated, days): (Vec<_>, Vec<_>) = rounds.iter().partition(|round| round.is_thorough());
    at_once(1, repeated, run);
    at_once(days_at_once(&options), days, run);
    let failures = failures.into_inner().unwrap();
    if failures.is_empty() {
        let passed: usize = rounds.iter().map(|round| round.tests.len()).sum();
        let days = rounds.len();
        println!("test result: ok. {passed} passed; 0 failed; on {days} days");
        return ExitCode::SUCCESS;
    }
    println!("\n{}", failures.join("\n"));
    println!("test result: FAILED on {} days", failures.len());
    ExitCode::FAILURE
}
