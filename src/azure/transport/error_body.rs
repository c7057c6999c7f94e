//! What the body of a refusal says, in any of the shapes that the services use.
//!
//! Azure DevOps: an exception object, a wrapped exception, plain text, or nothing but a header.
//! Microsoft Graph: `error` with `innerError`, see "Microsoft Graph error responses and resource
//! types" on learn.microsoft.com. The sign-in service: `error` and `error_description`.

use serde_json::Value;

/// Enough to read what a gateway or proxy wrote, too little to flood a terminal.
const KEPT_BYTES_MAX: usize = 2048;

/// Inner errors nest two deep at most in the documentation; a hostile body could nest further.
const DEPTH_MAX: usize = 8;

/// What a refusal says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// The service's own code, the most specific one.
    pub(crate) code: Option<String>,
    /// The service's own words.
    pub(crate) message: Option<String>,
    /// What the service calls the request.
    pub(crate) request_id: Option<String>,
    /// Further codes, about single properties.
    pub(crate) details: Vec<String>,
}

/// Reads the body of a refusal.
pub(crate) fn parse(body: &[u8]) -> Said {
    let body = strip_bom(body);
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => from_json(&value),
        Err(_) => Said {
            message: kept(&String::from_utf8_lossy(body)),
            ..Said::default()
        },
    }
}

/// Reads a refusal that is JSON already.
pub(crate) fn from_json(value: &Value) -> Said {
    let Some(object) = value.as_object() else {
        return Said {
            message: value.as_str().and_then(kept),
            ..Said::default()
        };
    };
    match object.get("error") {
        Some(error @ Value::Object(_)) => from_graph(error),
        Some(Value::String(error)) => from_sign_in(error, value),
        Some(_) | None => from_devops(value),
    }
}

/// Without the byte order mark that Azure DevOps puts before some answers.
pub(crate) fn strip_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

fn from_devops(value: &Value) -> Said {
    let wrapped = value.get("value");
    Said {
        code: text(value, &["typeKey"]),
        message: text(value, &["message", "Message"])
            .or_else(|| wrapped.and_then(|inner| text(inner, &["Message", "message"]))),
        ..Said::default()
    }
}

fn from_sign_in(error: &str, value: &Value) -> Said {
    let number = value.get("error_codes").and_then(|codes| codes.get(0));
    Said {
        code: number
            .and_then(Value::as_u64)
            .map(|code| format!("AADSTS{code}"))
            .or_else(|| kept(error)),
        message: text(value, &["error_description"]).or_else(|| kept(error)),
        request_id: text(value, &["correlation_id"]),
        ..Said::default()
    }
}

fn from_graph(error: &Value) -> Said {
    let mut said = Said {
        code: text(error, &["code"]),
        message: text(error, &["message"]),
        ..Said::default()
    };
    if let Some(details) = error.get("details").and_then(Value::as_array) {
        said.details = details.iter().filter_map(|d| text(d, &["code"])).collect();
    }
    let mut inner = error;
    for _ in 0..DEPTH_MAX {
        let deeper = inner.get("innerError").or_else(|| inner.get("innererror"));
        let Some(deeper) = deeper else { break };
        inner = deeper;
        // Throttled requests repeat the status here, which says less than the outer code.
        let is_word = |code: &String| code.parse::<u16>().is_err();
        said.code = text(inner, &["code"]).filter(is_word).or(said.code);
        said.message = said.message.or_else(|| text(inner, &["message"]));
        said.request_id = text(inner, &["request-id"]).or(said.request_id);
    }
    said
}

fn text(value: &Value, keys: &[&str]) -> Option<String> {
    keys.iter()
        .find_map(|key| value.get(key).and_then(Value::as_str).and_then(kept))
}

/// The text without blanks around it and cut to a bearable length; none if nothing is left.
fn kept(text: &str) -> Option<String> {
    let text = text.trim();
    let end = text
        .char_indices()
        .map(|(start, c)| start + c.len_utf8())
        .take_while(|end| *end <= KEPT_BYTES_MAX)
        .last()?;
    text.get(..end).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &str) -> (Option<String>, Option<String>) {
        let said = parse(body.as_bytes());
        (said.code, said.message)
    }

    fn some(code: &str, message: &str) -> (Option<String>, Option<String>) {
        (Some(code.to_owned()), Some(message.to_owned()))
    }

    #[test]
    fn reads_the_shapes_of_azure_devops() {
        let exception = r#"{"$id":"1","innerException":null,"message":"VS860018: no.",
            "typeName":"X, Y","typeKey":"VssServiceException","errorCode":0,"eventId":3000}"#;
        let expected = some("VssServiceException", "VS860018: no.");
        assert_eq!(said(exception), expected);
        assert_eq!(said(&format!("\u{feff}{exception}")), expected);
        let wrapped = r#"{"count":1,"value":{"Message":"bad"}}"#;
        assert_eq!(said(wrapped), (None, Some("bad".to_owned())));
        let plain = "The controller for path '/x' was not found";
        assert_eq!(said(plain), (None, Some(plain.to_owned())));
        assert_eq!(said(""), (None, None));
        assert_eq!(said(r#"{"count":0,"value":[]}"#), (None, None));
    }

    #[test]
    fn takes_the_deepest_code_of_graph() {
        for key in ["innerError", "innererror"] {
            let body = format!(
                r#"{{"error":{{"code":"Request_BadRequest","message":"taken",
                "details":[{{"code":"ObjectConflict","target":"userPrincipalName"}}],
                "{key}":{{"code":"Outer","{key}":{{"code":"Deepest","request-id":"r1"}}}}}}}}"#
            );
            let said = parse(body.as_bytes());
            assert_eq!(said.code.as_deref(), Some("Deepest"), "{key}");
            assert_eq!(said.message.as_deref(), Some("taken"));
            assert_eq!(said.request_id.as_deref(), Some("r1"));
            assert_eq!(said.details, ["ObjectConflict"]);
        }
        let throttled =
            r#"{"error":{"code":"TooManyRequests","message":"later","innerError":{"code":"429"}}}"#;
        assert_eq!(said(throttled), some("TooManyRequests", "later"));
    }

    #[test]
    fn reads_the_sign_in_service() {
        let body = r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid.",
            "error_codes":[7000215]}"#;
        assert_eq!(said(body), some("AADSTS7000215", "AADSTS7000215: Invalid."));
    }

    #[test]
    fn keeps_little_of_what_is_no_json() {
        let long = "ü".repeat(5000);
        let message = said(&long).1.unwrap();
        assert_eq!(message.len(), KEPT_BYTES_MAX);
        assert!(long.starts_with(&message));
    }
}
