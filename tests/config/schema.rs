//! The JSON Schema of org.toml: kept in the repository, and of one mind with the loader.

use std::fs;

use orgctl::config::{self, Code, Diagnostic};
use serde_json::{Value, to_value};

use super::{files, repository, stem, text_of};

const SCHEMA: &str = "schemas/org.schema.json";

fn as_json(text: &str) -> Value {
    to_value(text.parse::<toml::Table>().unwrap()).unwrap()
}

#[test]
fn the_schema_in_the_repository_is_the_one_of_the_code() {
    let written: Value = serde_json::from_str(&text_of(&repository(SCHEMA))).unwrap();
    assert!(
        written == config::json_schema(),
        "{SCHEMA} is out of date: cargo run -- schema config > {SCHEMA}"
    );
}

#[test]
fn every_example_fits_the_schema() {
    let schema = jsonschema::validator_for(&config::json_schema()).unwrap();
    for entry in fs::read_dir(repository("examples")).unwrap() {
        let example = entry.unwrap().file_name().into_string().unwrap();
        let text = text_of(&repository(&format!("examples/{example}/org.toml")));
        let errors: Vec<String> = schema
            .iter_errors(&as_json(&text))
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{example}: {errors:?}");
    }
}

/// What an editor can see without knowing the other lines of the file.
fn is_seen_by_an_editor(code: Code) -> bool {
    match code {
        Code::UnknownKey
        | Code::WrongType
        | Code::MissingKey
        | Code::Version
        | Code::OutOfRange
        | Code::UnknownValue
        | Code::EmptyText
        | Code::OrganizationName
        | Code::TenantTwice
        | Code::CreateWithoutName => true,
        Code::Syntax
        | Code::DuplicateKey
        | Code::BadGuid
        | Code::BadDomain
        | Code::BadAddress
        | Code::Replaces
        | Code::SamePersonTwice
        | Code::MappedAndRemoved
        | Code::SameTarget
        | Code::TargetRemoved
        | Code::OwnerRemoved
        | Code::ProtectedRemoved
        | Code::GuestAddress
        | Code::NewUserAddress
        | Code::SameProjectTwice
        | Code::StateUrl => false,
    }
}

#[test]
fn the_schema_refuses_what_the_loader_refuses_by_shape() {
    let schema = jsonschema::validator_for(&config::json_schema()).unwrap();
    for path in files("tests/config/diagnostics", "toml") {
        let text = text_of(&path);
        let diagnostics = config::load("org.toml", &text).expect_err("a mistake");
        let codes: Vec<Code> = diagnostics.all().iter().map(Diagnostic::code).collect();
        if codes.contains(&Code::Syntax) || codes.contains(&Code::DuplicateKey) {
            continue;
        }
        if codes.into_iter().any(is_seen_by_an_editor) {
            assert!(!schema.is_valid(&as_json(&text)), "{}", stem(&path));
        }
    }
}

/// Each table of the schema, with every key set to something of no type that it takes: the loader
/// must know the keys, and must not know any other.
#[test]
fn the_loader_knows_exactly_the_keys_of_the_schema() {
    let schema = config::json_schema();
    for (table, definition) in [
        ("organization", "/$defs/Organization"),
        ("tenant", "/$defs/Tenant"),
        ("members.\"lee@outlook.com\"", "/$defs/MemberTable"),
        ("guests.\"noor@fabrikam.com\"", "/$defs/Guest"),
        ("policies", "/$defs/Policies"),
        ("credentials", "/$defs/Credentials"),
        ("notices", "/$defs/Notices"),
        ("guards", "/$defs/Guards"),
        ("state", "/$defs/State"),
    ] {
        let definition = schema.pointer(definition).unwrap();
        let keys = definition["properties"].as_object().unwrap();
        for (key, wrong) in keys
            .keys()
            .map(|key| (key, false))
            .chain([(&"x".to_owned(), true)])
        {
            let text = format!("[{table}]\n{key} = 1979-05-27\n");
            let diagnostics = config::load("org.toml", &text).expect_err("a date is never right");
            let here = |code| {
                let mut all = diagnostics.all().iter();
                all.any(|one| one.line() == 2 && one.code() == code)
            };
            assert_eq!(here(Code::UnknownKey), wrong, "{table}: {key}");
            assert_eq!(here(Code::WrongType), !wrong, "{table}: {key}");
        }
    }
}

/// A key that is written with its default means the same as a key that is not there.
#[test]
fn the_defaults_of_the_schema_are_those_of_the_loader() {
    const START: &str = "version = 1\n[organization]\nname = \"contoso\"\n[tenant]\n\
                         domain = \"contoso.com\"\n";
    let schema = config::json_schema();
    let mut defaults = 0;
    for (table, definition) in [
        ("tenant", "/$defs/Tenant"),
        ("members.\"lee@outlook.com\"", "/$defs/MemberTable"),
        ("guests.\"noor@fabrikam.com\"", "/$defs/Guest"),
        ("policies", "/$defs/Policies"),
        ("credentials", "/$defs/Credentials"),
        ("notices", "/$defs/Notices"),
        ("guards", "/$defs/Guards"),
        ("state", "/$defs/State"),
    ] {
        let header = match table {
            "tenant" => String::new(),
            members if members.starts_with("members") => {
                format!("[{table}]\nto = \"lee@contoso.com\"\n")
            }
            _ => format!("[{table}]\n"),
        };
        let load = |text: &str| config::load("org.toml", &format!("{START}{header}{text}"));
        let absent = load("").unwrap();
        let keys = schema.pointer(definition).unwrap()["properties"].as_object();
        for (key, says) in keys.unwrap() {
            if let Some(default) = says.get("default") {
                let written = load(&format!("{key} = {default}\n")).unwrap();
                assert_eq!(written, absent, "{table}: {key}");
                defaults += 1;
            }
        }
    }
    let text = schema.to_string();
    assert_eq!(defaults, text.matches("\"default\":").count());
}
