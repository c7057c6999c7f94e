//! The lines of a journal as text: numbered, and each with a sum. Pure.
//!
//! A line is a JSON object. Its first field is its number, its last a sum over its own text and the
//! sum of the line before it, and so over everything above. A byte that changed, a line that is lost,
//! and two journals that ran together are all seen at the first line that they touch. The sum is the
//! first eight bytes of a SHA-256: a guard against accidents, not against somebody who means it.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::model::address::Address;
use crate::model::ids::{Lineage, Serial, TenantId};
use crate::state::codec::EntryText;

/// The version of the format that this program writes and the only one that it reads. Version 1 had
/// no sums; reading it would mean to trust it, and no release ever wrote it.
pub(in crate::state) const FORMAT_VERSION: u32 = 2;

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::state) enum JournalLine {
    Journal {
        format_version: u32,
        lineage: Lineage,
        serial: Serial,
    },
    Intent {
        address: Address,
        after: Option<Value>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<TenantId>,
    },
    Own {
        address: Address,
        entry: EntryText,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        in_doubt: bool,
    },
    Disown {
        address: Address,
    },
    NotDone {
        address: Address,
    },
    /// The run ended by itself, and what is open stays so until somebody looks.
    Ended {},
}

/// Why a line cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::state) enum Broken {
    /// Its number does not follow.
    #[error(
        "it is number {found} where {wanted} belongs: a line is lost, or two journals ran together"
    )]
    Number {
        /// Its number.
        found: u64,
        /// The one that follows the line before.
        wanted: u64,
    },
    /// Its sum is not that of its text.
    #[error("its text has changed since it was written")]
    Sum,
    /// It has no number or no sum, or between them stands nothing that this program writes.
    #[error("this is no line of a journal: {0}")]
    Form(String),
}

/// How a line begins, before its number.
const HEAD: &str = "{\"n\":";
/// What stands before the sum.
const BEFORE_SUM: &str = ",\"sum\":\"";
/// What stands behind it.
const BEHIND_SUM: &str = "\"}";
/// How long a sum is, in hexadecimal digits.
const SUM_DIGITS: usize = 16;

/// Where a journal has come to: how many lines there are, and the sum of the last one.
#[derive(Clone, Debug, Default)]
pub(in crate::state) struct Chain {
    count: u64,
    sum: String,
}

impl Chain {
    /// Appends a line.
    ///
    /// # Errors
    /// The serializer's; nothing is appended then.
    pub(in crate::state) fn write(
        &mut self,
        line: &JournalLine,
        into: &mut Vec<u8>,
    ) -> serde_json::Result<()> {
        let content = serde_json::to_string(line)?;
        let inner = content
            .strip_prefix('{')
            .and_then(|content| content.strip_suffix('}'))
            .unwrap_or_default();
        debug_assert!(!inner.is_empty(), "every line is an object");
        let count = self.count + 1;
        let body = format!("{HEAD}{count},{inner}");
        let sum = self.sum_of(&body);
        for part in [&body, BEFORE_SUM, &sum, BEHIND_SUM, "\n"] {
            into.extend_from_slice(part.as_bytes());
        }
        (self.count, self.sum) = (count, sum);
        Ok(())
    }

    /// Reads the line that follows, without its line break.
    ///
    /// # Errors
    /// [`Broken`]; nothing behind it can be told to be whole.
    pub(in crate::state) fn read(&mut self, text: &str) -> Result<JournalLine, Broken> {
        let form = |why: &str| Broken::Form(why.to_owned());
        let (body, sum) = text
            .strip_suffix(BEHIND_SUM)
            .and_then(|text| text.split_at_checked(text.len().checked_sub(SUM_DIGITS)?))
            .and_then(|(text, sum)| Some((text.strip_suffix(BEFORE_SUM)?, sum)))
            .ok_or_else(|| form("it ends without a sum"))?;
        let (number, inner) = body
            .strip_prefix(HEAD)
            .and_then(|body| body.split_once(','))
            .ok_or_else(|| form("it begins without a number"))?;
        let found: u64 = number
            .parse()
            .map_err(|_| form("it begins without a number"))?;
        let wanted = self.count + 1;
        if found != wanted {
            return Err(Broken::Number { found, wanted });
        }
        if self.sum_of(body) != sum {
            return Err(Broken::Sum);
        }
        let line = serde_json::from_str(&format!("{{{inner}}}"));
        let line = line.map_err(|error| Broken::Form(error.to_string()))?;
        sum.clone_into(&mut self.sum);
        self.count = found;
        Ok(line)
    }

    fn sum_of(&self, body: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(self.sum.as_bytes());
        hash.update(body.as_bytes());
        let hash = hash.finalize();
        Hex(hash.get(..SUM_DIGITS / 2).unwrap_or_default()).to_string()
    }
}

/// The version that the first line of a journal names, of whatever version that is.
pub(in crate::state) fn version(first: &str) -> Option<u32> {
    let head: Value = serde_json::from_str(first).ok()?;
    let version = head.get("journal")?.get("format_version")?.as_u64()?;
    u32::try_from(version).ok()
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::address::Kind;
    use crate::model::person::Email;

    fn person(number: usize) -> Address {
        let person = Email::from_service(&format!("zoë.{number}@李.example"));
        Address::of(Kind::Mapping, &person)
    }

    fn written(intents: usize) -> Vec<String> {
        of_serial(3, intents)
    }

    /// The lines of a journal of so many intents that were all dropped.
    fn of_serial(serial: u64, intents: usize) -> Vec<String> {
        let mut lines = vec![JournalLine::Journal {
            format_version: FORMAT_VERSION,
            lineage: Lineage::NONE,
            serial: Serial::new(serial),
        }];
        lines.extend((0..intents).map(|number| JournalLine::Intent {
            address: person(number),
            after: None,
            tenant: None,
        }));
        lines.extend((0..intents).map(|number| JournalLine::NotDone {
            address: person(number),
        }));
        let (mut chain, mut bytes) = (Chain::default(), Vec::new());
        for line in &lines {
            chain.write(line, &mut bytes).unwrap();
        }
        let text = String::from_utf8(bytes).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    /// The first line that cannot be read, counted from 0, and why.
    fn first_broken<T: AsRef<str>>(lines: &[T]) -> Option<(usize, Broken)> {
        let mut chain = Chain::default();
        let read = lines.iter().map(|line| chain.read(line.as_ref()));
        read.enumerate()
            .find_map(|(number, read)| Some((number, read.err()?)))
    }

    #[test]
    fn every_line_is_json_and_reads_back() {
        let lines = written(3);
        assert_eq!(first_broken(&lines), None);
        for (number, line) in lines.iter().enumerate() {
            let json: Value = serde_json::from_str(line).unwrap();
            assert_eq!(json["n"], number + 1);
        }
        assert_eq!(version(&lines[0]), Some(FORMAT_VERSION));
        assert_eq!(version(&lines[1]), None);
    }

    #[test]
    fn every_flipped_bit_is_seen_in_its_own_line() {
        let lines = written(2);
        for (number, line) in lines.iter().enumerate() {
            for place in 0..line.len() * 8 {
                let mut bytes = line.clone().into_bytes();
                bytes[place / 8] ^= 1 << (place % 8);
                let mut changed = lines.clone();
                changed[number] = String::from_utf8_lossy(&bytes).into_owned();
                let (broken, _) = first_broken(&changed).expect("it was not seen");
                assert_eq!(broken, number, "bit {place}: {}", changed[number]);
            }
        }
    }

    #[test]
    fn a_lost_line_is_seen_at_the_next_one() {
        let lines = written(3);
        for lost in 0..lines.len() - 1 {
            let mut rest = lines.clone();
            rest.remove(lost);
            let (found, wanted) = (lost as u64 + 2, lost as u64 + 1);
            let expected = Some((lost, Broken::Number { found, wanted }));
            assert_eq!(first_broken(&rest), expected);
        }
    }

    #[test]
    fn two_journals_that_ran_together_are_seen() {
        let (one, other) = (of_serial(3, 1), of_serial(4, 2));
        let (found, wanted) = (1, one.len() as u64 + 1);
        let together = [one.as_slice(), &other].concat();
        let expected = Some((one.len(), Broken::Number { found, wanted }));
        assert_eq!(first_broken(&together), expected);
        // With the number that follows, as when two processes take turns in one file.
        let turns = [&one[..2], &other[2..]].concat();
        assert_eq!(first_broken(&turns), Some((2, Broken::Sum)));
        let swapped = [&other[0], &other[2], &other[1]];
        assert_eq!(first_broken(&swapped).unwrap().0, 1);
    }

    #[test]
    fn a_line_of_the_version_before_is_refused_and_named() {
        let old = r#"{"journal":{"format_version":1,"lineage":"x","serial":1}}"#;
        assert_eq!(version(old), Some(1));
        let refused = first_broken(&[old]);
        assert!(matches!(refused, Some((0, Broken::Form(_)))), "{refused:?}");
    }
}
