//! What is read only when org.toml has a use for it.

use std::collections::BTreeMap;

use crate::apply::port::CallError;
use crate::azure::devops::policies::policies;
use crate::azure::devops::projects::projects;
use crate::azure::graph::caller;
use crate::azure::transport::client::Client;
use crate::model::desired::Scope;
use crate::model::ids::{OrganizationName, ProjectId, ProjectName};
use crate::model::live::CallerKind;
use crate::model::policy::Policy;

/// What was read; empty where nobody asked.
pub(crate) struct Answers {
    /// The organization's projects.
    pub(crate) projects: BTreeMap<ProjectId, ProjectName>,
    /// The organization's policies.
    pub(crate) policies: BTreeMap<Policy, bool>,
    /// Who asks the directory.
    pub(crate) caller: CallerKind,
}

/// Reads what a scope asks for.
pub(crate) async fn read(
    client: &Client,
    organization: &OrganizationName,
    scope: &Scope<'_>,
) -> Result<Answers, CallError> {
    let projects = async {
        if scope.projects {
            return projects(client, organization).await;
        }
        Ok(BTreeMap::new())
    };
    let policies = async {
        if scope.policies {
            return policies(client, organization).await;
        }
        Ok(BTreeMap::new())
    };
    let caller = async {
        if scope.who_invites {
            return caller::kind(client).await;
        }
        Ok(CallerKind::default())
    };
    let (projects, policies, caller) = tokio::try_join!(projects, policies, caller)?;
    Ok(Answers {
        projects,
        policies,
        caller,
    })
}
