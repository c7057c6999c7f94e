//! States that older versions wrote are read for ever.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use orgctl::model::address::{Address, Kind};
use orgctl::state::codec;

/// Every format that was ever written, each with everything that a state of it can hold.
const FORMATS: [&str; 2] = ["v1", "v2"];

fn format(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/state/formats");
    fs::read_to_string(path.join(format!("{name}.json"))).unwrap()
}

#[test]
fn every_format_is_read_and_written_as_the_newest() {
    let newest = format("v2");
    for name in FORMATS {
        let state = codec::decode(&format(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(codec::encode(&state).unwrap(), newest, "{name}");
    }
}

#[test]
fn the_examples_have_an_entry_of_every_kind() {
    let state = codec::decode(&format("v2")).unwrap();
    let kinds: BTreeSet<Kind> = state.entries.keys().map(Address::kind).collect();
    assert_eq!(kinds.len(), Kind::ALL.len());
}

#[test]
fn a_state_with_a_checksum_that_is_cut_off_or_changed_anywhere_is_refused() {
    let whole = format("v2");
    let length = whole.trim_end().len();
    for end in (0..length).filter(|end| whole.is_char_boundary(*end)) {
        assert!(codec::decode(&whole[..end]).is_err(), "cut at {end}");
    }
    let is_space = |at: usize| whole.as_bytes()[at].is_ascii_whitespace();
    for at in (0..length).filter(|at| whole.is_char_boundary(*at) && !is_space(*at)) {
        let mut changed = whole.clone().into_bytes();
        changed[at] ^= 1;
        let changed = String::from_utf8_lossy(&changed);
        assert!(codec::decode(&changed).is_err(), "changed at {at}");
    }
}
