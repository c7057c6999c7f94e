//! Names of many people are compared in a time that grows with their number.

use std::time::{Duration, Instant};

use orgctl::config;
use orgctl::state::value::State;

use super::planned;
use crate::support::people::{Org, Sort};

/// A given name for each number, none of them like another.
fn given(number: usize) -> String {
    const SYLLABLES: [&str; 5] = ["ba", "de", "fi", "go", "lu"];
    let mut rest = number;
    let mut name = String::new();
    for _ in 0..6 {
        name.push_str(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
    }
    name
}

/// All have one family name, and every two have each other's account.
#[test]
fn names_of_many_people_who_are_crossed_keep_nobody_waiting() {
    const PEOPLE: usize = 4_000;
    let mapped = std::iter::repeat_n(Sort::Mapped, PEOPLE);
    let Org { toml, mut live } = Org::of_sorts([Sort::Matches].into_iter().chain(mapped));
    for (number, member) in live.members.values_mut().enumerate().skip(1) {
        member.display_name = format!("{} Kim", given(number - 1));
    }
    for (number, user) in live.directory.users.values_mut().enumerate().skip(1) {
        user.display_name = format!("{} Kim", given((number - 1) ^ 1));
    }
    let config = config::load("org.toml", &toml).unwrap();
    let begin = Instant::now();
    let plan = planned(&config, &live, &State::unsaved());
    let took = begin.elapsed();
    let rules = plan.findings.iter().map(|found| found.evidence.rule());
    assert_eq!(
        rules.filter(|rule| *rule == "pairs_crossed").count(),
        PEOPLE / 2
    );
    // Many times what it takes unoptimized, so that only a wrong order of growth shows.
    assert!(took < Duration::from_secs(30), "{took:?}");
}
