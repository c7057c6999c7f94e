//! The credentials that a sandbox takes. They are public, and good nowhere else.

/// The bearer token for Azure DevOps.
pub const DEVOPS_TOKEN: &str = "sandbox-devops";
/// The bearer token for Microsoft Graph.
pub const GRAPH_TOKEN: &str = "sandbox-graph";
/// The personal access token for Azure DevOps.
pub const PERSONAL_ACCESS_TOKEN: &str = "sandbox-pat";
/// The application that signs in.
pub const CLIENT_ID: &str = "sandbox-client";
/// Its secret.
pub const CLIENT_SECRET: &str = "sandbox-secret";

/// The token in an `Authorization` header with the scheme `Bearer`.
pub(crate) fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
