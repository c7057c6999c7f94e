//! Groups of the organization: which there are, who administers it, and what each group of the
//! directory was given. See "Groups" and "Memberships" of the Graph in the REST reference of Azure
//! DevOps.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::apply::port::{ApiError, Call, CallError};
use crate::azure::transport::client::Client;
use crate::azure::transport::encode::encode;
use crate::azure::transport::host::{Host, in_organization};
use crate::azure::transport::page::{PAGES_MAX, endless};
use crate::azure::transport::request::{Method, Request};
use crate::azure::transport::side_by_side::side_by_side;
use crate::azure::transport::text::Text;
use crate::model::ids::{ObjectId, OrganizationName};

use super::read::next_page;
use super::wire;

/// Requests for memberships at a time.
const LISTS_AT_ONCE: usize = 8;

/// More groups than anybody nests under the administrators. Each is a request, so there is a bound.
const NESTED_MAX: usize = 40;

/// The group that may do everything; its name is not translated.
const ADMINISTRATORS: &str = "Project Collection Administrators";

/// A group of the organization.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireGroup<'a> {
    #[serde(borrow, default)]
    descriptor: Text<'a>,
    #[serde(borrow, default)]
    principal_name: Text<'a>,
    #[serde(borrow, default)]
    display_name: Text<'a>,
    #[serde(borrow, default)]
    origin: Text<'a>,
    #[serde(borrow, default)]
    origin_id: Text<'a>,
}

/// Who is in what.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMembership<'a> {
    #[serde(borrow, default)]
    member_descriptor: Text<'a>,
    #[serde(borrow, default)]
    container_descriptor: Text<'a>,
}

/// The organization's groups.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    /// The name in full, by descriptor.
    names: BTreeMap<String, String>,
    /// The groups of the directory among them: the object id and the name, by descriptor.
    of_directory: BTreeMap<String, (ObjectId, String)>,
}

/// Who administers the organization, as it names them.
#[derive(Debug, Default)]
pub(crate) struct Administrators {
    /// Users, by descriptor.
    pub(crate) users: BTreeSet<String>,
    /// Groups of the directory, with their names.
    pub(crate) directory_groups: BTreeMap<ObjectId, String>,
}

/// The list of groups.
pub(crate) async fn groups(
    client: &Client,
    organization: &OrganizationName,
) -> Result<Groups, CallError> {
    let path = in_organization(organization, "_apis/graph/groups");
    let first = format!(
        "{path}?subjectTypes=vssgp,aadgp&api-version={}",
        wire::PREVIEW
    );
    let mut groups = Groups::default();
    let mut next = first.clone();
    let mut token_before = String::new();
    for _ in 0..PAGES_MAX {
        let answer = client.read(&Request::get(Call::Groups, next)).await?;
        let page: wire::List<WireGroup<'_>> = answer.json()?;
        page.value.iter().for_each(|group| groups.take(group));
        let token = answer.header("x-ms-continuationtoken").unwrap_or_default();
        if token.is_empty() {
            return Ok(groups);
        }
        next = next_page(&answer, &first, &token_before, token)?;
        token.clone_into(&mut token_before);
    }
    Err(endless(Call::Groups, &first))
}

impl Groups {
    fn take(&mut self, group: &WireGroup<'_>) {
        let descriptor = group.descriptor.as_str().to_owned();
        let is_of_directory = group.origin.is("aad") || is_of_directory(&descriptor);
        if let (true, Ok(id)) = (is_of_directory, group.origin_id.as_str().parse()) {
            let name = group.display_name.as_str().to_owned();
            self.of_directory.insert(descriptor.clone(), (id, name));
        }
        let name = group.principal_name.as_str().to_owned();
        self.names.insert(descriptor, name);
    }

    /// The groups of the directory, with their names.
    pub(crate) fn of_directory(&self) -> BTreeMap<ObjectId, String> {
        self.of_directory.values().cloned().collect()
    }

    fn administrators(&self, organization: &OrganizationName) -> Option<&str> {
        let wanted = format!("[{organization}]\\{ADMINISTRATORS}");
        let found = |(_, name): &(&String, &String)| name.eq_ignore_ascii_case(&wanted);
        let group = self.names.iter().find(found);
        group.map(|(descriptor, _)| descriptor.as_str())
    }
}

/// Who administers the organization, groups in groups included. Who is in a group of the directory
/// only the directory sees.
pub(crate) async fn administrators(
    client: &Client,
    organization: &OrganizationName,
    groups: &Groups,
) -> Result<Administrators, CallError> {
    let root = groups.administrators(organization);
    let root = root.ok_or_else(|| unclear(organization, "no group of administrators is listed"))?;
    let mut found = Administrators::default();
    let mut seen = BTreeSet::from([root.to_owned()]);
    let mut open = vec![root.to_owned()];
    while !open.is_empty() {
        if seen.len() > NESTED_MAX {
            return Err(unclear(
                organization,
                "the administrators are in too many groups",
            ));
        }
        let lists = open
            .iter()
            .map(|group| members(client, organization, group))
            .collect();
        let lists = side_by_side(LISTS_AT_ONCE, lists).await;
        open.clear();
        for member in lists.into_iter().collect::<Result<Vec<_>, _>>()?.concat() {
            if let Some((id, name)) = groups.of_directory.get(&member) {
                found.directory_groups.insert(*id, name.clone());
            } else if !is_group(&member) {
                found.users.insert(member);
            } else if seen.insert(member.clone()) {
                open.push(member);
            }
        }
    }
    Ok(found)
}

/// What each group of the directory is a member of, by the names of those groups. One request for
/// each group of the directory, so it is asked only when they are about to be lost.
pub(crate) async fn containers(
    client: &Client,
    organization: &OrganizationName,
    groups: &Groups,
) -> Result<BTreeMap<ObjectId, BTreeSet<String>>, CallError> {
    let asked = groups.of_directory.iter().map(|(group, (id, _))| async {
        let above = memberships(client, organization, group, "up").await?;
        let name = |descriptor: String| {
            let known = groups.names.get(&descriptor).cloned();
            known.unwrap_or(descriptor)
        };
        Ok((*id, above.into_iter().map(|edge| name(edge.1)).collect()))
    });
    let answers = side_by_side(LISTS_AT_ONCE, asked.collect()).await;
    answers.into_iter().collect()
}

async fn members(
    client: &Client,
    organization: &OrganizationName,
    group: &str,
) -> Result<Vec<String>, CallError> {
    let below = memberships(client, organization, group, "down").await?;
    Ok(below.into_iter().map(|edge| edge.0).collect())
}

/// One step of membership, as pairs of member and container. The list has no pages: above some
/// length the service refuses it.
async fn memberships(
    client: &Client,
    organization: &OrganizationName,
    subject: &str,
    direction: &str,
) -> Result<Vec<(String, String)>, CallError> {
    let path = in_organization(organization, "_apis/graph/Memberships");
    let subject = encode(subject);
    let version = wire::PREVIEW;
    let path = format!("{path}/{subject}?direction={direction}&depth=1&api-version={version}");
    let answer = client
        .read(&Request::get(Call::GroupMemberships, path))
        .await?;
    let list: wire::List<WireMembership<'_>> = answer.json()?;
    let edge = |edge: &WireMembership<'_>| {
        let member = edge.member_descriptor.as_str().to_owned();
        (member, edge.container_descriptor.as_str().to_owned())
    };
    Ok(list.value.iter().map(edge).collect())
}

fn is_group(descriptor: &str) -> bool {
    descriptor.starts_with("vssgp.") || is_of_directory(descriptor)
}

fn is_of_directory(descriptor: &str) -> bool {
    descriptor.starts_with("aadgp.")
}

fn unclear(organization: &OrganizationName, message: &str) -> CallError {
    let path = in_organization(organization, "_apis/graph/groups");
    let url = format!("https://{}{path}", Host::of(Call::Groups).name());
    ApiError::unexpected(
        Call::Groups,
        Method::Get.into_str(),
        url,
        message.to_owned(),
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_administrators_are_those_of_the_organization_not_of_a_project() {
        let mut groups = Groups::default();
        for (descriptor, name) in [
            ("vssgp.a", "[Website]\\Project Collection Administrators"),
            ("vssgp.b", "[contoso]\\project collection administrators"),
            ("vssgp.c", "[contoso]\\Project Collection Valid Users"),
        ] {
            let json = format!(
                r#"{{"descriptor":"{descriptor}","principalName":{name:?},"origin":"vsts"}}"#
            );
            groups.take(&serde_json::from_str(&json).unwrap());
        }
        let organization = OrganizationName::new("Contoso");
        assert_eq!(groups.administrators(&organization), Some("vssgp.b"));
    }

    #[test]
    fn a_directory_group_goes_by_its_object_id() {
        let json = r#"{"descriptor":"aadgp.x","principalName":"[TEAM FOUNDATION]\\Platform",
            "displayName":"Platform","origin":"aad",
            "originId":"66666666-5555-4555-8555-000000000009","mailAddress":null}"#;
        let mut groups = Groups::default();
        groups.take(&serde_json::from_str(json).unwrap());
        let id = "66666666-5555-4555-8555-000000000009".parse().unwrap();
        assert_eq!(
            groups.of_directory(),
            BTreeMap::from([(id, "Platform".to_owned())])
        );
    }
}
