//! The JSON form of a plan: there and back, damaged, foreign, and its schema.

use std::path::Path;

use orgctl::plan::file::{PlanFileError, decode, encode, is_steering, json_schema};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use serde_json::Value;

use super::{arbitrary, sample};

#[test]
fn a_plan_with_everything() {
    insta::assert_snapshot!(encode(&sample::full(true), &sample::digest()));
}

#[test]
fn an_empty_plan() {
    insta::assert_snapshot!(encode(&sample::empty(), &sample::digest()));
}

#[test]
fn the_schema_is_the_published_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/plan.schema.json");
    let published: Value = serde_json::from_reader(std::fs::File::open(path).unwrap()).unwrap();
    assert!(
        published == json_schema(),
        "out of date; rewrite it: cargo run -- schema plan > schemas/plan.schema.json"
    );
}

#[test]
fn what_is_no_plan_is_refused_with_the_place() {
    let digest = sample::digest();
    let good = encode(&sample::full(true), &digest);
    let error = |text: &str| decode(text).unwrap_err().to_string();
    let cases = [
        ("empty", String::new()),
        ("blank", " \n".to_owned()),
        ("cut off", good.chars().take(900).collect()),
        ("not JSON", good.replacen(": ", " = ", 1)),
        ("two of them", good.repeat(2)),
        ("an array", "[1, 2]".to_owned()),
        (
            "a state",
            r#"{"format_version": 1, "entries": {}}"#.to_owned(),
        ),
        (
            "Terraform's",
            r#"{"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": []}"#
                .to_owned(),
        ),
        ("newer", good.replacen("\"1.0\"", "\"1.1\"", 1)),
        ("other action", good.replacen("\"forget\"", "\"delete\"", 1)),
        ("unknown action", good.replacen("\"forget\"", "\"burn\"", 1)),
        ("lower risk", good.replacen("\"destructive\"", "\"low\"", 1)),
        (
            "unknown field",
            good.replacen("\"risk\"", "\"also\": 1, \"risk\"", 1),
        ),
        ("lost field", good.replacen("\"reason\":", "\"season\":", 1)),
        ("totals", good.replacen("\"adopt\": 1", "\"adopt\": 2", 1)),
        ("order", good.replace("old@outlook.com", "zzz@outlook.com")),
    ];
    let said: Vec<String> = cases
        .iter()
        .map(|(name, text)| format!("{name}: {}", error(text)))
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn sorted_keys_read_as_well() {
    let (plan, digest) = (sample::full(true), sample::digest());
    // `serde_json::Value` sorts the keys of an object, as `jq --sort-keys` does.
    let sorted: Value = serde_json::from_str(&encode(&plan, &digest)).unwrap();
    assert_eq!(decode(&sorted.to_string()), Ok((plan, digest)));
}

proptest! {
    #[test]
    fn decode_of_encode_is_the_plan(plan in arbitrary::plan(), digest in arbitrary::digest()) {
        let text = encode(&plan, &digest);
        prop_assert!(!text.contains(|c| c != '\n' && is_steering(c)));
        prop_assert_eq!(&encode(&plan, &digest), &text);
        prop_assert_eq!(decode(&text), Ok((plan, digest)));
    }

    #[test]
    fn every_encoded_plan_keeps_the_schema(plan in arbitrary::plan()) {
        let text = encode(&plan, &sample::digest());
        let instance: Value = serde_json::from_str(&text).unwrap();
        let validator = jsonschema::validator_for(&json_schema()).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&instance)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        prop_assert!(errors.is_empty(), "{:?}", errors);
    }

    #[test]
    fn a_damaged_plan_is_an_error_or_a_plan(
        at in any::<proptest::sample::Index>(),
        put in "[\\[\\]{}\",:0-9a-z\u{0}\u{202e}]{0,3}",
        drop in 0..40_usize,
    ) {
        let text = encode(&sample::full(true), &sample::digest());
        let chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        let end = chars.len().min(at + drop);
        let damaged: String = chars[..at].iter().copied()
            .chain(put.chars())
            .chain(chars[end..].iter().copied())
            .collect();
        if let Ok((plan, digest)) = decode(&damaged) {
            prop_assert_eq!(decode(&encode(&plan, &digest)), Ok((plan, digest)));
        }
    }

    #[test]
    fn every_cut_is_noticed(at in any::<proptest::sample::Index>()) {
        let text = encode(&sample::full(true), &sample::digest());
        let whole = text.trim_end();
        let at = at.index(whole.len());
        let cut = String::from_utf8_lossy(&whole.as_bytes()[..at]).into_owned();
        let noticed = matches!(
            decode(&cut),
            Err(PlanFileError::Empty | PlanFileError::CutOff { .. })
        );
        prop_assert!(noticed, "cut at {}: {:?}", at, decode(&cut).err());
    }
}
