//! What holds for every organization, not only for those that somebody thought of.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use orgctl::apply::{Applier, Observer, Patience, StepStatus};
use orgctl::azure::port::Reader as _;
use orgctl::azure::services::Services;
use orgctl::azure::settings::Settings;
use orgctl::config::{self, Resolved};
use orgctl::model::ids::Lineage;
use orgctl::model::live::Live;
use orgctl::plan::change::Step;
use orgctl::plan::value::{Plan, Stage};
use orgctl::sandbox::{DEVOPS_TOKEN, GRAPH_TOKEN, Options, Sandbox, World};
use orgctl::state::store::LocalStore;
use orgctl::state::value::State;
use proptest::prelude::*;
use secrecy::SecretString;
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

/// Applies an org.toml to a sandbox and returns what is there afterwards.
async fn applied(config: &Resolved, seed: &Live) -> (Live, State) {
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
    let desired = &config.desired;
    let services = Services::new(
        settings,
        desired.organization.clone(),
        desired.tenant.clone(),
    )
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = LocalStore::new(folder.path().join("org.state.json"));
    let live = services.read(&desired.scope()).await.unwrap();
    let mut state = State::unsaved();
    let plan = planned(config, &live, &state);
    let applier = Applier {
        reader: &services,
        writer: &services,
        scope: desired.scope(),
        store: &store,
        fresh_lineage: Lineage::new(Uuid::from_u128(1)),
        patience: Patience {
            after_request: Duration::from_secs(10),
            at_gate: Duration::ZERO,
        },
        clock: &|| Timestamp::UNIX_EPOCH,
        should_stop: &|| false,
    };
    let summary = applier
        .apply(&plan, &live, &mut state, &mut Silent)
        .await
        .unwrap();
    assert!(summary.is_complete(), "{summary:#?}");
    assert_eq!(
        store.load().unwrap(),
        state,
        "what is on disk is what was returned"
    );
    let live = services.read(&desired.scope()).await.unwrap();
    running.stop().await.unwrap();
    (live, state)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn after_an_apply_the_plan_is_empty_and_nobody_is_lost(sorts in sorts()) {
        let Org { toml, live: seed } = Org::of_sorts(sorts.clone());
        let config = config::load("org.toml", &toml).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (live, state) = runtime.block_on(applied(&config, &seed));
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
}
