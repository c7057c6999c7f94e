//! The shape of org.toml as editors see it: a JSON Schema, made from the declarations of the keys.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::sections::OrgToml;

/// The JSON Schema of org.toml (draft 2020-12).
pub fn json_schema() -> Value {
    SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<OrgToml>()
        .to_value()
}
