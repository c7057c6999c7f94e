//! Words: one of a few that a key takes.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use strum::VariantArray;
use toml::de::DeValue;

use super::Written;
use crate::config::declare::{At, Key, Takes, TomlValue};
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;
use crate::config::suggest::{did_you_mean, list};

/// An enum of the model is taken by the words of its variants.
impl<T: VariantArray + Copy + Into<&'static str> + JsonSchema> Takes for T {
    type Field = Option<At<T>>;

    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Self::Field {
        let what = format!("`{}`", key.name);
        word_for(&what, key.example, T::VARIANTS, value, remarks)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

/// Reads one of a few words. `what` is the key or entry as it is named to the reader.
pub(super) fn word_for<T: Copy + Into<&'static str>>(
    what: &str,
    example: &str,
    words: &[T],
    value: TomlValue<'_>,
    remarks: &mut Remarks,
) -> Option<At<T>> {
    let written = Written::of(&value);
    let span = written.span;
    let DeValue::String(text) = value.into_inner() else {
        written.refuse(&what, "text", example, remarks);
        return None;
    };
    if let Some(value) = words.iter().copied().find(|word| (*word).into() == text) {
        return Some(At { value, span });
    }
    let known: Vec<&str> = words.iter().map(|word| (*word).into()).collect();
    remarks.push(Remark::new(
        Code::UnknownValue,
        format!("{what} cannot be `{}`", Shown(&text)),
        span,
        "not one of the words that it takes",
        format!(
            "{}{what} takes {}",
            did_you_mean(&text, &known),
            list(&known)
        ),
    ));
    None
}
