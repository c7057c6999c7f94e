//! The state as text. A value in, a text out, and back; no file is touched here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::value::{Entry, State};
use crate::model::address::{Address, Kind};
use crate::model::attributes::Attributes;
use crate::model::ids::{Lineage, OrganizationId, RemoteId, RequestId, Serial};

/// The version of the format that this program writes and the newest that it reads.
const FORMAT_VERSION: u32 = 1;

/// Why a text is not a state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// There is nothing in it: a write was cut off, or the file was emptied.
    #[error("the state is empty")]
    Empty,
    /// It is not JSON of the right form; cut off, damaged or another file.
    #[error("the state cannot be read: {0}")]
    Malformed(String),
    /// A newer program wrote it.
    #[error("the state has format version {found}, and this orgctl knows {FORMAT_VERSION}")]
    Newer {
        /// Its version.
        found: u32,
    },
}

/// An entry as text. Its attributes carry no tag: the address says what they are.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EntryText {
    remote_id: RemoteId,
    #[schemars(with = "BTreeMap<String, Value>")]
    attributes: Value,
    #[schemars(with = "String", extend("format" = "date-time"))]
    applied_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<RequestId>,
}

impl EntryText {
    pub(super) fn from_entry(entry: &Entry) -> Result<Self, serde_json::Error> {
        let Entry {
            remote_id,
            attributes,
            applied_at,
            request_id,
        } = entry;
        Ok(Self {
            remote_id: *remote_id,
            attributes: serde_json::to_value(attributes)?,
            applied_at: *applied_at,
            request_id: request_id.clone(),
        })
    }

    pub(super) fn into_entry(self, kind: Kind) -> Result<Entry, serde_json::Error> {
        let Self {
            remote_id,
            attributes,
            applied_at,
            request_id,
        } = self;
        let attributes = Attributes::deserialize_as(kind, attributes)?;
        Ok(Entry {
            remote_id,
            attributes,
            applied_at,
            request_id,
        })
    }
}

/// A state file.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "orgctl state")]
struct StateText {
    /// The version of this format.
    format_version: u32,
    /// The line of files that this one belongs to.
    lineage: Lineage,
    /// The organization that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organization: Option<OrganizationId>,
    /// How often it has been written.
    serial: Serial,
    /// What orgctl applied and owns, by address.
    entries: BTreeMap<Address, EntryText>,
}

/// Only the field that every version has.
#[derive(Debug, Deserialize)]
struct Version {
    format_version: u32,
}

/// Writes a state as text.
///
/// # Errors
/// Never for a state that this program built; the serializer's own type says it could.
pub fn encode(state: &State) -> Result<String, CodecError> {
    let malformed = |error: serde_json::Error| CodecError::Malformed(error.to_string());
    let mut entries = BTreeMap::new();
    for (address, entry) in &state.entries {
        entries.insert(
            address.clone(),
            EntryText::from_entry(entry).map_err(malformed)?,
        );
    }
    let text = StateText {
        format_version: FORMAT_VERSION,
        lineage: state.lineage,
        organization: state.organization,
        serial: state.serial,
        entries,
    };
    let mut json = serde_json::to_string_pretty(&text).map_err(malformed)?;
    json.push('\n');
    Ok(json)
}

/// Reads a state.
///
/// # Errors
/// [`CodecError`] for everything that is not a whole state. Nothing is ever taken for "owns nothing".
pub fn decode(text: &str) -> Result<State, CodecError> {
    let malformed = |error: serde_json::Error| CodecError::Malformed(error.to_string());
    if text.trim().is_empty() {
        return Err(CodecError::Empty);
    }
    let Version { format_version } = serde_json::from_str(text).map_err(malformed)?;
    if format_version != FORMAT_VERSION {
        return Err(CodecError::Newer {
            found: format_version,
        });
    }
    let StateText {
        format_version: _,
        lineage,
        organization,
        serial,
        entries,
    } = serde_json::from_str(text).map_err(malformed)?;
    let entries = entries
        .into_iter()
        .map(|(address, entry)| {
            let entry = entry
                .into_entry(address.kind())
                .map_err(|error| CodecError::Malformed(format!("the entry {address}: {error}")))?;
            Ok((address, entry))
        })
        .collect::<Result<_, CodecError>>()?;
    Ok(State {
        lineage,
        organization,
        serial,
        entries,
    })
}

/// The JSON Schema of a state file.
pub fn json_schema() -> Value {
    schemars::schema_for!(StateText).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::attributes::{Identity, MappingAttributes};
    use crate::model::ids::{ObjectId, StorageKey};
    use crate::model::person::Email;
    use uuid::Uuid;

    fn example() -> State {
        let member = StorageKey::new(Uuid::from_u128(7));
        let person = Email::from_service("lee@outlook.com");
        let mut state = State::new(Lineage::new(Uuid::from_u128(1)));
        state.serial = Serial::new(3);
        state.entries.insert(
            Address::of(Kind::Mapping, &person),
            Entry {
                remote_id: RemoteId::StorageKey(member),
                attributes: Attributes::Mapping(MappingAttributes {
                    member,
                    to: Email::from_service("lee@contoso.com"),
                    identity: Identity::ObjectId(ObjectId::new(Uuid::from_u128(9))),
                    inform: false,
                }),
                applied_at: Timestamp::UNIX_EPOCH,
                request_id: None,
            },
        );
        state
    }

    #[test]
    fn reads_back_what_it_writes() {
        let state = example();
        let text = encode(&state).unwrap();
        assert_eq!(decode(&text), Ok(state));
    }

    #[test]
    fn an_empty_file_is_an_error_and_not_an_empty_state() {
        assert_eq!(decode(""), Err(CodecError::Empty));
        assert_eq!(decode(" \n"), Err(CodecError::Empty));
    }

    #[test]
    fn every_cut_off_file_is_an_error() {
        let text = encode(&example()).unwrap();
        let whole = text.trim_end().len();
        for length in (0..whole).filter(|length| text.is_char_boundary(*length)) {
            assert!(decode(&text[..length]).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn a_newer_format_is_refused_by_name() {
        let text = r#"{"format_version": 2, "whatever": []}"#;
        assert_eq!(decode(text), Err(CodecError::Newer { found: 2 }));
    }

    #[test]
    fn attributes_of_another_kind_are_refused() {
        let text = encode(&example()).unwrap().replace("mapping[", "removal[");
        let error = decode(&text).unwrap_err();
        assert!(matches!(error, CodecError::Malformed(why) if why.contains("removal[")));
    }
}
