//! A description in `OpenAPI`, read so that an exchange can be held against it. Knows which operation
//! a request is; what its parts must look like, `judge` decides.

use std::path::Path;

use serde_json::{Map, Value, json};

/// A description, its object schemas closed: what it does not name may not be there. The services'
/// own objects are open; ours have no reason to hold what nobody described.
pub(crate) struct Description {
    document: Value,
    operations: Vec<Operation>,
}

/// One operation of a description.
pub(crate) struct Operation {
    pub(crate) id: String,
    method: String,
    host: String,
    /// `{name}` stands for any one segment.
    segments: Vec<String>,
    pub(crate) parameters: Vec<Value>,
    pub(crate) details: Value,
}

const METHODS: [&str; 6] = ["get", "head", "post", "put", "patch", "delete"];

impl Description {
    /// Reads a description of `tests/openapi`.
    pub(crate) fn load(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi");
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let mut document: Value = serde_norway::from_str(&text).unwrap();
        close(&mut document);
        let mut operations = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in METHODS {
                if let Some(details) = item.get(method) {
                    operations.push(Operation::new(&document, (path, item), method, details));
                }
            }
        }
        // What is spelled out goes before what stands for anything.
        operations.sort_by_key(|operation| {
            let holes = operation.segments.iter().filter(|s| s.starts_with('{'));
            holes.count()
        });
        Self {
            document,
            operations,
        }
    }

    /// Whether one of its operations is on this host.
    pub(crate) fn has_host(&self, host: &str) -> bool {
        self.operations.iter().any(|one| one.host == host)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.operations.iter().map(|one| one.id.as_str())
    }

    /// The operation of a request, with what stands in its path.
    pub(crate) fn find(
        &self,
        method: &str,
        host: &str,
        path: &str,
    ) -> Option<(&Operation, Map<String, Value>)> {
        let given: Vec<String> = path.split('/').skip(1).map(decoded).collect();
        self.operations.iter().find_map(|operation| {
            let fits = operation.method.eq_ignore_ascii_case(method) && operation.host == host;
            let found = operation.path_values(&given)?;
            fits.then_some((operation, found))
        })
    }

    /// Follows a reference, if it is one.
    pub(crate) fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        resolved(&self.document, value)
    }

    /// What is wrong with a value by a schema.
    pub(crate) fn errors(&self, schema: &Value, value: &Value) -> Vec<String> {
        let whole = json!({ "components": self.document["components"], "allOf": [schema] });
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&whole)
            .unwrap();
        let tell =
            |error: jsonschema::ValidationError<'_>| format!("{} {error}", error.instance_path());
        validator.iter_errors(value).map(tell).collect()
    }
}

impl Operation {
    fn new(document: &Value, (path, item): (&str, &Value), method: &str, details: &Value) -> Self {
        let id = details["operationId"].as_str().unwrap().to_owned();
        let server = item.pointer("/servers/0/url");
        let server = server.unwrap_or(&document["servers"][0]["url"]).as_str();
        let server = server.unwrap().strip_prefix("https://").unwrap();
        let (host, base) = server.split_once('/').unwrap_or((server, ""));
        let whole = format!("{base}{path}");
        let parameters = [item, details]
            .into_iter()
            .filter_map(|holder| holder["parameters"].as_array())
            .flatten()
            .map(|parameter| resolved(document, parameter).clone())
            .collect();
        Self {
            id,
            method: method.to_owned(),
            host: host.to_owned(),
            segments: whole
                .trim_start_matches('/')
                .split('/')
                .map(str::to_owned)
                .collect(),
            parameters,
            details: details.clone(),
        }
    }

    fn path_values(&self, given: &[String]) -> Option<Map<String, Value>> {
        if given.len() != self.segments.len() {
            return None;
        }
        let mut values = Map::new();
        for (wanted, given) in self.segments.iter().zip(given) {
            match wanted.strip_prefix('{').and_then(|w| w.strip_suffix('}')) {
                Some(name) => drop(values.insert(name.to_owned(), json!(given))),
                None if wanted == given => {}
                None => return None,
            }
        }
        Some(values)
    }
}

fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => document
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{reference} leads nowhere")),
        None => value,
    }
}

/// Undoes percent-encoding in a segment of a path.
fn decoded(segment: &str) -> String {
    // A form differs in `+` only.
    let form = format!("v={}", segment.replace('+', "%2B"));
    let mut pairs = url::form_urlencoded::parse(form.as_bytes());
    pairs.next().unwrap().1.into_owned()
}

/// Closes every object schema that names members and does not say what else there may be.
fn close(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let is_object = match map.get("type") {
                Some(Value::String(name)) => name == "object",
                Some(Value::Array(names)) => names.contains(&json!("object")),
                _ => false,
            };
            if is_object && map.contains_key("properties") {
                map.entry("unevaluatedProperties").or_insert(json!(false));
            }
            for (name, inner) in map {
                if name != "example" && name != "examples" {
                    close(inner);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(close),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
