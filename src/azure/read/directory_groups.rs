//! What the directory's groups have in the organization, read whole while it is still there.

use std::collections::BTreeMap;

use crate::apply::port::CallError;
use crate::azure::devops::{groups, licences};
use crate::azure::transport::client::Client;
use crate::model::ids::{ObjectId, OrganizationName};
use crate::model::saved_groups::SavedGroup;

/// Reads the groups, what they are members of, and the rules on them. Here an answer that is
/// missing is an error: what is not saved now is lost.
pub(crate) async fn read(
    client: &Client,
    organization: &OrganizationName,
) -> Result<BTreeMap<ObjectId, SavedGroup>, CallError> {
    let (groups, mut rules) = tokio::try_join!(
        groups::groups(client, organization),
        licences::group_rules(client, organization),
    )?;
    let mut containers = groups::containers(client, organization, &groups).await?;
    let saved = groups.of_directory().into_iter().map(|(id, name)| {
        let rule = rules.remove(&id);
        let saved = SavedGroup {
            name,
            member_of: containers.remove(&id).unwrap_or_default(),
            level: rule.as_ref().map(|rule| rule.level),
            projects: rule.map(|rule| rule.projects).unwrap_or_default(),
        };
        (id, saved)
    });
    Ok(saved.collect())
}
