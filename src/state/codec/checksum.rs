//! A checksum over the text of a state: what was cut off, or changed by hand, is told from what orgctl
//! wrote.
//!
//! White space between the values does not count, nor does the order of the outermost fields, so that
//! a file which an editor has laid out anew is still the same state.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::model::ids::Digest;

/// The field that holds the checksum, and is not a part of what it is made from.
pub(super) const FIELD: &str = "checksum";

/// The outermost fields of a state, each as it is written.
pub(super) type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// The checksum of a state with these fields.
pub(super) fn of(fields: &Fields<'_>) -> Digest {
    let mut hash = Sha256::new();
    for (name, value) in fields.iter().filter(|(name, _)| *name != FIELD) {
        hash.update(name);
        hash.update([0]);
        take_in(&mut hash, value.get());
        hash.update([0]);
    }
    Digest::from_hash(&hash.finalize())
}

/// A checksum that is made while a state is written, so that its text need not be there twice.
#[derive(Debug, Default)]
pub(super) struct Sum(Sha256);

impl Sum {
    /// Takes in a field. They come in the order of their names.
    pub(super) fn field(
        &mut self,
        name: &str,
        value: &impl Serialize,
    ) -> Result<(), serde_json::Error> {
        self.0.update(name);
        self.0.update([0]);
        // There is no white space between the values of what is written so.
        serde_json::to_writer(&mut *self, value)?;
        self.0.update([0]);
        Ok(())
    }

    /// The checksum of the fields.
    pub(super) fn end(self) -> Digest {
        Digest::from_hash(&self.0.finalize())
    }
}

impl io::Write for Sum {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Takes in a JSON text without the white space between its values.
fn take_in(hash: &mut Sha256, text: &str) {
    let (mut in_string, mut is_escaped) = (false, false);
    let is_space = |c: char| {
        if in_string {
            in_string = is_escaped || c != '"';
            is_escaped = !is_escaped && c == '\\';
            return false;
        }
        in_string = c == '"';
        c.is_ascii_whitespace()
    };
    for part in text.split(is_space) {
        hash.update(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checksum(text: &str) -> Digest {
        of(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn layout_and_the_order_of_fields_do_not_count() {
        let one = checksum(r#"{"serial":1,"entries":{"a \" b":[1, 2]},"checksum":"x"}"#);
        let two = checksum("{ \"entries\": {\n \"a \\\" b\" : [\t1,2 ] },\r\n\"serial\": 1 }");
        assert_eq!(one, two);
    }

    #[test]
    fn whatever_else_is_changed_counts() {
        let whole = r#"{"serial":1,"entries":{"a \" b":"c  d"}}"#;
        let edits = [
            ("\"serial\":1", "\"serial\":2"),
            ("c  d", "c d"),
            ("a \\\" b", "a \\\"  b"),
            ("entries", "entrie"),
            ("\"serial\":1,", ""),
        ];
        for (from, to) in edits {
            let changed = whole.replace(from, to);
            assert_ne!(changed, whole);
            assert_ne!(checksum(&changed), checksum(whole), "{changed}");
        }
    }
}
