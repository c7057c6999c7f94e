//! The list of rules, `docs/findings.md`, which is written from it, and the cases, which show each rule
//! at work.
//!
//! To write the page after a rule changed: `just findings`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use orgctl::model::address::Kind;
use orgctl::plan::rules::{Finding, RULES, Rule, Severity, Topic};
use orgctl::plan::rules_found_with;
use strum::VariantArray as _;

use crate::cases::{plan_of, rules};
use crate::support::case::Case;

/// What stands above the rules.
const INTRODUCTION: &str = "# Findings

<!-- Written from the list in src/plan/rules and from tests/cases: `just findings`. -->

What the planner has to say besides the steps. `orgctl plan` prints findings below the plan, `orgctl check`
prints nothing else; in JSON each has its `rule`, its evidence, a `severity`, a `message` and a `help`.

| severity | means |
|---|---|
| fatal | nothing of the plan may be applied; exit status 4 |
| blocked | the steps of one person are left out, the rest may be applied |
| warning | worth a look before applying |
| note | for information |

A rule whose severity depends on something names it: while the organization is still to be **connected**, a
person who cannot be mapped would be locked out by connecting, so what blocks that person's steps later is
fatal until then.

What the caller may not read is unknown, never absent; see `decisions/0012-what-rules-look-at.md`.

Below, each rule with what it found in one of `tests/cases`. There is a case in which it finds something and
one in which it nearly does; a case names them at its head.
";

/// The heading of a topic, and what else there is to say of it.
const fn heading(topic: Topic) -> (&'static str, &'static str) {
    match topic {
        Topic::Organization => ("The organization", ""),
        Topic::Caller => ("The caller", ""),
        Topic::Tenant => (
            "The tenant",
            "A tenant that does not exist, or is in another cloud than the public one, is an error: there \
             is nothing to\nplan with.",
        ),
        Topic::Leaving => (
            "Leaving a tenant",
            "When the organization is taken off a tenant, for another one or for none.",
        ),
        Topic::People => ("People", ""),
        Topic::Guests => ("Guests", ""),
        Topic::Unreadable => ("What cannot be read", ""),
    }
}

/// What the rules find in all cases, by rule.
fn found() -> BTreeMap<&'static str, Vec<Finding>> {
    let mut found: BTreeMap<&str, Vec<Finding>> = BTreeMap::new();
    for finding in Case::all().iter().flat_map(|case| plan_of(case).findings) {
        let rule = finding.evidence.rule();
        found.entry(rule).or_default().push(finding);
    }
    found
}

/// The severities of a rule, in a sentence.
fn severities(rule: &Rule) -> String {
    let mut text = format!("**{}**", rule.severity.as_ref());
    for (severity, when) in rule.unless {
        write!(text, "; **{}** {when}", severity.as_ref()).unwrap();
    }
    text
}

/// One rule: how grave it is, when it finds something, and an example for each of its pieces of advice.
fn entry(rule: &Rule, found: &[Finding]) -> String {
    let mut text = format!("\n### `{}`\n\n{}.\n\n", rule.code, severities(rule));
    writeln!(text, "Found when {}.", rule.found_when).unwrap();
    let mut advised = BTreeSet::new();
    text.push_str("\n```text\n");
    for finding in found {
        let help = finding.evidence.help();
        // The same advice about others is the same.
        let words = help.split('"').next().unwrap_or_default().to_owned();
        if advised.insert(words) {
            let severity = finding.severity.as_ref();
            writeln!(text, "{severity:<8} {}", finding.evidence).unwrap();
            writeln!(text, "         help: {help}").unwrap();
        }
    }
    text.push_str("```\n");
    text
}

fn page() -> String {
    let found = found();
    let mut index = String::from("\n| about | rules |\n|---|---|\n");
    let mut sections = String::new();
    for topic in Topic::VARIANTS {
        let (title, introduction) = heading(*topic);
        let rules = || RULES.iter().filter(|rule| rule.topic == *topic);
        let links: Vec<String> = rules()
            .map(|rule| format!("[`{0}`](#{0})", rule.code))
            .collect();
        writeln!(index, "| {title} | {} |", links.join(", ")).unwrap();
        write!(sections, "\n## {title}\n").unwrap();
        if !introduction.is_empty() {
            write!(sections, "\n{introduction}\n").unwrap();
        }
        sections.extend(rules().map(|rule| entry(rule, &found[rule.code])));
    }
    format!("{INTRODUCTION}{index}{sections}")
}

#[test]
fn rules_page_is_written_from_the_list() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/findings.md");
    let page = page();
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&file, &page).unwrap();
    }
    let now = fs::read_to_string(&file).unwrap();
    assert!(
        now == page,
        "docs/findings.md is out of date: just findings"
    );
}

#[test]
fn rules_are_listed_under_the_words_of_their_evidence() {
    let listed: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
    let codes: BTreeSet<String> = listed.iter().map(|code| (*code).to_owned()).collect();
    assert_eq!(codes.len(), listed.len(), "{listed:?}");
    assert_eq!(codes, rules());
    for finding in found().into_values().flatten() {
        let json = serde_json::to_value(&finding.evidence).unwrap();
        assert_eq!(json["rule"], finding.evidence.rule());
    }
}

#[test]
fn rules_are_as_grave_as_they_say() {
    let found = found();
    for rule in RULES {
        let otherwise = rule.unless.iter().map(|(severity, _)| *severity);
        let said: BTreeSet<Severity> = otherwise.chain([rule.severity]).collect();
        for finding in &found[rule.code] {
            let severity = finding.severity;
            assert!(said.contains(&severity), "{}: {severity:?}", rule.code);
        }
    }
}

#[test]
fn rules_that_kinds_list_are_those_without_a_check_of_their_own() {
    let with_steps = Kind::ALL.into_iter().flat_map(rules_found_with);
    let with_steps: BTreeSet<&str> = with_steps.map(|rule| rule.code).collect();
    for rule in RULES {
        let file = format!("src/plan/rules/{}.rs", rule.code);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = fs::read_to_string(file).unwrap();
        let checks = text.contains("\nfn check(draft: &Draft<'_>) -> Vec<Finding> {");
        assert_ne!(checks, with_steps.contains(rule.code), "{}", rule.code);
    }
}
