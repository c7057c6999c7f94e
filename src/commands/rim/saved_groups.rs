//! Before a change of directory: what its groups have in the organization goes to a file beside the
//! state, for afterwards nobody can tell.

use std::path::{Path, PathBuf};

use super::files;
use super::output::Output;
use crate::azure::services::Services;
use crate::error::{CommandError, Exit};
use crate::model::ids::TenantId;
use crate::model::live::Live;
use crate::model::saved_groups::SavedGroups;
use crate::plan::value::{Plan, Step};

/// Ends the name of the file; what stands before is the path of the state.
const ENDING: &str = ".groups.json";

/// Saves the groups that the plan ends, if it ends any. To be called before the first write.
///
/// # Errors
/// When they cannot be read or written down: then nothing of the plan may be carried out.
pub(crate) async fn save(
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
    let changes = plan.steps().any(Step::changes_connection);
    changes.then_some(tenant)
}

fn beside(state: &Path) -> PathBuf {
    let mut path = state.as_os_str().to_owned();
    path.push(ENDING);
    path.into()
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "the test looks at the file that is written"
)]
mod tests {
    use clap::Parser as _;
    use secrecy::SecretString;

    use super::*;
    use crate::azure::settings::Settings;
    use crate::model::address::Address;
    use crate::model::attributes::{Attributes, ConnectionAttributes};
    use crate::model::desired::{ConnectWith, Guards, TenantRef};
    use crate::model::ids::RemoteId;
    use crate::plan::value::{Change, Reason, Stage, StageSteps, Step};
    use crate::sandbox::{DEVOPS_TOKEN, GRAPH_TOKEN, Options, Running, Sandbox, World};
    use crate::state::value::State;

    const TENANT: &str = "aaaabbbb-0000-4ccc-9111-dddd2222eeee";
    const PLATFORM: &str = "66666666-5555-4555-8555-00000000aaaa";

    /// An organization of a tenant, with one administrator and these groups of the directory.
    fn live(groups: &str) -> Live {
        let ana = "10000000-0000-4000-8000-000000000001";
        let text = format!(
            r#"{{"format_version":1,"organization":{{"id":"{ana}","name":"contoso",
            "connection":{{"tenant":"{TENANT}"}}}},"caller":{{"storage_key":"{ana}",
            "principal_name":"ana@contoso.com"}},"members":{{"{ana}":{{
            "principal_name":"ana@contoso.com","display_name":"Ana","access":"basic",
            "origin":"directory","tenant":"{TENANT}","object_id":"{ana}"}}}},"directory":{{
            "tenant":"{TENANT}","display_name":"Contoso","verified_domains":["contoso.com"],
            "users":{{"{ana}":{{"user_principal_name":"ana@contoso.com",
            "display_name":"Ana"}}}}}},"preflight":{{
            "administrators":{{"known":{{"users":["{ana}"],"directory_groups":{groups}}}}},
            "directory_groups":{{"known":{groups}}},
            "group_rules":{{"known":{{"{PLATFORM}":"basic"}}}}}}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    fn plan_of(live: &Live) -> Plan {
        let toml = format!(
            "version = 1\n[organization]\nname = \"contoso\"\n[tenant]\nid = \"{TENANT}\"\n"
        );
        let config = crate::config::load("org.toml", &toml).unwrap();
        let guards = Guards::default();
        crate::plan::plan(&config.desired, live, &State::unsaved(), &guards)
    }

    /// The same plan, and the organization is taken off its tenant.
    fn leaving(live: &Live) -> Plan {
        let tenant: TenantId = TENANT.parse().unwrap();
        let attributes = |tenant| {
            let connect_with = ConnectWith::Api;
            Attributes::Connection(ConnectionAttributes {
                tenant,
                connect_with,
            })
        };
        let step = Step {
            address: Address::connection(&live.organization.name),
            change: Change::Update {
                id: RemoteId::TenantId(tenant),
                before: attributes(Some(tenant)),
                after: attributes(None),
            },
            reason: Reason::Differs,
            needs: Vec::new(),
            source: None,
            display_name: None,
        };
        let mut plan = plan_of(live);
        plan.stages = vec![StageSteps {
            stage: Stage::Connect,
            steps: vec![step],
        }];
        plan
    }

    async fn served(live: &Live) -> (Running, Services) {
        let world = World::from_live(live).unwrap();
        let running = Sandbox::start(Options::new(world)).await.unwrap();
        let settings = Settings {
            endpoint: Some(running.endpoint().to_owned()),
            devops_token: Some(SecretString::from(DEVOPS_TOKEN)),
            graph_token: Some(SecretString::from(GRAPH_TOKEN)),
            backoff_first: std::time::Duration::from_millis(1),
            ..Settings::default()
        };
        let name = live.organization.name.clone();
        let tenant = TenantRef::Id(TENANT.parse().unwrap());
        let services = Services::new(settings, name, tenant).unwrap();
        (running, services)
    }

    fn quiet() -> Output {
        let words = ["orgctl", "-q", "validate"];
        Output::new(&crate::commands::Cli::parse_from(words).global)
    }

    #[test]
    fn the_file_stands_beside_the_state() {
        let path = beside(Path::new("states/org.state.json"));
        assert_eq!(path, Path::new("states/org.state.json.groups.json"));
    }

    #[tokio::test]
    async fn what_a_change_of_directory_destroys_is_saved_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("org.state.json");
        let file = beside(&state);
        let groups = format!(r#"{{"{PLATFORM}":"Platform"}}"#);
        let live = live(&groups);
        let (running, services) = served(&live).await;
        save(&plan_of(&live), &live, &services, &state, &mut quiet())
            .await
            .unwrap();
        assert!(!file.exists(), "nothing is about to be lost");
        save(&leaving(&live), &live, &services, &state, &mut quiet())
            .await
            .unwrap();
        let saved: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(saved["tenant"], TENANT);
        let platform = &saved["groups"][PLATFORM];
        assert_eq!(platform["name"], "Platform");
        assert_eq!(platform["level"], "basic");
        let administrators = "[contoso]\\Project Collection Administrators";
        let containers = platform["member_of"].as_array().unwrap();
        assert!(containers.contains(&administrators.into()), "{platform}");
        drop(running);
    }

    #[tokio::test]
    async fn a_file_from_before_stays_when_nothing_is_left_to_save() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("org.state.json");
        let file = beside(&state);
        files::write(&file, "before").unwrap();
        let live = live("{}");
        let (running, services) = served(&live).await;
        save(&leaving(&live), &live, &services, &state, &mut quiet())
            .await
            .unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "before");
        drop(running);
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_not_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("org.state.json");
        let groups = format!(r#"{{"{PLATFORM}":"Platform"}}"#);
        let live = live(&groups);
        let (running, services) = served(&live).await;
        running.stop().await.unwrap();
        let saved = save(&leaving(&live), &live, &services, &state, &mut quiet()).await;
        let error = saved.unwrap_err();
        assert_eq!(error.exit, Exit::Failure);
        // What to do about the request, and what became of the plan.
        let hints = miette::Diagnostic::help(&error).unwrap().to_string();
        let hints: Vec<&str> = hints.lines().collect();
        let [request, plan] = hints[..] else {
            panic!("{hints:?}")
        };
        assert!(request.starts_with("check the network"), "{request}");
        assert!(plan.starts_with("nothing was changed"), "{plan}");
        assert!(!beside(&state).exists());
    }
}
