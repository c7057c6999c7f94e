//! What holds for every organization, not only for those that somebody thought of.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use orgctl::apply::{Applier, Observer, Patience, StepStatus};
use orgctl::azure::port::Reader as _;
use orgctl::azure::services::Services;
use orgctl::azure::settings::Settings;
use orgctl::config::{self, Resolved};
use orgctl::model::desired::Desired;
use orgctl::model::ids::{Lineage, ProjectId, ProjectName, StorageKey};
use orgctl::model::live::Live;
use orgctl::model::project::{EffectiveRole, Membership, ProjectRole};
use orgctl::plan::change::Step;
use orgctl::plan::value::{Plan, Stage};
use orgctl::sandbox::{DEVOPS_TOKEN, GRAPH_TOKEN, Options, Running, Sandbox, World};
use orgctl::state::store::LocalStore;
use orgctl::state::value::State;
use proptest::prelude::*;
use secrecy::SecretString;
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::people::{Org, Sort};

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
    fn waiting_for_connection(&mut self) {}
}

fn planned(config: &Resolved, live: &Live, state: &State) -> Plan {
    orgctl::plan::plan(&config.desired, live, state, &config.guards)
}

/// A sandbox, the services over it, and the state of what was applied there.
struct Rehearsal {
    running: Running,
    services: Services,
    store: LocalStore,
    state: State,
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
        let store = LocalStore::new(folder.path().join("org.state.json"));
        Self {
            running,
            services,
            store,
            state: State::unsaved(),
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
            return None;
        }
        let owned = self.state.owned();
        let applier = Applier {
            reader: &self.services,
            writer: &self.services,
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
            .apply(&plan, &live, &mut self.state, &mut Silent)
            .await
            .unwrap();
        assert!(summary.is_complete(), "{summary:#?}");
        assert_eq!(
            self.store.load().unwrap(),
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

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
            let is_guest = matches!(sort, Sort::Guest | Sort::KnownGuest);
            let stays = match edit {
                _ if number == 0 => true,
                Edit::Keep => *sort != Sort::Removed,
                Edit::Delete => !is_guest && *sort != Sort::Removed,
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
        let reversed = sections
            .split("\n[")
            .map(|section| {
                let (title, lines) = section.split_once("]\n").unwrap_or(("", section));
                let lines: Vec<&str> = lines.lines().rev().collect();
                (title.to_owned(), lines.join("\n"))
            })
            .fold(String::new(), |text, (title, lines)| match title.as_str() {
                "" => format!("{text}[members]\n{lines}\n"),
                title => format!("{text}[{title}]\n{lines}\n"),
            });
        let other = format!("{head}\n{reversed}");
        let addresses = |text: &str| {
            let config = config::load("org.toml", text).unwrap();
            let plan = planned(&config, &live, &State::unsaved());
            plan.steps().map(|step| (step.address.clone(), step.change.clone())).collect::<Vec<_>>()
        };
        prop_assert_eq!(addresses(&toml), addresses(&other));
    }

    #[test]
    fn projects_are_as_the_lines_say_and_no_others_are_touched(
        people in proptest::collection::vec((memberships(), lines(), lines()), 1..7),
    ) {
        let (seed, first, second) = with_projects(&people);
        let [first, second] = [first, second].map(|toml| config::load("org.toml", &toml).unwrap());
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (between, after, state) = runtime.block_on(async {
            let mut rehearsal = Rehearsal::start(&first, &seed).await;
            let between = rehearsal.apply(&first).await.unwrap();
            let plan = planned(&first, &between, &rehearsal.state);
            assert!(plan.is_empty(), "{plan:#?}");
            let after = rehearsal.apply(&second).await.unwrap();
            rehearsal.running.stop().await.unwrap();
            (between, after, rehearsal.state)
        });
        let plan = planned(&second, &after, &state);
        prop_assert!(plan.is_empty(), "{plan:#?}");
        for (number, (had, wanted, wanted_then)) in people.iter().enumerate() {
            let key = StorageKey::new(Uuid::from_u128(1 << 64 | (number as u128 + 1)));
            for (number, had) in had.iter().enumerate() {
                let id = project(number);
                let met = |wanted: &ProjectRole, live: &Live| {
                    live.members[&key].projects.get(&id).is_some_and(|it| it.meets(*wanted))
                };
                let now = after.members[&key].projects.get(&id).copied();
                match (&wanted[number], &wanted_then[number]) {
                    (None, None) => prop_assert_eq!(now, *had, "nobody asked"),
                    (_, Some(wanted)) => prop_assert!(met(wanted, &after), "{now:?}"),
                    (Some(wanted), None) => {
                        prop_assert!(met(wanted, &between));
                        prop_assert!(now.is_none_or(|it| it.by_group), "{now:?}");
                    }
                }
            }
        }
    }
}

const PROJECTS: usize = 3;

fn project(number: usize) -> ProjectId {
    ProjectId::new(Uuid::from_u128(5 << 64 | number as u128))
}

fn memberships() -> impl Strategy<Value = [Option<Membership>; PROJECTS]> {
    let role = proptest::sample::select(vec![
        EffectiveRole::Custom,
        EffectiveRole::Reader,
        EffectiveRole::Administrator,
    ]);
    let membership =
        (role, any::<bool>()).prop_map(|(role, by_group)| Membership { role, by_group });
    let one = proptest::option::of(membership);
    [one.clone(), one.clone(), one]
}

fn lines() -> impl Strategy<Value = [Option<ProjectRole>; PROJECTS]> {
    let one = proptest::option::of(proptest::sample::select(ProjectRole::ALL.to_vec()));
    [one.clone(), one.clone(), one]
}

type Person = (
    [Option<Membership>; PROJECTS],
    [Option<ProjectRole>; PROJECTS],
    [Option<ProjectRole>; PROJECTS],
);

/// An organization whose people are in projects, and two files that say otherwise.
fn with_projects(people: &[Person]) -> (Live, String, String) {
    let all = std::iter::repeat_n(Sort::Matches, people.len() + 1);
    let Org { toml, mut live } = Org::of_sorts(all);
    live.projects = (0..PROJECTS)
        .map(|number| {
            (
                project(number),
                ProjectName::new(format!("Project {number}")),
            )
        })
        .collect();
    let (head, rest) = toml.split_once("[members]\n").unwrap();
    let mut files = [String::new(), String::new()];
    for (number, (had, first, second)) in people.iter().enumerate() {
        let key = StorageKey::new(Uuid::from_u128(1 << 64 | (number as u128 + 1)));
        let name = format!("person{}@contoso.com", number + 1);
        let member = live.members.get_mut(&key).unwrap();
        let memberships = had.iter().enumerate();
        member.projects = memberships
            .filter_map(|(n, it)| it.map(|it| (project(n), it)))
            .collect();
        for (file, wanted) in files.iter_mut().zip([first, second]) {
            let wanted = wanted.iter().enumerate();
            // The case of a name does not matter.
            let named: Vec<String> = wanted
                .filter_map(|(n, role)| role.map(|role| format!("\"project {n}\" = \"{role}\"")))
                .collect();
            if !named.is_empty() {
                let named = named.join(", ");
                let line =
                    format!("\"{name}\" = {{ to = \"{name}\", projects = {{ {named} }} }}\n");
                file.push_str(&line);
            }
        }
    }
    let [first, second] = files.map(|lines| format!("{head}[members]\n{lines}{rest}"));
    (live, first, second)
}
