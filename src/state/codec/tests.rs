//! The text of a state, and what is none.

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
