//! Time and ids of a world. Both come from its own counter, so the same requests in the same order
//! always make the same world. Reads no clock and rolls no dice.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

/// A moment in a world, in seconds since 1970.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub(crate) struct Stamp(i64);

impl Default for Stamp {
    fn default() -> Self {
        Self::BEGIN
    }
}

impl Stamp {
    /// When every world begins: 2026-01-01T00:00:00Z. Any fixed date does; this one is later than
    /// year 1, which the service writes for "never".
    pub(crate) const BEGIN: Self = Self(1_767_225_600);

    /// The moment of the `serial`-th event of a world: one second each.
    pub(in crate::world) fn at(serial: u64) -> Self {
        Self(Self::BEGIN.0 + i64::try_from(serial).unwrap_or(i64::MAX / 2))
    }

    /// Seconds since 1970.
    pub(crate) const fn seconds(self) -> i64 {
        self.0
    }

    /// The moment that a text of either service means.
    pub(crate) fn parsed(text: &str) -> Option<Self> {
        let zoned = text.parse::<Timestamp>();
        let moment = zoned.or_else(|_| format!("{text}Z").parse());
        moment.ok().map(|moment| Self(moment.as_second()))
    }

    /// The moment some days later.
    pub(crate) const fn days_later(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(86_400)))
    }

    /// As Azure DevOps writes it: seven fractional digits.
    pub(crate) fn devops(self) -> impl fmt::Display {
        Written(self, ".0000000Z")
    }

    /// As Microsoft Graph writes it.
    pub(crate) fn graph(self) -> impl fmt::Display {
        Written(self, "Z")
    }

    /// As the errors of Microsoft Graph write it: no zone.
    pub(crate) fn zoneless(self) -> impl fmt::Display {
        Written(self, "")
    }
}

struct Written(Stamp, &'static str);

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = Timestamp::from_second(self.0.0).unwrap_or(Timestamp::UNIX_EPOCH);
        write!(f, "{}{}", moment.strftime("%Y-%m-%dT%H:%M:%S"), self.1)
    }
}

/// A GUID that is a function of what it names.
///
/// The first part says what kind of thing it is, so that two kinds never share a GUID.
pub(crate) fn derived_guid(parts: &[&str]) -> Uuid {
    Builder::from_random_bytes(digest(parts)).into_uuid()
}

/// The 16 upper-case hexadecimal digits of a personal account.
pub(in crate::world) fn derived_puid(account: &str) -> String {
    let [_, _, _, _, a, b, c, d, ..] = digest(&["puid", account]);
    // Half of it is fixed, so that nobody takes it for the id of a real account.
    format!("0001ABCD{a:02X}{b:02X}{c:02X}{d:02X}")
}

fn digest(parts: &[&str]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        // A separator that no part holds, so that ("ab", "c") and ("a", "bc") differ.
        hash.update([0]);
    }
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_spells_a_moment_its_own_way() {
        let stamp = Stamp::at(61);
        assert_eq!(stamp.devops().to_string(), "2026-01-01T00:01:01.0000000Z");
        assert_eq!(stamp.graph().to_string(), "2026-01-01T00:01:01Z");
        assert_eq!(stamp.zoneless().to_string(), "2026-01-01T00:01:01");
    }

    #[test]
    fn an_id_is_a_function_of_what_it_names() {
        assert_eq!(derived_guid(&["a", "b"]), derived_guid(&["a", "b"]));
        assert_ne!(derived_guid(&["ab", ""]), derived_guid(&["a", "b"]));
        let puid = derived_puid("lee@outlook.com");
        assert_eq!(puid.len(), 16);
        assert!(puid.starts_with("0001"), "{puid}");
    }
}
