//! States of older formats, brought up to the present one: a chain of functions, each from one version
//! to the next. None is ever changed once a release has written its version.

use serde_json::{Map, Value};

/// From the version at its place, counted from 1, to the next.
const CHAIN: [fn(&mut Map<String, Value>); 1] = [from_1];

/// Brings the fields of a state of an older version up to the newest.
pub(super) fn upgrade(version: u32, fields: &mut Map<String, Value>) {
    for (from, step) in (1..).zip(CHAIN) {
        if from >= version {
            step(fields);
            fields.insert("format_version".to_owned(), Value::from(from + 1));
        }
    }
}

/// Version 2 has a checksum. It guards the text that it was written with; this one had none.
fn from_1(fields: &mut Map<String, Value>) {
    fields.insert("checksum".to_owned(), Value::from(""));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::FORMAT_VERSION;
    use super::*;

    #[test]
    fn the_chain_leads_to_the_version_that_is_written() {
        assert_eq!(CHAIN.len() + 1, usize::try_from(FORMAT_VERSION).unwrap());
    }

    #[test]
    fn the_present_version_stays_as_it_is() {
        let text = json!({ "format_version": FORMAT_VERSION, "checksum": "of before" });
        let mut fields = text.as_object().unwrap().clone();
        upgrade(FORMAT_VERSION, &mut fields);
        assert_eq!(Value::from(fields), text);
    }
}
