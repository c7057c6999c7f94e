//! Who is who among 10,000 users and 200,000 accounts, and among a tenth of both, beside a floor measured in
//! the same run: one pass over both lists that folds every address. See docs/matching.md.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "measures and prints, with what the tests make"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use orgctl::matching::{Input, propose};

#[path = "../tests/matching/dice.rs"]
mod dice;
#[path = "../tests/matching/habits.rs"]
#[expect(dead_code, reason = "shared with the tests, which use more of it")]
mod habits;
#[path = "../tests/matching/human.rs"]
mod human;
#[path = "../tests/matching/kinds.rs"]
mod kinds;
#[path = "../tests/matching/languages.rs"]
mod languages;
#[path = "../tests/matching/trouble.rs"]
mod trouble;
#[path = "../tests/matching/world.rs"]
#[expect(dead_code, reason = "shared with the tests, which use more of it")]
mod world;

const RUNS: usize = 7;

fn main() {
    // The larger one last: the kernel tells the highest use so far.
    let small = measure(1_000, 20_000);
    let large = measure(10_000, 200_000);
    println!(
        "ten times the people: {:.1} times the time",
        large.as_secs_f64() / small.as_secs_f64()
    );
}

/// The median of several runs.
fn measure(users: usize, accounts: usize) -> Duration {
    let input = world::World::new(1, &habits::FIRST_HABITS, users, accounts).input;
    let before = resident();
    let floor = median(|| floor(&input));
    let time = median(|| propose(&input).people.len());
    println!(
        "{users} against {accounts}: floor {floor:.0?}, matching {time:.0?}; both lists {before} MB, at most {} MB",
        highest()
    );
    time
}

fn median(mut run: impl FnMut() -> usize) -> Duration {
    let mut times: Vec<_> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

fn floor(input: &Input) -> usize {
    let users = input.users.iter().map(|user| {
        user.principal_name.to_lowercase().len() + user.display_name.to_lowercase().len()
    });
    let accounts = input.accounts.iter().map(|account| {
        let proxies = account
            .proxy_addresses
            .iter()
            .map(|proxy| proxy.to_lowercase().len());
        account.user_principal_name.to_lowercase().len()
            + account.display_name.to_lowercase().len()
            + proxies.sum::<usize>()
    });
    users.sum::<usize>() + accounts.sum::<usize>()
}

fn resident() -> String {
    megabytes("VmRSS:")
}

fn highest() -> String {
    megabytes("VmHWM:")
}

fn megabytes(field: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map_or_else(
        || "?".to_owned(),
        |kilobytes| (kilobytes / 1_024).to_string(),
    )
}
