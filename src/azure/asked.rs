//! What is read only when org.toml has a use for it.

use std::collections::BTreeMap;

use crate::azure::devops::projects::projects;
use crate::azure::graph::caller;
use crate::azure::port::ApiError;
use crate::azure::transport::client::Client;
use crate::model::desired::Scope;
use crate::model::ids::{OrganizationName, ProjectId, ProjectName};

/// What was read; empty or false where nobody asked.
pub(crate) struct Asked {
    /// The organization's projects.
    pub(crate) projects: BTreeMap<ProjectId, ProjectName>,
    /// Whether no person stands behind the caller.
    pub(crate) is_application: bool,
}

/// Reads what a scope asks for.
pub(crate) async fn read(
    client: &Client,
    organization: &OrganizationName,
    scope: &Scope<'_>,
) -> Result<Asked, ApiError> {
    let projects = async {
        if scope.projects {
            return projects(client, organization).await;
        }
        Ok(BTreeMap::new())
    };
    let is_application =
        async { Ok(scope.is_application && caller::is_application(client).await?) };
    let (projects, is_application) = tokio::try_join!(projects, is_application)?;
    Ok(Asked {
        projects,
        is_application,
    })
}
