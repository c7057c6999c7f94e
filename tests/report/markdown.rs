//! The plan for a pull request.

use std::fmt::Write as _;

use insta::assert_snapshot;
use orgctl::model::address::Kind;
use orgctl::model::attributes::{Attributes, RemovalAttributes};
use orgctl::plan::file::is_steering;
use orgctl::plan::rules::{Finding, Severity, Uncovered};
use orgctl::plan::value::{Change, Plan, Stage, StageSteps};
use orgctl::report::markdown::{COMMENT_BYTES, plan as markdown, within};
use proptest::prelude::{prop_assert, proptest};

use super::{arbitrary, crowd, sample};

#[test]
fn everything() {
    assert_snapshot!(markdown(&sample::full(true)));
}

#[test]
fn nothing_to_do() {
    assert_snapshot!(markdown(&sample::empty()));
}

/// A plan of 5,000 steps, `removals` of which take people out.
fn huge(removals: u32, uncovered: u32) -> Plan {
    let mut plan = crowd::large(2_480);
    let remove = |n: u32| {
        let after = Attributes::Removal(RemovalAttributes {
            member: sample::storage_key(u128::from(n)),
            reason: format!("left, ticket {n}"),
        });
        let person = format!("leaver{n:03}@outlook.com");
        let name = "|`<b>@octocat</b>`|";
        sample::step(Kind::Removal, &person, Some(name), Change::Create { after })
    };
    plan.stages.insert(
        0,
        StageSteps {
            stage: Stage::Clean,
            steps: (0..removals).map(remove).collect(),
        },
    );
    plan.findings = (0..uncovered)
        .map(|n| Finding {
            severity: Severity::Fatal,
            evidence: Uncovered {
                person: sample::email(&format!("stray{n:04}@outlook.com")),
                suggestions: Vec::new(),
                is_guest: false,
            }
            .into(),
            place: None,
        })
        .collect();
    plan
}

#[test]
fn five_thousand_steps_fit_a_comment() {
    let plan = huge(40, 3);
    assert_eq!(plan.steps().count(), 5_000);
    let text = markdown(&plan);
    assert!(text.len() <= COMMENT_BYTES, "{} bytes", text.len());
    assert!(text.len() > COMMENT_BYTES * 9 / 10, "{} bytes", text.len());
    for n in 0..40 {
        assert!(text.contains(&format!("leaver{n:03}@outlook.com")), "{n}");
    }
    for n in 0..3 {
        assert!(text.contains(&format!("stray{n:04}@outlook.com")), "{n}");
    }
    assert!(text.contains("**Plan: 2480 to add, 2480 to change, 40 to destroy.**"));
    let mut shape = String::new();
    for line in text.lines().filter(|line| !line.contains("person")) {
        writeln!(shape, "{line}").unwrap();
    }
    assert_snapshot!(shape);
}

#[test]
fn many_fatal_findings_do_not_push_removals_out() {
    let text = markdown(&huge(40, 3_000));
    assert!(text.len() <= COMMENT_BYTES, "{} bytes", text.len());
    for n in 0..40 {
        assert!(text.contains(&format!("leaver{n:03}@outlook.com")), "{n}");
    }
    assert!(text.contains("stray0099@outlook.com"));
    assert!(text.contains("more left out for want of room"));
}

#[test]
fn more_removals_than_fit_are_counted() {
    let text = markdown(&huge(2_000, 0));
    assert!(text.len() <= COMMENT_BYTES, "{} bytes", text.len());
    assert!(text.contains("2000 to destroy"));
    assert!(!text.contains("person00000"), "only removals are shown");
}

proptest! {
    #[test]
    fn no_name_breaks_a_table_or_out_of_it(plan in arbitrary::plan()) {
        let text = markdown(&plan);
        prop_assert!(text.len() <= COMMENT_BYTES);
        prop_assert!(!text.contains(|c| c != '\n' && is_steering(c)), "{text:?}");
        let ours = ["<br>", "<details>", "</details>", "<summary>", "</summary>"];
        let rest = ours.iter().fold(text, |text, tag| text.replace(tag, ""));
        for line in rest.lines().filter(|line| line.starts_with("| `")) {
            // GitHub ends a cell at every pipe that no backslash stands before.
            let cells = line.replace("\\|", "").matches('|').count();
            prop_assert!(cells == 8, "{cells} in {line}");
        }
    }

    #[test]
    fn the_limit_holds_for_any_limit(plan in arbitrary::plan(), bytes in 6_000..20_000_usize) {
        prop_assert!(within(&plan, bytes).len() <= bytes);
    }
}
