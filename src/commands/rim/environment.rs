//! The environment: read here, once, and handed down as values.
#![expect(
    clippy::disallowed_methods,
    reason = "this is where the environment and clock are read"
)]

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use secrecy::SecretString;
use tracing_subscriber::EnvFilter;
use uuid::Uuid;

use crate::azure::settings::Settings;
use crate::state::lock::holder::LockInfo;
use crate::state::store::remote::Variables;

/// The time.
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// A time as clocks show it here; none where they show UTC.
pub(crate) fn local_time(at: Timestamp) -> Option<String> {
    let here = at.to_zoned(TimeZone::system());
    let shown = || here.strftime("%A, %-d %B %Y, %H:%M %Z").to_string();
    (!here.offset().is_zero()).then(shown)
}

/// The time of day as clocks show it here.
pub(crate) fn clock_time(at: Timestamp) -> String {
    let here = at.to_zoned(TimeZone::system());
    here.strftime("%H:%M:%S %Z").to_string()
}

/// Where the services are and which credentials may be used, as the environment says.
pub(crate) fn settings() -> Settings {
    let secret = |name| secret(&text(name)?);
    Settings {
        endpoint: text("ORGCTL_ENDPOINT"),
        devops_token: secret("ORGCTL_DEVOPS_TOKEN"),
        graph_token: secret("ORGCTL_GRAPH_TOKEN"),
        personal_access_token: secret("AZURE_DEVOPS_EXT_PAT"),
        tenant_id: text("AZURE_TENANT_ID"),
        client_id: text("AZURE_CLIENT_ID"),
        client_secret: secret("AZURE_CLIENT_SECRET"),
        federated_token_file: text("AZURE_FEDERATED_TOKEN_FILE").map(Into::into),
        managed_identity: text("IDENTITY_ENDPOINT").is_some() || asks_for_managed_identity(),
        ..Settings::default()
    }
}

/// What the environment says of where states may be.
pub(crate) fn storage_variables() -> Variables {
    let ours = |name: &String| {
        let mut prefixes = Variables::PREFIXES.iter();
        prefixes.any(|prefix| name.starts_with(prefix))
    };
    let as_text = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    let variables = env::vars_os().filter_map(as_text);
    // A managed identity is announced by a variable without the name of a cloud.
    let identity = text("IDENTITY_ENDPOINT").map(|it| ("AZURE_IDENTITY_ENDPOINT".to_owned(), it));
    variables
        .filter(|(name, value)| ours(name) && !value.is_empty())
        .chain(identity)
        .collect()
}

/// The file that says whom to trust.
pub(crate) fn certificate_file() -> Option<PathBuf> {
    text("SSL_CERT_FILE").map(PathBuf::from)
}

/// Whether the variable with which Azure's own libraries choose a credential chooses this one. On a
/// virtual machine nothing else tells that there is one.
fn asks_for_managed_identity() -> bool {
    text("AZURE_TOKEN_CREDENTIALS")
        .is_some_and(|choice| choice.eq_ignore_ascii_case("ManagedIdentityCredential"))
}

/// Who takes a lock.
pub(crate) fn lock_info(operation: &str) -> LockInfo {
    let who = text("USER")
        .or_else(|| text("USERNAME"))
        .unwrap_or_else(|| "somebody".to_owned());
    let host = gethostname::gethostname().to_string_lossy().into_owned();
    LockInfo {
        id: Uuid::now_v7(),
        who,
        host,
        pid: std::process::id(),
        operation: operation.to_owned(),
        since: now(),
    }
}

/// Starts the log: requests and what they led to. `ORGCTL_LOG` selects more finely.
pub(crate) fn start_log(verbose: u8, color: bool) {
    let level = if verbose > 1 { "orgctl=debug" } else { "off" };
    let filter = text("ORGCTL_LOG").unwrap_or_else(|| level.to_owned());
    if filter == "off" {
        return;
    }
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_ansi(color)
        .with_writer(std::io::stderr)
        .finish();
    // A second subscriber in one process, as in tests, leaves the first in place.
    drop(tracing::subscriber::set_global_default(subscriber));
}

/// A secret without the blanks and line ends that a copy or a file leaves around it; no service
/// takes them.
fn secret(text: &str) -> Option<SecretString> {
    let text = text.trim();
    (!text.is_empty()).then(|| SecretString::from(text))
}

/// A variable that is set to something.
fn text(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
