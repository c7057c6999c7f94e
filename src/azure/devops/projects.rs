//! The organization's projects: a list, page by page. See "Projects - List" in the REST reference of
//! Azure DevOps.

use std::collections::BTreeMap;

use crate::apply::port::{Call, CallError};
use crate::azure::transport::client::Client;
use crate::azure::transport::host::in_organization;
use crate::azure::transport::page::{PAGES_MAX, endless};
use crate::azure::transport::request::Request;
use crate::model::ids::{OrganizationName, ProjectId, ProjectName};

use super::read::next_page;
use super::wire;

/// The projects that the caller sees.
pub(crate) async fn projects(
    client: &Client,
    organization: &OrganizationName,
) -> Result<BTreeMap<ProjectId, ProjectName>, CallError> {
    let path = in_organization(organization, "_apis/projects");
    let first = format!("{path}?api-version={}", wire::PROJECTS);
    let mut projects = BTreeMap::new();
    let mut next = first.clone();
    let mut token_before = String::new();
    for _ in 0..PAGES_MAX {
        let answer = client.read(&Request::get(Call::Projects, next)).await?;
        let page: wire::List<wire::Project<'_>> = answer.json()?;
        let named = page.value.iter().filter_map(wire::Project::named);
        projects.extend(named);
        // How many a page has is not documented, so only the header tells of more.
        let token = answer.header("x-ms-continuationtoken").unwrap_or_default();
        if token.is_empty() {
            return Ok(projects);
        }
        next = next_page(&answer, &first, &token_before, token)?;
        token.clone_into(&mut token_before);
    }
    Err(endless(Call::Projects, &first))
}
