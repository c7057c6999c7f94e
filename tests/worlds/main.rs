//! Worlds of made-up people: organizations are moved, and then live on, while orgctl takes everybody for
//! nobody else. Each run is made from a seed, in this process, without a socket or a file.
//!
//! `cargo test --test worlds -- --runs=500` runs so many; `--seed=N` replays one and prints it whole.
#![expect(
    clippy::unnecessary_wraps,
    reason = "events and edits have one shape, and most may find nobody"
)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot run has nothing better to do than to stop and say so"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::process::ExitCode;
use std::time::Instant;

mod answers;
#[path = "../matching/dice.rs"]
mod dice;
mod disk;
mod edits;
mod events;
mod humans;
mod lines;
mod opening;
mod oracle;
mod requests;
mod run;
mod services;
mod situations;
mod story;
mod view;
mod world;

use run::{End, Outcome, run};

/// Runs where the command line asks for no other number.
const RUNS: u64 = 500;

fn main() -> ExitCode {
    let (mut runs, mut seed) = (RUNS, None);
    for argument in env::args().skip(1) {
        let number = |text: &str| text.parse::<u64>().ok();
        match argument.split_once('=') {
            Some(("--runs", text)) if number(text).is_some() => runs = number(text).unwrap(),
            Some(("--seed", text)) if number(text).is_some() => seed = number(text),
            Some(_) | None => {
                println!("{argument:?} is neither --runs=N nor --seed=N");
                return ExitCode::FAILURE;
            }
        }
    }
    let is_good = match seed {
        Some(seed) => replay(seed),
        None => all(runs),
    };
    if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Runs one seed and prints everything: org.toml, what happened, and each request.
fn replay(seed: u64) -> bool {
    let outcome = run(seed);
    for line in &outcome.log {
        println!("{line}");
    }
    println!(
        "\nmigration: {:?}, later: {:?}",
        outcome.migration, outcome.later
    );
    for violation in &outcome.violations {
        println!("\nbroken: {}\n  {}", violation.kind, violation.what);
    }
    outcome.violations.is_empty()
}

/// How often something was seen, and in which run first.
type Counts = BTreeMap<String, (u64, u64)>;

fn count(counts: &mut Counts, what: &str, seed: u64) {
    let (times, _) = counts.entry(what.to_owned()).or_insert((0, seed));
    *times += 1;
}

/// What all runs came to.
#[derive(Default)]
struct Sum {
    migrations: u64,
    whole: u64,
    unsettled: Counts,
    refusals: Counts,
    violations: Counts,
}

impl Sum {
    fn add(&mut self, seed: u64, outcome: &Outcome) {
        let is_clean = |end: &End| *end == End::Clean;
        if is_clean(&outcome.migration) {
            self.migrations += 1;
            self.whole += u64::from(outcome.later.iter().all(is_clean));
        }
        let later = outcome.later.iter().map(|end| ("later", end));
        for (when, end) in [("migration", &outcome.migration)].into_iter().chain(later) {
            match end {
                End::Refused(codes) => {
                    let codes = codes.join(", ");
                    count(&mut self.refusals, &format!("{when}: {codes}"), seed);
                }
                End::Unsettled => count(&mut self.unsettled, when, seed),
                End::Clean | End::Broken => {}
            }
        }
        let kinds = outcome.violations.iter().map(|violation| &violation.kind);
        let kinds: BTreeSet<&String> = kinds.collect();
        for kind in kinds {
            count(&mut self.violations, kind, seed);
        }
    }
}

fn all(runs: u64) -> bool {
    let begin = Instant::now();
    let mut sum = Sum::default();
    for seed in 1..=runs {
        sum.add(seed, &run(seed));
    }
    let took = begin.elapsed();
    let Sum {
        migrations,
        whole,
        unsettled,
        refusals,
        violations,
    } = sum;
    let each = took / u32::try_from(runs.max(1)).unwrap();
    println!("{runs} worlds in {took:.1?}, {each:.1?} each");
    println!("{migrations} migrations and {whole} whole runs come to a clean end\n");
    table("refused by", &refusals);
    table("not settled after three applies", &unsettled);
    table("violation", &violations);
    let is_vacuous = migrations * 2 < runs;
    if is_vacuous {
        println!("fewer than half of the migrations come to a clean end");
    }
    if let Some((_, seed)) = violations.values().next() {
        println!("replay one: cargo test --test worlds -- --seed={seed}");
    }
    violations.is_empty() && !is_vacuous
}

/// Prints what was counted, the most frequent first.
fn table(title: &str, counts: &Counts) {
    if counts.is_empty() {
        return;
    }
    let mut rows: Vec<_> = counts.iter().collect();
    rows.sort_by_key(|(_, (times, _))| std::cmp::Reverse(*times));
    let width = rows.iter().map(|(what, _)| what.len()).max().unwrap();
    let width = width.max(title.len());
    println!("{title:width$}  runs  first seed");
    for (what, (times, seed)) in rows {
        println!("{what:width$}  {times:>4}  {seed:>10}");
    }
    println!();
}
