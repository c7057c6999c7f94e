//! Journals and states that a test writes itself.

use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

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

/// A state that was edited, in the first format: that one had no checksum.
pub(crate) fn edited_state(mut state: Value) -> String {
    let fields = state.as_object_mut().unwrap();
    fields.remove("checksum");
    fields.insert("format_version".to_owned(), json!(1));
    state.to_string()
}
