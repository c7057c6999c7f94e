//! The form that is sent for a token.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use crate::request::Request;

use super::refusal::Refusal;

/// The form, and what came by basic authentication.
pub(super) struct Form {
    fields: Vec<(String, String)>,
    basic: Option<(String, String)>,
}

impl Form {
    pub(super) fn read(request: &Request) -> Self {
        Self {
            fields: form_urlencoded::parse(&request.body).into_owned().collect(),
            basic: basic_credentials(request),
        }
    }

    /// A field that is not empty.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(given, _)| given == name);
        let value = found.map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    }

    pub(super) fn needed(&self, name: &str) -> Result<&str, Refusal> {
        let text = || format!("The request body must contain the following parameter: '{name}'.");
        let missing = || Refusal::new("invalid_request", 900_144, text());
        self.field(name).ok_or_else(missing)
    }

    pub(super) fn client(&self) -> Result<&str, Refusal> {
        match &self.basic {
            Some((client, _)) => Ok(client),
            None => self.needed("client_id"),
        }
    }

    pub(super) fn secret(&self) -> Option<&str> {
        let basic = self.basic.as_ref().map(|(_, secret)| secret.as_str());
        basic.or_else(|| self.field("client_secret"))
    }
}

fn basic_credentials(request: &Request) -> Option<(String, String)> {
    let (scheme, text) = request.header("authorization")?.split_once(' ')?;
    let decoded = STANDARD.decode(text.trim()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (client, secret) = text.split_once(':')?;
    let basic = scheme.eq_ignore_ascii_case("basic");
    basic.then(|| (client.to_owned(), secret.to_owned()))
}
