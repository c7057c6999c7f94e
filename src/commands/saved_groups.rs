//! Before a change of directory: what its groups have in the organization goes to a file beside the
//! state, for afterwards nobody can tell.

use std::path::{Path, PathBuf};

use super::files;
use super::output::Output;
use crate::azure::services::Services;
use crate::error::{CommandError, Exit};
use crate::model::address::Kind;
use crate::model::ids::TenantId;
use crate::model::live::Live;
use crate::model::saved_groups::SavedGroups;
use crate::plan::value::Plan;

/// Ends the name of the file; what stands before is the path of the state.
const ENDING: &str = ".groups.json";

/// Saves the groups that the plan ends, if it ends any. To be called before the first write.
///
/// # Errors
/// When they cannot be read or written down: then nothing of the plan may be carried out.
pub(super) async fn save(
    plan: &Plan,
    live: &Live,
    services: &Services,
    state: &Path,
    output: &mut Output,
) -> Result<(), CommandError> {
    let Some(tenant) = directory_lost(plan, live) else {
        return Ok(());
    };
    let groups = services.directory_groups().await.map_err(|error| {
        CommandError::from(error).help(
            "nothing was changed: the groups of the directory have to be saved before it changes, \
             so the caller must be able to read them",
        )
    })?;
    // Nothing can be lost. And where a change is only slow to show, a file from before it stays.
    if groups.is_empty() {
        return Ok(());
    }
    let count = groups.len();
    let saved = SavedGroups {
        format_version: SavedGroups::FORMAT_VERSION,
        organization: live.organization.name.clone(),
        organization_id: live.organization.id,
        tenant,
        groups,
    };
    let mut text = serde_json::to_string_pretty(&saved)
        .map_err(|error| CommandError::new(Exit::Failure, error))?;
    text.push('\n');
    let path = beside(state);
    files::write(&path, &text)?;
    output.talk(&format!(
        "What {count} groups of the directory have in the organization is saved in {}.",
        path.display()
    ));
    Ok(())
}

/// The tenant that the organization leaves when the plan is applied.
fn directory_lost(plan: &Plan, live: &Live) -> Option<TenantId> {
    let tenant = live.organization.connection.tenant()?;
    let mut steps = plan.steps();
    let changes = steps.any(|step| step.address.kind() == Kind::Connection && step.change.writes());
    changes.then_some(tenant)
}

fn beside(state: &Path) -> PathBuf {
    let mut path = state.as_os_str().to_owned();
    path.push(ENDING);
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_stands_beside_the_state() {
        let path = beside(Path::new("states/org.state.json"));
        assert_eq!(path, Path::new("states/org.state.json.groups.json"));
    }
}
