//! Holds one exchange against a description and tells every violation: of the request, of the answer,
//! and of both of each item of a batch.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use url::form_urlencoded;

use super::description::{Description, Operation};
use crate::support::recorder::{Answer, Exchange};

/// What was found.
#[derive(Default)]
pub(crate) struct Verdict {
    /// Every operation that was asked for, by its id.
    pub(crate) seen: BTreeSet<String>,
    pub(crate) violations: Vec<String>,
    /// How many requests and answers were looked at, items of batches among them.
    pub(crate) requests: usize,
    pub(crate) answers: usize,
}

impl Verdict {
    /// Looks at one exchange.
    pub(crate) fn take(&mut self, description: &Description, exchange: &Exchange) {
        let Exchange {
            method, host, path, ..
        } = exchange;
        self.requests += 1;
        let at = format!("{method} https://{host}{path}");
        let Some((operation, in_path)) = description.find(method, host, path) else {
            self.violations.push(format!("{at}: not described"));
            return;
        };
        self.seen.insert(operation.id.clone());
        let mut found = parameters(description, operation, exchange, &in_path);
        found.extend(request_body(description, operation, exchange));
        let open = operation.details["security"] == json!([]);
        if exchange.is_signed_in == open {
            found.push("it should carry a credential exactly when one is asked for".to_owned());
        }
        if let Some(answer) = &exchange.answer {
            self.answers += 1;
            found.extend(answered(description, operation, answer));
        }
        let tell = |violation| format!("{at}: {violation}");
        self.violations.extend(found.into_iter().map(tell));
        if operation.id == "batch" {
            for item in items(exchange) {
                self.take(description, &item);
            }
        }
    }
}

fn parameters(
    description: &Description,
    operation: &Operation,
    exchange: &Exchange,
    in_path: &serde_json::Map<String, Value>,
) -> Vec<String> {
    let mut found = Vec::new();
    let query: BTreeMap<String, String> = form_urlencoded::parse(exchange.query.as_bytes())
        .into_owned()
        .collect();
    let mut known = BTreeSet::new();
    for parameter in &operation.parameters {
        let name = parameter["name"].as_str().unwrap();
        let given = match parameter["in"].as_str().unwrap() {
            "path" => in_path.get(name).and_then(Value::as_str),
            "query" => {
                known.insert(name);
                query.get(name).map(String::as_str)
            }
            _ => exchange
                .headers
                .get(&name.to_lowercase())
                .map(String::as_str),
        };
        match given {
            None if parameter["required"] == json!(true) => {
                found.push(format!("{name} is missing"));
            }
            None => {}
            Some(text) => {
                let value = typed(&parameter["schema"], text);
                let errors = description.errors(&parameter["schema"], &value);
                found.extend(errors.into_iter().map(|error| format!("{name}: {error}")));
            }
        }
    }
    for name in query.keys().filter(|name| !known.contains(name.as_str())) {
        found.push(format!("the query has {name}, which is not described"));
    }
    found
}

/// A parameter is text; a schema may mean a number by it.
fn typed(schema: &Value, text: &str) -> Value {
    match schema["type"].as_str() {
        Some("integer" | "boolean") => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
        }
        _ => Value::from(text),
    }
}

fn request_body(
    description: &Description,
    operation: &Operation,
    exchange: &Exchange,
) -> Vec<String> {
    let described = &operation.details["requestBody"];
    let media = media(&exchange.headers);
    let required = described["required"] == json!(true);
    match (described.is_null(), exchange.body.is_empty()) {
        (true, false) => vec!["a body is sent where none is described".to_owned()],
        (false, true) if required => vec!["no body".to_owned()],
        (true | false, true) => Vec::new(),
        (false, false) => content(description, &described["content"], &media, &exchange.body),
    }
}

fn answered(description: &Description, operation: &Operation, answer: &Answer) -> Vec<String> {
    let responses = &operation.details["responses"];
    let status = answer.status.to_string();
    let family = format!("{}XX", answer.status / 100);
    let described = [status.as_str(), family.as_str(), "default"]
        .into_iter()
        .find_map(|name| responses.get(name));
    let Some(described) = described else {
        return vec![format!("is answered {status}, which is not described")];
    };
    let described = description.resolved(described);
    let mut found = Vec::new();
    for (name, header) in described["headers"].as_object().into_iter().flatten() {
        let header = description.resolved(header);
        match answer.headers.get(&name.to_lowercase()) {
            None if header["required"] == json!(true) => {
                found.push(format!("the answer has no {name}"));
            }
            None => {}
            Some(text) => found.extend(description.errors(&header["schema"], &json!(text))),
        }
    }
    match described.get("content") {
        None if answer.body.is_empty() => {}
        None => found.push(format!("the answer {status} has a body")),
        Some(_) if answer.body.is_empty() => found.push(format!("the answer {status} is empty")),
        Some(contents) => {
            let media = media(&answer.headers);
            found.extend(content(description, contents, &media, &answer.body));
        }
    }
    let tell = |violation| format!("answer {status}: {violation}");
    found.into_iter().map(tell).collect()
}

fn media(headers: &BTreeMap<String, String>) -> String {
    let whole = headers.get("content-type").map_or("", String::as_str);
    let media = whole.split(';').next().unwrap_or_default();
    media.trim().to_lowercase()
}

fn content(description: &Description, contents: &Value, media: &str, body: &[u8]) -> Vec<String> {
    let Some(described) = contents.get(media) else {
        return vec![format!("the body is {media:?}, which is not described")];
    };
    let value = if media.ends_with("json") {
        serde_json::from_slice(body)
    } else {
        Ok(Value::from(String::from_utf8_lossy(body)))
    };
    match value {
        Err(error) => vec![format!("the body is no JSON: {error}")],
        Ok(value) => description.errors(&described["schema"], &value),
    }
}

/// The items of a batch as exchanges of their own.
fn items(batch: &Exchange) -> Vec<Exchange> {
    let sent: Value = serde_json::from_slice(&batch.body).unwrap_or_default();
    let answer = batch.answer.as_ref().map(|answer| &answer.body);
    let answer = answer.and_then(|body| serde_json::from_slice(body).ok());
    let answer: Value = answer.unwrap_or_default();
    let answers = answer["responses"].as_array().cloned().unwrap_or_default();
    let item = |item: &Value| {
        let url = item["url"].as_str().unwrap_or_default();
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let answer = answers.iter().find(|answer| answer["id"] == item["id"]);
        Exchange {
            method: item["method"].as_str().unwrap_or_default().to_owned(),
            host: batch.host.clone(),
            path: format!("/v1.0/{}", path.trim_start_matches('/')),
            query: query.to_owned(),
            // An item is sent by whoever sends the batch.
            is_signed_in: true,
            headers: texts(&item["headers"]),
            body: written(&item["body"]),
            answer: answer.map(|answer| Answer {
                status: u16::try_from(answer["status"].as_u64().unwrap_or(0)).unwrap_or(0),
                headers: texts(&answer["headers"]),
                body: written(&answer["body"]),
            }),
        }
    };
    let sent = sent["requests"].as_array();
    sent.into_iter().flatten().map(item).collect()
}

fn texts(headers: &Value) -> BTreeMap<String, String> {
    let headers = headers.as_object().into_iter().flatten();
    let text = |(name, value): (&String, &Value)| {
        let value = value.as_str().unwrap_or_default();
        (name.to_lowercase(), value.to_owned())
    };
    headers.map(text).collect()
}

fn written(body: &Value) -> Vec<u8> {
    if body.is_null() {
        return Vec::new();
    }
    serde_json::to_vec(body).unwrap()
}
