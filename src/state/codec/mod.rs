//! The state as text. A value in, a text out, and back; no file is touched here.

mod checksum;
mod entries;
mod upgrade;

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::value::{Entry, Guarded, State};
use crate::model::address::{Address, Kind};
use crate::model::attributes::Attributes;
use crate::model::ids::{Digest, Lineage, OrganizationId, RemoteId, RequestId, Serial, TenantId};
use crate::model::person::Email;
use checksum::Fields;
use entries::in_entry;

/// The version of the format that this program writes and the newest that it reads.
const FORMAT_VERSION: u32 = 2;
/// The first version with a checksum.
const FIRST_WITH_CHECKSUM: u32 = 2;

/// Why a text is not a state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// There is nothing in it: a write was cut off, or the file was emptied.
    #[error("the state is empty")]
    Empty,
    /// It ends too early.
    #[error("the state is cut off at line {line}")]
    CutOff {
        /// Its last line.
        line: usize,
    },
    /// It is JSON of something else.
    #[error("this is not a state of orgctl: it has no format_version")]
    Foreign,
    /// It is not as it was written.
    #[error("the state is not as orgctl wrote it: its checksum does not fit")]
    Changed,
    /// It is not JSON of the right form.
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
    /// The tenant that it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenant: Option<TenantId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<RequestId>,
}

impl EntryText {
    pub(super) fn from_entry(entry: &Entry) -> Result<Self, serde_json::Error> {
        let Entry {
            remote_id,
            attributes,
            applied_at,
            tenant,
            request_id,
        } = entry;
        Ok(Self {
            remote_id: *remote_id,
            attributes: serde_json::to_value(attributes)?,
            applied_at: *applied_at,
            tenant: *tenant,
            request_id: request_id.clone(),
        })
    }

    pub(super) fn into_entry(self, kind: Kind) -> Result<Entry, serde_json::Error> {
        let Self {
            remote_id,
            attributes,
            applied_at,
            tenant,
            request_id,
        } = self;
        let attributes = Attributes::deserialize_as(kind, attributes)?;
        Ok(Entry {
            remote_id,
            attributes,
            applied_at,
            tenant,
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
    /// The SHA-256 of all other fields, without the white space between values.
    #[schemars(with = "String")]
    checksum: Digest,
    /// The line of files that this one belongs to.
    lineage: Lineage,
    /// The organization that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organization: Option<OrganizationId>,
    /// How often it has been written.
    serial: Serial,
    /// Who the guarded names were at the last apply.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    guarded: BTreeMap<Email, Guarded>,
    /// What orgctl applied and owns, by address.
    entries: BTreeMap<Address, EntryText>,
}

/// Writes a state as text.
///
/// # Errors
/// Never for a state that this program built; the serializer's own type says it could.
pub fn encode(state: &State) -> Result<String, CodecError> {
    entries::written(state).map_err(malformed)
}

/// Reads a state.
///
/// # Errors
/// [`CodecError`] for everything that is not a whole state. Nothing is ever taken for "owns nothing".
pub fn decode(text: &str) -> Result<State, CodecError> {
    read(text, true)
}

/// Reads a state that somebody has edited on purpose: its checksum is of before.
///
/// # Errors
/// As [`decode`], but for the checksum.
pub fn decode_edited(text: &str) -> Result<State, CodecError> {
    read(text, false)
}

fn read(text: &str, is_sealed: bool) -> Result<State, CodecError> {
    if text.trim().is_empty() {
        return Err(CodecError::Empty);
    }
    let fields: Fields<'_> = serde_json::from_str(text).map_err(malformed)?;
    let version = fields.get("format_version");
    let version = version.and_then(|version| version.get().parse::<u32>().ok());
    let version = match version {
        None | Some(0) => return Err(CodecError::Foreign),
        Some(found) if found > FORMAT_VERSION => return Err(CodecError::Newer { found }),
        Some(version) => version,
    };
    if is_sealed && version >= FIRST_WITH_CHECKSUM && !fits(&fields) {
        return Err(CodecError::Changed);
    }
    if version == FORMAT_VERSION {
        return entries::taken(serde_json::from_str(text).map_err(malformed)?);
    }
    let mut fields = serde_json::from_str(text).map_err(malformed)?;
    upgrade::upgrade(version, &mut fields);
    into_state(StateText::deserialize(Value::from(fields)).map_err(malformed)?)
}

fn fits(fields: &Fields<'_>) -> bool {
    let written = fields.get(checksum::FIELD);
    let written = written.and_then(|written| serde_json::from_str::<Digest>(written.get()).ok());
    written == Some(checksum::of(fields))
}

fn into_state(text: StateText) -> Result<State, CodecError> {
    let StateText {
        format_version: _,
        checksum: _,
        lineage,
        organization,
        serial,
        guarded,
        entries,
    } = text;
    let entries = entries
        .into_iter()
        .map(|(address, entry)| {
            let entry = entry
                .into_entry(address.kind())
                .map_err(|error| in_entry(&address, &error))?;
            Ok((address, entry))
        })
        .collect::<Result<_, CodecError>>()?;
    Ok(State {
        lineage,
        organization,
        serial,
        entries,
        guarded,
    })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
fn malformed(error: serde_json::Error) -> CodecError {
    if error.is_eof() {
        return CodecError::CutOff { line: error.line() };
    }
    CodecError::Malformed(error.to_string())
}

/// One entry as text has it, with its address.
///
/// # Errors
/// As [`encode`].
pub fn entry_value(address: &Address, entry: &Entry) -> Result<Value, CodecError> {
    let entry = EntryText::from_entry(entry).map_err(malformed)?;
    let mut value = serde_json::to_value(entry).map_err(malformed)?;
    if let Some(fields) = value.as_object_mut() {
        fields.insert("address".to_owned(), Value::from(address.to_string()));
    }
    Ok(value)
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
                attributes: Attributes::Mapping(MappingAttributes::new(
                    member,
                    Email::from_service("lee@contoso.com"),
                    Identity::ObjectId(ObjectId::new(Uuid::from_u128(9))),
                )),
                applied_at: Timestamp::UNIX_EPOCH,
                tenant: Some(TenantId::new(Uuid::from_u128(5))),
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
        let found = FORMAT_VERSION + 1;
        let text = format!("{{\"format_version\": {found}, \"whatever\": []}}");
        assert_eq!(decode(&text), Err(CodecError::Newer { found }));
    }

    #[test]
    fn json_of_something_else_is_refused_as_that() {
        for text in [
            "{}",
            r#"{"format_version": "1.2", "resource_changes": []}"#,
            r#"{"format_version": 0, "entries": {}}"#,
            r#"{"version": 4, "lineage": "00000000-0000-0000-0000-000000000001"}"#,
        ] {
            assert_eq!(decode(text), Err(CodecError::Foreign), "{text}");
        }
        let list = decode("[]").unwrap_err();
        assert!(matches!(list, CodecError::Malformed(_)), "{list}");
    }

    #[test]
    fn what_was_changed_is_told_and_can_be_read_on_purpose() {
        let text = encode(&example()).unwrap();
        let edited = text.replace("lee@contoso.com", "kim@contoso.com");
        assert_eq!(decode(&edited), Err(CodecError::Changed));
        let state = decode_edited(&edited).unwrap();
        assert_eq!(state.serial, example().serial);
        assert_ne!(state, example());
        let lines: Vec<&str> = text.lines().collect();
        let without = lines.iter().filter(|line| !line.contains("checksum"));
        let without: Vec<&str> = without.copied().collect();
        assert_eq!(decode(&without.join("\n")), Err(CodecError::Changed));
        let laid_out_anew: Vec<&str> = lines.iter().map(|line| line.trim_start()).collect();
        assert_eq!(decode(&laid_out_anew.join("\r\n ")), Ok(example()));
    }

    #[test]
    fn attributes_of_another_kind_are_refused() {
        let text = encode(&example()).unwrap().replace("mapping[", "removal[");
        let error = decode_edited(&text).unwrap_err();
        assert!(matches!(error, CodecError::Malformed(why) if why.contains("removal[")));
    }
}
