//! States and journals that a test has made up, as orgctl would have written them.

use std::fmt::Write as _;
use std::fs;

use orgctl::state::codec;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::project::Project;

/// Writes a state with a checksum of its own.
pub(crate) fn write_state(project: &Project, name: &str, edited: &str) {
    let state = codec::decode_edited(edited).unwrap();
    fs::write(project.path(name), codec::encode(&state).unwrap()).unwrap();
}

/// A journal of a state with these lines behind its head, each numbered and with the sum over its text
/// and the sum before it.
pub(crate) fn journal(lineage: &Value, serial: &Value, lines: &[Value]) -> String {
    let head = json!({ "journal": { "format_version": 2, "lineage": lineage, "serial": serial } });
    let (mut journal, mut sum) = (String::new(), String::new());
    for (number, line) in (1..).zip([&head].into_iter().chain(lines)) {
        let line = line.to_string();
        let body = format!("{{\"n\":{number},{}", &line[1..line.len() - 1]);
        let hash = Sha256::digest(format!("{sum}{body}"));
        sum.clear();
        for byte in &hash[..8] {
            write!(sum, "{byte:02x}").unwrap();
        }
        writeln!(journal, "{body},\"sum\":\"{sum}\"}}").unwrap();
    }
    journal
}
