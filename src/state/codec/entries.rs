//! A state as text, one entry after the other: as values of JSON all entries together are several times
//! as large as the state itself.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::ser::{self, SerializeMap as _};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::checksum::Sum;
use super::{CodecError, EntryText, FORMAT_VERSION};
use crate::model::address::Address;
use crate::model::ids::{Digest, Lineage, OrganizationId, Serial};
use crate::model::person::Email;
use crate::state::value::{Entry, Guarded, State};

/// A state file as it is written, in the format of now.
#[derive(Serialize)]
struct Written<'a> {
    format_version: u32,
    checksum: Digest,
    lineage: Lineage,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<OrganizationId>,
    serial: Serial,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    guarded: &'a BTreeMap<Email, Guarded>,
    entries: Entries<'a>,
}

struct Entries<'a>(&'a BTreeMap<Address, Entry>);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (address, entry) in self.0 {
            let entry = EntryText::from_entry(entry).map_err(ser::Error::custom)?;
            map.serialize_entry(address, &entry)?;
        }
        map.end()
    }
}

/// A state file in the format of now as it is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadState<'a> {
    #[serde(rename = "format_version")]
    _format_version: IgnoredAny,
    #[serde(rename = "checksum")]
    _checksum: IgnoredAny,
    lineage: Lineage,
    #[serde(default)]
    organization: Option<OrganizationId>,
    serial: Serial,
    #[serde(default)]
    guarded: BTreeMap<Email, Guarded>,
    #[serde(borrow)]
    entries: BTreeMap<Address, &'a RawValue>,
}

/// The text of a state.
pub(super) fn written(state: &State) -> Result<String, serde_json::Error> {
    let entries = Entries(&state.entries);
    let mut sum = Sum::default();
    sum.field("entries", &entries)?;
    sum.field("format_version", &FORMAT_VERSION)?;
    if !state.guarded.is_empty() {
        sum.field("guarded", &state.guarded)?;
    }
    sum.field("lineage", &state.lineage)?;
    if let Some(organization) = &state.organization {
        sum.field("organization", organization)?;
    }
    sum.field("serial", &state.serial)?;
    let text = Written {
        format_version: FORMAT_VERSION,
        checksum: sum.end(),
        lineage: state.lineage,
        organization: state.organization,
        serial: state.serial,
        guarded: &state.guarded,
        entries,
    };
    let mut json = serde_json::to_string_pretty(&text)?;
    json.push('\n');
    Ok(json)
}

/// The state of a text.
pub(super) fn taken(found: ReadState<'_>) -> Result<State, CodecError> {
    let ReadState {
        lineage,
        organization,
        serial,
        guarded,
        entries,
        ..
    } = found;
    let take = |(address, entry): (Address, &RawValue)| {
        let entry: EntryText =
            serde_json::from_str(entry.get()).map_err(|error| in_entry(&address, &error))?;
        let entry = entry.into_entry(address.kind());
        let entry = entry.map_err(|error| in_entry(&address, &error))?;
        Ok((address, entry))
    };
    let entries = entries.into_iter().map(take);
    Ok(State {
        lineage,
        organization,
        serial,
        entries: entries.collect::<Result<_, CodecError>>()?,
        guarded,
    })
}

/// What is wrong with one entry.
pub(super) fn in_entry(address: &Address, error: &serde_json::Error) -> CodecError {
    CodecError::Malformed(format!("the entry {address}: {error}"))
}
