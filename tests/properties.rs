//! What holds for every organization, not only for those that somebody thought of.

mod names;
mod notices;
mod projects;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use orgctl::apply::port::{Notifier, Outcome, Reader as _};
use orgctl::apply::{Applier, Observer, Patience, StepStatus, Wait};
use orgctl::azure::services::Services;
use orgctl::azure::settings::Settings;
use orgctl::config::{self, Resolved};
use orgctl::model::address::Address;
use orgctl::model::desired::{Desired, DesiredConnection};
use orgctl::model::ids::{Lineage, ObjectId, RemoteId, StorageKey, TenantId};
use orgctl::model::live::{Connection, Live, Origin};
use orgctl::model::person::Email;
use orgctl::plan::value::{Plan, Stage, Step};
use orgctl::sandbox::{DEVOPS_TOKEN, GRAPH_TOKEN, Options, Running, Sandbox, World};
use orgctl::state::store::Store;
use orgctl::state::value::State;
use proptest::prelude::*;
use secrecy::SecretString;
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::people::{Org, Sort};
use crate::support::project::full_or;

fn sorts() -> impl Strategy<Value = Vec<Sort>> {
    let sort = prop_oneof![
        Just(Sort::Matches),
        Just(Sort::Mapped),
        Just(Sort::KnownByMail),
        Just(Sort::Guest),
        Just(Sort::KnownGuest),
        Just(Sort::Missing),
        Just(Sort::Removed),
    ];
    // The owner comes first, and matches.
    proptest::collection::vec(sort, 0..14).prop_map(|mut sorts| {
        sorts.insert(0, Sort::Matches);
        sorts
    })
}

struct Silent;

impl Observer for Silent {
    fn stage(&mut self, _: Stage, _: usize) {}
    fn step(&mut self, _: &Step, _: &StepStatus) {}
    fn gate(&mut self) {}
    fn waiting(&mut self, _: Wait) {}
}

fn planned(config: &Resolved, live: &Live, state: &State) -> Plan {
    orgctl::plan::plan(&config.desired, live, state, &config.guards)
}

/// Writes down whom it tells.
#[derive(Default)]
struct Notebook(Mutex<Vec<Address>>);

impl Notifier for Notebook {
    async fn deliver(&self, steps: &[&Step], _: Timestamp) -> Vec<Outcome> {
        let mut told = self.0.lock().unwrap();
        told.extend(steps.iter().map(|step| step.address.clone()));
        let done = |_| Outcome::Done {
            remote_id: RemoteId::StorageKey(StorageKey::NONE),
            request_id: None,
        };
        steps.iter().map(done).collect()
    }
}

/// A sandbox, the services over it, and the state of what was applied there.
struct Rehearsal {
    running: Running,
    services: Services,
    store: Store,
    state: State,
    told: Notebook,
    _folder: TempDir,
}

impl Rehearsal {
    async fn start(config: &Resolved, seed: &Live) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let world = World::from_live(seed).unwrap();
        let running = Sandbox::start(Options::new(world)).await.unwrap();
        let settings = Settings {
            endpoint: Some(running.endpoint().to_owned()),
            devops_token: Some(SecretString::from(DEVOPS_TOKEN)),
            graph_token: Some(SecretString::from(GRAPH_TOKEN)),
            on_password: Some(std::sync::Arc::new(|_, _| Ok(()))),
            ..Settings::default()
        };
        let Desired {
            organization,
            tenant,
            ..
        } = &config.desired;
        let services = Services::new(settings, organization.clone(), tenant.clone()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let store = Store::local(folder.path().join("org.state.json"));
        Self {
            running,
            services,
            store,
            state: State::unsaved(),
            told: Notebook::default(),
            _folder: folder,
        }
    }

    async fn read(&self, config: &Resolved) -> Live {
        self.services
            .read(&config.desired.scope(&self.state.owned()))
            .await
            .unwrap()
    }

    /// Applies an org.toml and returns what is there afterwards; nothing when it is refused.
    async fn apply(&mut self, config: &Resolved) -> Option<Live> {
        let live = self.read(config).await;
        let plan = planned(config, &live, &self.state);
        if plan.is_refused() {
            println!("{:#?}", plan.findings);
            return None;
        }
        let owned = self.state.owned();
        let applier = Applier {
            reader: &self.services,
            writer: &self.services,
            notifier: &self.told,
            scope: config.desired.scope(&owned),
            store: &self.store,
            fresh_lineage: Lineage::new(Uuid::from_u128(1)),
            patience: Patience {
                after_request: Duration::from_secs(10),
                at_gate: Duration::ZERO,
            },
            clock: &|| Timestamp::UNIX_EPOCH,
            should_stop: &|| false,
        };
        let summary = applier
            .apply(plan, live, &mut self.state, &mut Silent)
            .await
            .unwrap();
        assert!(summary.is_complete(), "{summary:#?}");
        assert_eq!(
            self.store.load().await.unwrap(),
            self.state,
            "what is on disk is what was returned"
        );
        Some(self.read(config).await)
    }
}

/// What happens to a line of org.toml after the move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    Keep,
    Delete,
    Remove,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![3 => Just(Edit::Keep), 1 => Just(Edit::Delete), 1 => Just(Edit::Remove)];
    proptest::collection::vec(edit, 15)
}

/// Edits the lines of everybody but the owner; `[remove]` is the last section.
fn edited(toml: &str, sorts: &[Sort], edits: &[Edit]) -> String {
    let mut text = toml.to_owned();
    for ((number, sort), edit) in sorts.iter().enumerate().zip(edits).skip(1) {
        let key = format!("\"person{number}@{}\"", sort.domain());
        if *edit != Edit::Keep {
            let lines: Vec<&str> = text
                .lines()
                .filter(|line| !line.starts_with(&key))
                .collect();
            text = lines.join("\n") + "\n";
        }
        if *edit == Edit::Remove {
            text.extend([&key, " = \"left\"\n"]);
        }
    }
    text
}

/// The same organization on another tenant, which org.toml gives up. The owner came to it with a
/// mailbox that Microsoft gives to everybody, and is a member of the wanted tenant by it.
fn on_another_tenant(Org { toml, mut live }: Org) -> Org {
    let other = TenantId::new(Uuid::from_u128(77));
    live.organization.connection = Connection::Tenant(other);
    for (key, member) in &mut live.members {
        member.origin = Origin::Directory;
        member.tenant = Some(other);
        member.object_id = Some(ObjectId::new(Uuid::from_u128(
            3 << 64 | key.guid().as_u128(),
        )));
    }
    let owner = Email::from_service("person0@outlook.com");
    if let Some(member) = live.members.get_mut(&live.caller.storage_key) {
        member.principal_name = owner.clone();
    }
    live.caller.principal_name = owner.clone();
    if let Some(mut user) = live.directory.users.first_entry() {
        let user = user.get_mut();
        user.user_principal_name =
            Email::from_service("person0_outlook.com#ext#@contoso.onmicrosoft.com");
        user.mail = Some(owner);
    }
    let replaces = format!("connect_with = \"api\"\nreplaces = \"{other}\"\n");
    let toml = toml
        .replace(
            "owner = \"person0@contoso.com\"",
            "owner = \"person0@outlook.com\"",
        )
        .replace("connect_with = \"api\"\n", &replaces)
        // An account from outside has another name in the directory, so connecting does not match it.
        .replace(
            "[members]\n",
            "[members]\n\"person0@outlook.com\" = \"person0@outlook.com\"\n",
        );
    Org { toml, live }
}

/// The org.toml that takes the organization off its tenant.
fn without_a_tenant(toml: &str) -> String {
    let lines = toml.lines().filter(|line| !line.starts_with("replaces"));
    let text = lines.collect::<Vec<_>>().join("\n") + "\n";
    text.replace(
        "connect_with",
        "connection = \"disconnected\"\nconnect_with",
    )
    .replace("[guards]\n", "[guards]\nunlisted_users = \"warn\"\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: full_or(48, 12), failure_persistence: None, ..Default::default() })]

    #[test]
    fn after_an_apply_the_plan_is_empty_and_nobody_is_lost(sorts in sorts()) {
        let Org { toml, live: seed } = Org::of_sorts(sorts.clone());
        let config = config::load("org.toml", &toml).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (live, state) = runtime.block_on(async {
            let mut rehearsal = Rehearsal::start(&config, &seed).await;
            let live = rehearsal.apply(&config).await.unwrap();
            rehearsal.running.stop().await.unwrap();
            (live, rehearsal.state)
        });
        let plan = planned(&config, &live, &state);
        prop_assert!(plan.is_empty() && plan.findings.is_empty(), "{plan:#?}");
        let identities: BTreeSet<_> =
            live.members.values().filter_map(|member| member.object_id).collect();
        prop_assert_eq!(identities.len(), live.members.len(), "everybody is somebody, once");
        let removed = sorts.iter().filter(|sort| **sort == Sort::Removed).count();
        prop_assert_eq!(live.members.len(), seed.members.len() - removed);
        for (key, member) in &live.members {
            prop_assert!(seed.members.contains_key(key), "{} is new", member.principal_name);
            prop_assert!(!member.disconnected, "{} is locked out", member.principal_name);
        }
        // What was lost with the state is taken over again, and nothing is written.
        let without_state = planned(&config, &live, &State::unsaved());
        prop_assert!(without_state.steps().all(|step| !step.change.writes()), "{without_state:#?}");
    }

    #[test]
    fn from_one_tenant_to_another_off_it_and_back_nobody_is_lost(sorts in sorts()) {
        let Org { toml, live: seed } = on_another_tenant(Org::of_sorts(sorts.clone()));
        let moved = config::load("org.toml", &toml).unwrap();
        let off = config::load("org.toml", &without_a_tenant(&toml)).unwrap();
        let removed = sorts.iter().filter(|sort| **sort == Sort::Removed).count();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let mut rehearsal = Rehearsal::start(&moved, &seed).await;
            for config in [&moved, &off, &moved] {
                let live = rehearsal.apply(config).await.unwrap();
                let plan = planned(config, &live, &rehearsal.state);
                prop_assert!(plan.is_empty(), "{plan:#?}");
                prop_assert_eq!(live.members.len(), seed.members.len() - removed);
                let connected = config.desired.connection == DesiredConnection::Connected;
                prop_assert_eq!(live.organization.connection.tenant().is_some(), connected);
                for member in live.members.values().filter(|_| connected) {
                    let name = &member.principal_name;
                    prop_assert!(!member.disconnected, "{name} is locked out");
                    prop_assert_eq!(member.tenant, Some(live.directory.tenant), "{}", name);
                }
            }
            rehearsal.running.stop().await.unwrap();
            Ok(())
        })?;
    }

    #[test]
    fn lines_that_change_after_the_move_touch_nobody_else(sorts in sorts(), edits in edits()) {
        let Org { toml, live: seed } = Org::of_sorts(sorts.clone());
        let config = config::load("org.toml", &toml).unwrap();
        let other = config::load("org.toml", &edited(&toml, &sorts, &edits)).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (before, after, state) = runtime.block_on(async {
            let mut rehearsal = Rehearsal::start(&config, &seed).await;
            let before = rehearsal.apply(&config).await.unwrap();
            let after = rehearsal.apply(&other).await.unwrap();
            rehearsal.running.stop().await.unwrap();
            (before, after, rehearsal.state)
        });
        let plan = planned(&other, &after, &state);
        prop_assert!(plan.is_empty(), "{plan:#?}");
        for (number, (sort, edit)) in sorts.iter().zip(&edits).enumerate() {
            let key = StorageKey::new(Uuid::from_u128(1 << 64 | number as u128));
            // Guests were users before orgctl, so a deleted line takes nobody out.
            let stays = match edit {
                _ if number == 0 => true,
                Edit::Keep | Edit::Delete => *sort != Sort::Removed,
                Edit::Remove => false,
            };
            prop_assert_eq!(after.members.contains_key(&key), stays, "{} {:?} {:?}", number, sort, edit);
            if stays {
                prop_assert_eq!(&after.members[&key].object_id, &before.members[&key].object_id);
            }
        }
    }

    #[test]
    fn a_plan_names_only_people_of_the_configuration_or_the_organization(sorts in sorts()) {
        let Org { toml, live } = Org::of_sorts(sorts);
        let config = config::load("org.toml", &toml).unwrap();
        let desired = &config.desired;
        let mut known: BTreeSet<String> =
            live.members.values().map(|member| member.principal_name.to_string()).collect();
        known.extend(desired.members.values().map(|line| line.to.to_string()));
        known.extend(desired.guests.keys().map(ToString::to_string));
        known.insert("contoso".to_owned());
        let plan = planned(&config, &live, &State::unsaved());
        for step in plan.steps() {
            prop_assert!(known.contains(step.address.key()), "{}", step.address);
        }
        let mut addresses: Vec<_> = plan.steps().map(|step| &step.address).collect();
        let before = addresses.len();
        addresses.dedup();
        prop_assert_eq!(before, addresses.len(), "an address has one step");
        prop_assert!(addresses.is_sorted());
    }

    #[test]
    fn guards_hold_in_every_organization(sorts in sorts(), limit in 0_u32..4) {
        let Org { toml, live } = Org::of_sorts(sorts.clone());
        let mut config = config::load("org.toml", &toml).unwrap();
        config.guards.max_removals = limit;
        let plan = planned(&config, &live, &State::unsaved());
        let removed = sorts.iter().filter(|sort| **sort == Sort::Removed).count();
        prop_assert_eq!(plan.is_refused(), removed > limit as usize);
    }

    #[test]
    fn the_order_of_lines_does_not_matter(sorts in sorts()) {
        let Org { toml, live } = Org::of_sorts(sorts);
        let (head, sections) = toml.split_once("\n[members]\n").unwrap();
        let reversed: Vec<String> = sections
            .split("\n[")
            .map(|section| {
                let (title, lines) = section.split_once("]\n").unwrap_or(("members", section));
                let lines: Vec<&str> = lines.lines().rev().collect();
                format!("[{title}]\n{}\n", lines.join("\n"))
            })
            .collect();
        let other = format!("{head}\n{}", reversed.concat());
        let addresses = |text: &str| {
            let plan = planned(&config::load("org.toml", text).unwrap(), &live, &State::unsaved());
            plan.steps().map(|step| (step.address.clone(), step.change.clone())).collect::<Vec<_>>()
        };
        prop_assert_eq!(addresses(&toml), addresses(&other));
    }
}
