//! The hosts of the cloud that the sandbox plays, by today's names and by those that they had.

// Azure DevOps.

/// Projects, teams, and the organization itself.
pub(crate) const CORE: &str = "dev.azure.com";
/// Identities.
pub(crate) const IDENTITY: &str = "vssps.dev.azure.com";
/// Access levels.
pub(crate) const ENTITLEMENTS: &str = "vsaex.dev.azure.com";
/// What was done.
pub(crate) const AUDIT: &str = "auditservice.dev.azure.com";
/// The person who asks, whatever the organization.
pub(crate) const PROFILE: &str = "app.vssps.visualstudio.com";

/// The names that these hosts had before, of an organization each or of a region; `*` is one label.
pub(crate) const FORMER_HOSTS: [&str; 3] = [
    "*.visualstudio.com",
    "*.vssps.visualstudio.com",
    "*.vsaex.visualstudio.com",
];

/// Microsoft Graph.
pub(crate) const GRAPH: &str = "graph.microsoft.com";
/// The token service.
pub(crate) const LOGIN: &str = "login.microsoftonline.com";
/// The instance metadata service.
pub(crate) const INSTANCE_METADATA: &str = "169.254.169.254";

/// All of them.
pub(crate) const HOSTS: [&str; 8] = [
    CORE,
    IDENTITY,
    ENTITLEMENTS,
    AUDIT,
    PROFILE,
    GRAPH,
    LOGIN,
    INSTANCE_METADATA,
];

/// Where links in answers lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Links {
    /// To the cloud's own hosts, as the cloud writes them. Our client sends those here by itself.
    #[default]
    Cloud,
    /// To the sandbox, for clients that follow a link unchanged. Answers to requests whose `Host` header
    /// names a host of the cloud still link to that host.
    Endpoint,
}

/// The host of Azure DevOps that is meant by a name, and the organization that an old name of it begins with.
pub(crate) fn devops_host(host: &str) -> Option<(&'static str, Option<&str>)> {
    let named = [CORE, IDENTITY, ENTITLEMENTS, AUDIT, PROFILE];
    if let Some(found) = named.into_iter().find(|name| *name == host) {
        return Some((found, None));
    }
    let label = host.strip_suffix(".visualstudio.com")?;
    let regional = label.strip_suffix(".vsaex");
    if regional.is_some_and(|region| region.starts_with("aexprod")) {
        return Some((ENTITLEMENTS, None));
    }
    let services = [(".vssps", IDENTITY), (".vsaex", ENTITLEMENTS), ("", CORE)];
    let old = services
        .into_iter()
        .find_map(|(end, host)| Some((host, Some(label.strip_suffix(end)?))));
    old.filter(|(_, name)| name.is_some_and(|name| !name.is_empty() && !name.contains('.')))
}

/// Whether a host is one of Azure DevOps.
pub(crate) fn is_devops(host: &str) -> bool {
    devops_host(host).is_some()
}

/// Whether a host speaks plain HTTP in the cloud too: to machines that no network lies between.
pub(crate) fn is_plain(host: &str) -> bool {
    host == INSTANCE_METADATA
}
