//! From one TOML value to one typed value: text, addresses, GUIDs, numbers, words.
//!
//! Each function takes an example of its key, which names the key and, when the value is of another
//! type, shows what to write.

use std::fmt;
use std::ops::RangeInclusive;

use miette::SourceSpan;
use strsim::normalized_damerau_levenshtein;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::diagnostic::{Code, Remark, Remarks};
use super::file::{At, Text};
use super::source::{Shown, is_invisible};
use crate::model::ids::TenantId;
use crate::model::person::{Email, EmailError};

/// A value of the file.
pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// The key that an example such as `name = "contoso"` shows.
fn key_of(example: &'static str) -> &'static str {
    example.split_once(" =").map_or(example, |(key, _)| key)
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// What a value is and where it stands, for when it is not what was expected.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    kind: &'static str,
    pub(super) span: SourceSpan,
}

impl Seen {
    pub(super) fn of(value: &Value<'_>) -> Self {
        Self {
            kind: kind_of(value.get_ref()),
            span: value.span().into(),
        }
    }

    /// `what` is the key or entry as it is named to the reader, `example` a line that would do.
    pub(super) fn refuse(
        self,
        what: &dyn fmt::Display,
        takes: &str,
        example: &str,
        remarks: &mut Remarks,
    ) {
        let Self { kind, span } = self;
        remarks.push(Remark::new(
            Code::WrongType,
            format!("{what} takes {takes}, not {kind}"),
            span,
            format!("this is {kind}"),
            format!("write for example `{example}`"),
        ));
    }

    fn refuse_for_key(self, takes: &str, example: &'static str, remarks: &mut Remarks) {
        let what = format!("`{}`", key_of(example));
        self.refuse(&what, takes, example, remarks);
    }
}

/// Any text.
pub(super) fn text<'t>(
    example: &'static str,
    value: Value<'t>,
    remarks: &mut Remarks,
) -> Option<Text<'t>> {
    let seen = Seen::of(&value);
    if let DeValue::String(value) = value.into_inner() {
        let span = seen.span;
        return Some(At { value, span });
    }
    seen.refuse_for_key("text", example, remarks);
    None
}

/// `true` or `false`.
pub(super) fn flag(
    example: &'static str,
    value: Value<'_>,
    remarks: &mut Remarks,
) -> Option<At<bool>> {
    let seen = Seen::of(&value);
    if let DeValue::Boolean(value) = value.into_inner() {
        let span = seen.span;
        return Some(At { value, span });
    }
    seen.refuse_for_key("`true` or `false`", example, remarks);
    None
}

/// A whole number within bounds.
pub(super) fn number<T: TryFrom<i64>>(
    example: &'static str,
    bounds: RangeInclusive<i64>,
    value: Value<'_>,
    remarks: &mut Remarks,
) -> Option<T> {
    let seen = Seen::of(&value);
    let DeValue::Integer(integer) = value.into_inner() else {
        seen.refuse_for_key("a whole number", example, remarks);
        return None;
    };
    let number = i64::from_str_radix(integer.as_str(), integer.radix())
        .ok()
        .filter(|number| bounds.contains(number))
        .and_then(|number| T::try_from(number).ok());
    if number.is_none() {
        let (low, high) = (bounds.start(), bounds.end());
        remarks.push(Remark::new(
            Code::OutOfRange,
            format!(
                "`{}` cannot be {}",
                key_of(example),
                Shown(integer.as_str())
            ),
            seen.span,
            format!("outside of {low} to {high}"),
            format!("write a number from {low} to {high}, for example `{example}`"),
        ));
    }
    number
}

/// One of a few words.
pub(super) fn word<T: Copy>(
    example: &'static str,
    words: &[(&'static str, T)],
    value: Value<'_>,
    remarks: &mut Remarks,
) -> Option<T> {
    let what = format!("`{}`", key_of(example));
    word_for(&what, example, words, value, remarks)
}

/// One of a few words, for something that has no key of its own.
pub(super) fn word_for<T: Copy>(
    what: &str,
    example: &str,
    words: &[(&'static str, T)],
    value: Value<'_>,
    remarks: &mut Remarks,
) -> Option<T> {
    let seen = Seen::of(&value);
    let span = seen.span;
    let DeValue::String(value) = value.into_inner() else {
        seen.refuse(&what, "text", example, remarks);
        return None;
    };
    if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == value) {
        return Some(*meaning);
    }
    let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    remarks.push(Remark::new(
        Code::UnknownValue,
        format!("{what} cannot be `{}`", Shown(&value)),
        span,
        "not one of the words that it takes",
        format!(
            "{}{what} takes {}",
            did_you_mean(&value, &known),
            list(&known)
        ),
    ));
    None
}

/// The GUID of a tenant. A bad one is reported and stands in as nothing, so that the rules see that
/// a tenant was named.
pub(super) fn tenant_id(
    example: &'static str,
    value: Value<'_>,
    remarks: &mut Remarks,
) -> Option<At<Option<TenantId>>> {
    let Text { value, span } = text(example, value, remarks)?;
    let parsed: Result<TenantId, _> = value.parse();
    let (id, label) = match parsed {
        Ok(id) if id.is_nil() => (None, "the zero GUID, which stands for no tenant"),
        Ok(id) => (Some(id), ""),
        Err(_) => (None, "32 digits from 0 to 9 and a to f are expected"),
    };
    if id.is_none() {
        let copy = "copy the tenant id from the overview page of Microsoft Entra ID";
        let help = if key_of(example) == "id" {
            format!("{copy}, or name the tenant by its domain instead: `domain = \"contoso.com\"`")
        } else {
            copy.to_owned()
        };
        remarks.push(Remark::new(
            Code::BadGuid,
            format!("`{}` is not the id of a tenant", Shown(&value)),
            span,
            label,
            help,
        ));
    }
    Some(At { value: id, span })
}

/// An address as a value.
pub(super) fn email(
    example: &'static str,
    value: Value<'_>,
    remarks: &mut Remarks,
) -> Option<At<Email>> {
    text(example, value, remarks).map(|text| address(&text.value, text.span, remarks))
}

/// An address as the key of an entry.
pub(super) fn person(key: &Spanned<DeString<'_>>, remarks: &mut Remarks) -> At<Email> {
    address(key.get_ref(), key.span().into(), remarks)
}

/// A bad address is reported, and then taken as it is: the entry still names somebody, and what
/// else is wrong with it is worth telling.
pub(super) fn address(text: &str, span: SourceSpan, remarks: &mut Remarks) -> At<Email> {
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

/// A table.
pub(super) fn table<'t>(
    what: &dyn fmt::Display,
    example: &str,
    value: Value<'t>,
    remarks: &mut Remarks,
) -> Option<DeTable<'t>> {
    let seen = Seen::of(&value);
    if let DeValue::Table(table) = value.into_inner() {
        return Some(table);
    }
    seen.refuse(what, "a table", example, remarks);
    None
}

/// A list.
pub(super) fn array<'t>(
    example: &'static str,
    value: Value<'t>,
    remarks: &mut Remarks,
) -> Option<Vec<Value<'t>>> {
    let seen = Seen::of(&value);
    if let DeValue::Array(array) = value.into_inner() {
        return Some(array.into_iter().collect());
    }
    seen.refuse_for_key("a list", example, remarks);
    None
}

/// The word that was probably meant, as the start of a help text.
pub(super) fn did_you_mean(written: &str, known: &[&str]) -> String {
    // A typing error or two in a word of six letters; below it, suggestions are guesses.
    const NEAR: f64 = 0.6;
    // No key or word is near this long, and comparing costs the product of both lengths.
    const LONGEST: usize = 40;
    if written.len() > LONGEST {
        return String::new();
    }
    let written = written.to_lowercase();
    let nearest = known
        .iter()
        .map(|word| (normalized_damerau_levenshtein(&written, word), word))
        .filter(|(near, _)| *near >= NEAR)
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    nearest.map_or_else(String::new, |(_, word)| format!("did you mean `{word}`? "))
}

/// `a`, `b` and `c`.
pub(super) fn list(words: &[&str]) -> String {
    let mut text = String::new();
    for (index, word) in words.iter().enumerate() {
        text.push_str(match index {
            0 => "",
            _ if index + 1 == words.len() => " or ",
            _ => ", ",
        });
        text.push('`');
        text.push_str(word);
        text.push('`');
    }
    text
}
