//! The JSON Schema of evidence: its fields beside the word of the rule, which says whose they are.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::{Evidence, SCHEMAS, Topic};

impl JsonSchema for Evidence {
    fn schema_name() -> Cow<'static, str> {
        "Evidence".into()
    }

    /// One schema a rule; those about leaving a tenant are a definition of their own, which readers of
    /// the schema may rely on.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut rules = of_rules(generator, |topic| topic != Topic::Leaving);
        let mut leaving = generator.subschema_for::<Leaving>();
        leaving.insert(
            "description".to_owned(),
            "The organization is taken off a tenant.".into(),
        );
        rules.push(leaving.to_value());
        json_schema!({ "anyOf": rules })
    }
}

/// The evidence of the rules about leaving a tenant.
struct Leaving;

impl JsonSchema for Leaving {
    fn schema_name() -> Cow<'static, str> {
        "Leaving".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let rules = of_rules(generator, |topic| topic == Topic::Leaving);
        json_schema!({
            "description":
                "What was found, with the data that shows it. Its `Display` is the message.",
            "oneOf": rules,
        })
    }
}

fn of_rules(generator: &mut SchemaGenerator, is_wanted: fn(Topic) -> bool) -> Vec<Value> {
    let rules = SCHEMAS.iter().filter(|(rule, _)| is_wanted(rule.topic));
    rules
        .map(|(rule, schema)| with_rule(schema(generator), rule.code))
        .collect()
}

/// Adds the word of the rule to the schema of its evidence.
fn with_rule(mut schema: Schema, code: &str) -> Value {
    let evidence = schema.ensure_object();
    let properties = evidence.entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        let word = json!({ "type": "string", "const": code });
        properties.insert("rule".to_owned(), word);
    }
    let required = evidence.entry("required").or_insert_with(|| json!([]));
    if let Some(required) = required.as_array_mut() {
        required.insert(0, "rule".into());
    }
    schema.to_value()
}
