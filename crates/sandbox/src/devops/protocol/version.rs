//! Which API versions are taken, and what is said about the others: "REST API versioning" in the
//! Azure DevOps documentation.

use std::fmt;

use axum::http::StatusCode;

use crate::reply::Reply;
use crate::request::Request;

use super::error::problem;

/// What was said of `-preview`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Preview {
    No,
    /// The number behind it; 0 when there is none.
    Yes(u32),
}

/// A version that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    text: String,
    number: (u32, u32),
    preview: Preview,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Version {
    /// The version in the query, or else in the `Accept` header.
    pub(crate) fn asked(request: &Request) -> Result<Self, Reply> {
        let accept = request.header("accept").unwrap_or_default();
        let named = |part: &str| {
            let (name, value) = part.split_once('=')?;
            let named = name.trim().eq_ignore_ascii_case("api-version");
            named.then(|| value.trim().to_owned())
        };
        let accepted = || accept.split([';', ',']).find_map(named);
        let text = request.query("api-version").map(ToOwned::to_owned);
        let Some(text) = text.or_else(accepted) else {
            return Err(problem(
                StatusCode::BAD_REQUEST,
                "VssVersionNotSpecifiedException",
                &format!(
                    "No api-version was supplied for the \"{}\" request. The version must be \
                     supplied either as part of the Accept header (e.g. \"application/json; \
                     api-version=1.0\") or as a query parameter (e.g. \"?api-version=1.0\").",
                    request.method
                ),
            ));
        };
        Self::parsed(&text).ok_or_else(|| {
            let message = format!("The api-version '{text}' is not a version.");
            problem(
                StatusCode::BAD_REQUEST,
                "VssVersionOutOfRangeException",
                &message,
            )
        })
    }

    /// `MAJOR[.MINOR][-preview[.NUMBER]]`.
    fn parsed(text: &str) -> Option<Self> {
        let (number, preview) = match text.split_once("-preview") {
            None => (text, Preview::No),
            Some((number, "")) => (number, Preview::Yes(0)),
            Some((number, rest)) => {
                let revision = rest.strip_prefix('.')?.parse().ok()?;
                (number, Preview::Yes(revision))
            }
        };
        Some(Self {
            text: text.to_owned(),
            number: dotted(number)?,
            preview,
        })
    }
}

fn dotted(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// The versions of a resource, as the location map gives them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resource {
    pub(crate) min: (u32, u32),
    pub(crate) max: (u32, u32),
    /// (0, 0) for a resource that was never released without `-preview`.
    pub(crate) released: (u32, u32),
    /// The highest number behind `-preview.`.
    pub(crate) revision: u32,
}

const fn resource(min: (u32, u32), released: (u32, u32), revision: u32) -> Resource {
    Resource {
        min,
        max: (7, 2),
        released,
        revision,
    }
}

const NEVER: (u32, u32) = (0, 0);

pub(crate) const CONNECTION_DATA: Resource = resource((1, 0), NEVER, 1);
pub(crate) const RESOURCE_AREAS: Resource = resource((3, 2), NEVER, 1);
pub(crate) const GRAPH: Resource = resource((3, 1), NEVER, 1);
/// Undocumented; public tools call it with 5.0-preview.1 and 6.1-preview.1.
pub(crate) const ORGANIZATION: Resource = resource((5, 0), NEVER, 1);
pub(crate) const DISCONNECTED_USER: Resource = resource((5, 1), NEVER, 1);
pub(crate) const USER_ENTITLEMENTS: Resource = resource((4, 1), (7, 1), 5);
pub(crate) const SUMMARY: Resource = resource((4, 1), (7, 1), 2);

pub(crate) const AUDIT_LOG: Resource = resource((5, 0), NEVER, 1);
pub(crate) const TOKEN_ADMIN: Resource = resource((5, 0), NEVER, 1);
pub(crate) const OWN_TOKENS: Resource = resource((6, 1), NEVER, 1);
pub(crate) const PROFILE: Resource = resource((1, 0), (7, 1), 3);
pub(crate) const ACCOUNTS: Resource = resource((1, 0), (7, 1), 1);
pub(crate) const IDENTITIES: Resource = resource((1, 0), (7, 1), 1);
pub(crate) const POLICIES: Resource = resource((5, 0), NEVER, 1);
pub(crate) const HIERARCHY: Resource = resource((3, 2), NEVER, 1);
pub(crate) const PROJECTS: Resource = resource((1, 0), (7, 1), 4);
pub(crate) const OPERATIONS: Resource = resource((1, 0), (7, 1), 1);
pub(crate) const GROUP_ENTITLEMENTS: Resource = resource((3, 1), (7, 1), 1);
pub(crate) const GROUP_MEMBERS: Resource = resource((3, 1), (7, 1), 2);
pub(crate) const MEMBER_ENTITLEMENTS: Resource = resource((3, 1), NEVER, 3);
pub(crate) const APPLICATION_ENTITLEMENTS: Resource = resource((7, 1), NEVER, 1);

impl Resource {
    /// Refuses a version that the resource does not have.
    pub(crate) fn check(&self, version: &Version) -> Result<(), Reply> {
        let too_new = matches!(version.preview, Preview::Yes(revision) if revision > self.revision);
        if version.number < self.min || version.number > self.max || too_new {
            let (min, max) = (self.min, self.max);
            let message = format!(
                "The requested REST API version of {version} is out of range for this server. \
                 The supported versions are {}.{} to {}.{}.",
                min.0, min.1, max.0, max.1
            );
            return Err(problem(
                StatusCode::BAD_REQUEST,
                "VssVersionOutOfRangeException",
                &message,
            ));
        }
        if version.number > self.released && version.preview == Preview::No {
            let message = format!(
                "The requested version \"{version}\" of the resource is under preview. The \
                 -preview flag must be supplied in the api-version for such requests. For \
                 example: \"{version}-preview\""
            );
            return Err(problem(
                StatusCode::BAD_REQUEST,
                "VssInvalidPreviewVersionException",
                &message,
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(resource: &Resource, text: &str) -> bool {
        let version = Version::parsed(text);
        version.is_some_and(|version| resource.check(&version).is_ok())
    }

    #[test]
    fn a_released_resource_needs_preview_above_its_release_only() {
        for text in [
            "7.1",
            "6.0",
            "7.2-preview.5",
            "7.1-preview",
            "5.0-preview.2",
            "7-preview.1",
        ] {
            assert!(taken(&USER_ENTITLEMENTS, text), "{text}");
        }
        for text in [
            "7.2",
            "4.0",
            "7.3-preview.1",
            "7.1-preview.6",
            "7.1-beta",
            "x",
            "",
            "7.1.2",
        ] {
            assert!(!taken(&USER_ENTITLEMENTS, text), "{text}");
        }
    }

    #[test]
    fn a_resource_that_was_never_released_always_needs_preview() {
        assert!(taken(&GRAPH, "7.1-preview.1"));
        assert!(!taken(&GRAPH, "7.1"));
        assert!(!taken(&GRAPH, "4.0"));
    }
}
