//! The plan for a terminal.

use std::time::Instant;

use insta::assert_snapshot;
use orgctl::plan::file::is_steering;
use orgctl::plan::value::{Plan, Totals};
use orgctl::report::style::{Detail, Look};
use orgctl::report::text;
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use super::{arbitrary, crowd, sample};

const BRIEF: Look = Look {
    detail: Detail::Brief,
    ..Look::PLAIN
};
const FULL: Look = Look {
    detail: Detail::Full,
    ..Look::PLAIN
};
const COLOR: Look = Look {
    color: true,
    ..Look::PLAIN
};

#[test]
fn everything_at_80_columns() {
    assert_snapshot!(text::plan(&sample::full(false), Look::PLAIN));
}

#[test]
fn everything_refused() {
    assert_snapshot!(text::plan(&sample::full(true), Look::PLAIN));
}

#[test]
fn everything_in_colour() {
    let text = text::plan(&sample::full(true), COLOR);
    assert_snapshot!(text.replace('\u{1b}', "␛"));
}

#[test]
fn everything_brief() {
    assert_snapshot!(text::plan(&sample::full(true), BRIEF));
}

#[test]
fn everything_in_full() {
    assert_snapshot!(text::plan(&sample::full(true), FULL));
}

#[test]
fn everything_wide() {
    let look = Look {
        width: 140,
        ..Look::PLAIN
    };
    assert_snapshot!(text::plan(&sample::full(false), look));
}

#[test]
fn nothing_to_do() {
    assert_snapshot!(text::plan(&sample::empty(), Look::PLAIN));
}

#[test]
fn nothing_to_do_but_something_to_say() {
    let mut plan = sample::empty();
    plan.findings = sample::full(true).findings;
    let refused = text::plan(&plan, Look::PLAIN);
    assert!(
        refused.ends_with("No changes: the plan is refused.\n"),
        "{refused}"
    );
    plan.findings
        .retain(|found| found.severity > orgctl::plan::rules::Severity::Fatal);
    let blocked = text::plan(&plan, Look::PLAIN);
    assert!(
        blocked.ends_with("No changes, apart from what is blocked.\n"),
        "{blocked}"
    );
}

#[test]
fn many_equal_changes_share_a_line() {
    assert_snapshot!(text::plan(&crowd::large(412), Look::PLAIN));
}

#[test]
fn many_guests_share_a_line() {
    assert_snapshot!(text::plan(&crowd::guests_only(51), Look::PLAIN));
}

#[test]
fn a_screen_of_equal_changes_is_not_folded() {
    let text = text::plan(&crowd::guests_only(50), Look::PLAIN);
    assert_eq!(text.matches("  + invite ").count(), 50);
}

#[test]
fn nothing_is_folded_in_full() {
    let text = text::plan(&crowd::large(412), FULL);
    assert_eq!(text.matches("  + map ").count(), 412);
    assert_eq!(text.matches("  ~ set ").count(), 412);
}

#[test]
fn the_last_line_counts() {
    for (plan, last) in [
        (
            sample::full(false),
            "Plan: 9 to add, 4 to change, 3 to destroy, 1 to adopt, 2 to forget.",
        ),
        (
            crowd::large(9),
            "Plan: 9 to add, 9 to change, 0 to destroy.",
        ),
        (sample::empty(), "No changes. contoso is as org.toml says."),
    ] {
        for look in [Look::PLAIN, BRIEF, FULL] {
            assert_eq!(text::plan(&plan, look).lines().last(), Some(last));
        }
    }
}

#[test]
fn a_large_plan_does_not_keep_anybody_waiting() {
    let plan = crowd::large(5_000);
    let start = Instant::now();
    let bytes = text::plan(&plan, Look::PLAIN).len() + text::plan(&plan, FULL).len();
    assert!(bytes > 100_000);
    // A hundred times what a release build takes, so that only a wrong order of growth shows.
    assert!(start.elapsed().as_millis() < 2_000, "{:?}", start.elapsed());
}

/// The text without ANSI escapes, as a terminal that honours them shows it.
fn stripped(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

proptest! {
    #[test]
    fn nothing_from_outside_steers_the_terminal(
        plan in arbitrary::plan(),
        width in 0..200_usize,
        full in any::<bool>(),
    ) {
        let detail = if full { Detail::Full } else { Detail::Normal };
        let look = Look { color: false, width, detail };
        let plain = text::plan(&plan, look);
        prop_assert!(!plain.contains(|c| c != '\n' && is_steering(c)), "{plain:?}");
        prop_assert!(!plain.lines().any(|line| line.ends_with(' ')), "{plain:?}");
        let colored = text::plan(&plan, Look { color: true, ..look });
        let blanks = |text: &str| text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        prop_assert_eq!(blanks(&stripped(&colored)), blanks(&plain));
    }

    #[test]
    fn the_counts_of_the_stages_add_up(any in arbitrary::plan()) {
        let plan = Plan { stages: any.stages, ..sample::empty() };
        let text = text::plan(&plan, BRIEF);
        let counts = text.split("\n\n").nth(1).unwrap_or_default().replace([',', '\n'], " ");
        let words: Vec<&str> = counts.split_ascii_whitespace().collect();
        let sum = |what: &str| -> u32 {
            let pairs = words.windows(3).filter(|at| at[1..] == ["to", what]);
            pairs.filter_map(|at| at[0].parse::<u32>().ok()).sum()
        };
        let totals = plan.totals();
        let sums = [sum("add"), sum("change"), sum("destroy"), sum("adopt"), sum("forget")];
        let Totals { add, change, destroy, adopt, forget } = totals;
        prop_assert_eq!(sums, [add, change, destroy, adopt, forget]);
    }

    #[test]
    fn every_person_of_a_plan_is_named_in_full(plan in arbitrary::plan()) {
        let look = Look { color: false, width: 80, detail: Detail::Full };
        let text = text::plan(&plan, look);
        for step in plan.steps() {
            let who = orgctl::report::sanitize::clean(step.address.key());
            prop_assert!(text.contains(who.trim_end()), "{who} is not in {text}");
        }
    }
}
