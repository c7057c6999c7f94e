//! Whole numbers.

use std::marker::PhantomData;
use std::ops::RangeInclusive;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::json;
use toml::de::DeValue;

use super::Written;
use crate::config::declare::{At, Key, Takes, TomlValue};
use crate::config::diagnostic::{Code, Remark, Remarks};
use crate::config::source::Shown;

/// The most that a count can be.
pub(in crate::config) const COUNT: i64 = u32::MAX as i64;

/// A whole number from 0 to a bound.
pub(in crate::config) struct UpTo<T, const MOST: i64>(PhantomData<T>);

impl<T: TryFrom<i64> + JsonSchema, const MOST: i64> Takes for UpTo<T, MOST> {
    type Field = Option<At<T>>;

    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Self::Field {
        number(key, 0..=MOST, value, remarks)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        if MOST < COUNT {
            schema.insert("maximum".to_owned(), json!(MOST));
        }
        schema
    }
}

/// The version of the format. Any number can be read; whether it is known is looked at elsewhere.
pub(in crate::config) struct Version;

impl Takes for Version {
    type Field = Option<At<i64>>;

    fn read(key: Key, value: TomlValue<'_>, remarks: &mut Remarks) -> Self::Field {
        number(key, i64::MIN..=i64::MAX, value, remarks)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        u32::json_schema(generator)
    }
}

fn number<T: TryFrom<i64>>(
    key: Key,
    bounds: RangeInclusive<i64>,
    value: TomlValue<'_>,
    remarks: &mut Remarks,
) -> Option<At<T>> {
    let written = Written::of(&value);
    let span = written.span;
    let DeValue::Integer(integer) = value.into_inner() else {
        written.refuse_for_key("a whole number", key, remarks);
        return None;
    };
    let number = i64::from_str_radix(integer.as_str(), integer.radix())
        .ok()
        .filter(|number| bounds.contains(number))
        .and_then(|number| T::try_from(number).ok());
    if number.is_none() {
        let (low, high) = (bounds.start(), bounds.end());
        let Key { name, example, .. } = key;
        remarks.push(Remark::new(
            Code::OutOfRange,
            format!("`{name}` cannot be {}", Shown(integer.as_str())),
            span,
            format!("outside of {low} to {high}"),
            format!("write a number from {low} to {high}, for example `{example}`"),
        ));
    }
    number.map(|value| At { value, span })
}
