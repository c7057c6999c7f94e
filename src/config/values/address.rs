//! Addresses of people.

use std::borrow::Cow;

use miette::SourceSpan;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::{Text, Written};
use crate::config::declare::{At, Key, Takes, TomlValue};
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::{Shown, is_invisible};
use crate::model::person::{Email, EmailError};

/// What an editor holds an address to.
pub(in crate::config) const ADDRESS_PATTERN: &str = r"^[^@\s]+@[^@\s]+\.[^@\s]+$";

/// What an editor holds the name of a user of the organization to: some have a blank.
pub(super) const USER_NAME_PATTERN: &str = r"^[^@]+@[^@\s]+\.[^@\s]+$";

/// The address of a person.
pub(in crate::config) struct Address;

impl Takes for Address {
    type Field = Option<At<Email>>;

    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Self::Field {
        Text::read(key, value, remarks).map(|text| address(&text.value, text.span, remarks))
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Self>()
    }
}

impl JsonSchema for Address {
    fn schema_name() -> Cow<'static, str> {
        "Address".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A person, by e-mail address or user principal name. Upper and lower \
                            case do not differ.",
            "type": "string",
            "pattern": ADDRESS_PATTERN,
        })
    }
}

/// A list of people.
pub(in crate::config) struct Addresses;

impl Takes for Addresses {
    type Field = Vec<At<Email>>;

    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Self::Field {
        let written = Written::of(&value);
        let DeValue::Array(people) = value.into_inner() else {
            written.refuse_for_key("a list", key, remarks);
            return Vec::new();
        };
        people
            .into_iter()
            .filter_map(|person| Address::read(key, person, remarks))
            .collect()
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "items": Address::schema(generator) })
    }
}

/// Reads the name of a user of the organization. Some have a blank or an invisible character in the first
/// part, and must be written as they are; if nobody has the name, the plan says so.
pub(super) fn user_name(text: &str, span: SourceSpan, remarks: &mut Remarks) -> At<Email> {
    // Characters that turn the writing direction stay refused: they make a reviewer read another name.
    let odd = |c| {
        matches!(
            c,
            ' ' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'
        )
    };
    let (local, domain) = text.rsplit_once('@').unwrap_or_default();
    let is_inside = !local.starts_with(odd) && !local.ends_with(odd) && local.contains(odd);
    let plain: String = local.chars().filter(|c| !odd(*c)).collect();
    if is_inside && Email::parse(&format!("{plain}@{domain}")).is_ok() {
        let value = Email::from_service(text);
        return At { value, span };
    }
    address(text, span, remarks)
}

/// Reads an address. A bad one is reported, and then taken as it is: the entry still names somebody,
/// and its other mistakes are worth reporting.
pub(in crate::config) fn address(text: &str, span: SourceSpan, remarks: &mut Remarks) -> At<Email> {
    let value = match Email::parse(text) {
        Ok(email) if text.is_ascii() || !text.contains(is_invisible) => email,
        Ok(email) => {
            remarks.push(bad_address(
                text,
                span,
                "it holds a character that cannot be seen",
                "type the address anew instead of copying it",
            ));
            email
        }
        Err(error) => {
            let why = if text.contains(char::is_whitespace) {
                "a blank cannot be part of an address".to_owned()
            } else {
                error.to_string()
            };
            remarks.push(bad_address(text, span, &why, help_for(error)));
            Email::from_service(text)
        }
    };
    At { value, span }
}

fn bad_address(text: &str, span: SourceSpan, why: &str, help: &str) -> Remark {
    let message = format!("`{}` is not an address", Shown(text));
    Remark::new(Code::BadAddress, message, span, why, help)
}

const fn help_for(error: EmailError) -> &'static str {
    match error {
        EmailError::Empty | EmailError::NoAddress => {
            "write an e-mail address or user principal name, such as `lee@contoso.com`"
        }
        EmailError::BadCharacter(_) => {
            "write the bare address, without blanks, a name or brackets around it"
        }
        EmailError::BadDomain => "write the whole domain, such as `lee@contoso.com`",
        EmailError::TooLong => "no mail system takes an address this long; look for a typing error",
    }
}
