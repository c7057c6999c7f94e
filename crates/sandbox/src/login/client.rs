//! Who an application is: by a secret, by a certificate, or by a foreign token.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::SignatureVerificationAlgorithm;
use serde::Deserialize;
use serde_json::Value;
use webpki::EndEntityCert;
use webpki::ring::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256_LEGACY_KEY};

use crate::credentials::{CLIENT_ID, CLIENT_SECRET};
use crate::world::{Application, World};
use orgctl_model::ids::ObjectId;

use super::form::Form;
use super::refusal::Refusal;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Who signed in.
#[derive(Clone, Debug)]
pub(super) enum Client {
    /// The sandbox's own application, which may do everything.
    Own,
    /// One that the world registers.
    Registered(String, ObjectId, Application),
}

impl Client {
    /// An application by its id, before it has proved anything.
    pub(super) fn called(world: &World, client: &str) -> Result<Self, Refusal> {
        if let Some((id, application)) = world.application(client) {
            if let Some(code) = application.refused_with {
                return Err(Refusal::ordered(code));
            }
            return Ok(Self::Registered(
                client.to_lowercase(),
                id,
                application.clone(),
            ));
        }
        if client == CLIENT_ID {
            return Ok(Self::Own);
        }
        Err(Refusal::unknown_client(client))
    }

    pub(super) fn id(&self) -> &str {
        match self {
            Self::Own => CLIENT_ID,
            Self::Registered(client, ..) => client,
        }
    }

    /// What it is in the tenant; the sandbox's own is nothing there.
    pub(super) const fn object(&self) -> ObjectId {
        match self {
            Self::Own => nobody(),
            Self::Registered(_, id, _) => *id,
        }
    }

    /// An application that has proved who it is.
    pub(super) fn proved(world: &World, form: &Form) -> Result<Self, Refusal> {
        let client = Self::called(world, form.client()?)?;
        match (form.secret(), form.field("client_assertion")) {
            (Some(secret), _) if client.knows(secret) => Ok(client),
            (Some(_), _) => Err(Refusal::new(
                "invalid_client",
                7_000_215,
                "Invalid client secret provided. Ensure the secret being sent in the request is \
                 the client secret value, not the client secret ID.",
            )),
            (None, Some(assertion)) => {
                if form.field("client_assertion_type") != Some(ASSERTION_TYPE) {
                    return Err(malformed());
                }
                client.check(assertion)?;
                Ok(client)
            }
            (None, None) => Err(Refusal::new(
                "invalid_client",
                7_000_218,
                "The request body must contain the following parameter: 'client_assertion' or \
                 'client_secret'.",
            )),
        }
    }

    fn knows(&self, secret: &str) -> bool {
        match self {
            Self::Own => secret == CLIENT_SECRET,
            Self::Registered(_, _, application) => application.secrets.contains(secret),
        }
    }

    fn check(&self, assertion: &str) -> Result<(), Refusal> {
        if assertion.split('.').count() != 3 {
            return Err(malformed());
        }
        let Self::Registered(client, _, application) = self else {
            // The sandbox's own application is let in by anything that looks like a token.
            return Ok(());
        };
        let parts = Parts::read(assertion).ok_or_else(malformed)?;
        if parts.header.x5t.is_some() || parts.header.x5t_s256.is_some() {
            return by_certificate(client, application, &parts);
        }
        by_federation(application, &parts.claims)
    }
}

fn malformed() -> Refusal {
    Refusal::ordered(50012)
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    x5t: Option<String>,
    #[serde(default, rename = "x5t#S256")]
    x5t_s256: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    iss: String,
    #[serde(default)]
    sub: String,
    #[serde(default)]
    aud: Value,
}

impl Claims {
    fn is_for(&self, audience: &str) -> bool {
        match &self.aud {
            Value::String(own) => own == audience,
            Value::Array(all) => all.iter().any(|own| own.as_str() == Some(audience)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
        }
    }
}

/// A signed token, taken apart.
struct Parts {
    header: Header,
    claims: Claims,
    signed: String,
    signature: Vec<u8>,
}

impl Parts {
    fn read(text: &str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        Some(Self {
            header: serde_json::from_slice(&decoded(header)?).ok()?,
            claims: serde_json::from_slice(&decoded(claims)?).ok()?,
            signed: signed.to_owned(),
            signature: decoded(signature)?,
        })
    }
}

/// Either alphabet of base64, padded or not: clients differ.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let plain = text
        .trim_end_matches('=')
        .replace('+', "-")
        .replace('/', "_");
    URL_SAFE_NO_PAD.decode(plain).ok()
}

fn by_certificate(client: &str, application: &Application, parts: &Parts) -> Result<(), Refusal> {
    let unknown = || {
        let text = "Client assertion failed signature validation. The key was not found or the \
                    signature is invalid.";
        Refusal::new("invalid_client", 700_027, text)
    };
    let algorithm = match parts.header.alg.as_str() {
        "RS256" => RSA_PKCS1_2048_8192_SHA256,
        "PS256" => RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
        _ => return Err(malformed()),
    };
    let same = |issuer: &str| issuer.eq_ignore_ascii_case(client);
    if !same(&parts.claims.iss) || !same(&parts.claims.sub) {
        return Err(malformed());
    }
    let registered = application.certificates.iter();
    let mut certificates = registered.filter_map(|text| STANDARD.decode(text).ok());
    let own = certificates.find(|der| is_named(der, &parts.header));
    let der = own.ok_or_else(unknown)?;
    if is_signed_with(&der, algorithm, parts) {
        return Ok(());
    }
    Err(unknown())
}

/// Whether a token names a certificate by one of its thumbprints.
fn is_named(der: &[u8], header: &Header) -> bool {
    let is = |name: &Option<String>, algorithm| {
        let given = name.as_deref().and_then(decoded);
        given.is_some_and(|given| given == digest::digest(algorithm, der).as_ref())
    };
    is(&header.x5t_s256, &digest::SHA256) || is(&header.x5t, &digest::SHA1_FOR_LEGACY_USE_ONLY)
}

fn is_signed_with(
    der: &[u8],
    algorithm: &dyn SignatureVerificationAlgorithm,
    parts: &Parts,
) -> bool {
    let der = CertificateDer::from(der);
    let Ok(certificate) = EndEntityCert::try_from(&der) else {
        return false;
    };
    let signed = parts.signed.as_bytes();
    certificate
        .verify_signature(algorithm, signed, &parts.signature)
        .is_ok()
}

/// What a foreign token says is compared. Who signed it is not: its issuer is not here.
fn by_federation(application: &Application, claims: &Claims) -> Result<(), Refusal> {
    let refused = |code, what: &str, value: &str| {
        let text = format!(
            "No matching federated identity record found for presented assertion {what} \
             '{value}'."
        );
        Err(Refusal::new("invalid_client", code, text))
    };
    let known = &application.federated;
    if known.is_empty() {
        return refused(70021, "issuer", &claims.iss);
    }
    if known
        .iter()
        .all(|credential| credential.issuer != claims.iss)
    {
        return refused(700_211, "issuer", &claims.iss);
    }
    let same = |credential: &&crate::world::FederatedCredential| {
        credential.issuer == claims.iss && credential.subject == claims.sub
    };
    let Some(credential) = known.iter().find(same) else {
        return refused(700_213, "subject", &claims.sub);
    };
    if !claims.is_for(&credential.audience) {
        return refused(700_212, "audience", &claims.aud.to_string());
    }
    Ok(())
}

/// The id of no user, in a token that an application asked for itself.
pub(super) const fn nobody() -> ObjectId {
    ObjectId::new(uuid::Uuid::nil())
}
