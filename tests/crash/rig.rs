//! One run of apply, from what the run before it left: reading, recovery, planning, carrying out, proof.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use orgctl::apply::port::Reader as _;
use orgctl::apply::{Applier, Patience, Recovered, Summary, is_too_early, recover};
use orgctl::azure::services::Services;
use orgctl::azure::settings::Settings;
use orgctl::config::Resolved;
use orgctl::model::desired::Owned;
use orgctl::model::ids::Lineage;
use orgctl::model::live::Live;
use orgctl::plan::value::Plan;
use orgctl::sandbox::{DEVOPS_TOKEN, GRAPH_TOKEN, Logged, Options, Running, Sandbox, World};
use orgctl::state::error::StoreError;
use orgctl::state::store::Store;
use secrecy::SecretString;
use uuid::Uuid;

use super::disk::Memory;
use super::moment::{BETWEEN_RUNS, Moment, STATE, print_of};
use super::outside::{Listener, Mute, Post, Trouble};
use super::plug::{Plug, Plugged, READ};
use super::sight::{Sight, compare};

/// How a run went.
pub(crate) struct Ran {
    pub(crate) left: Moment,
    /// None when the plug was pulled.
    pub(crate) ended: Option<Result<Applied, StoreError>>,
    pub(crate) requests: Vec<Logged>,
    /// How often the disk was written to.
    pub(crate) writes: usize,
}

/// What a run came to that nothing stopped.
pub(crate) struct Applied {
    pub(crate) recovered: Option<Recovered>,
    /// None when there was nothing to do.
    pub(crate) summary: Option<Summary>,
    /// The plan of what is left; none when that could not be read.
    pub(crate) left: Option<Plan>,
}

/// A run on a disk that never fails and services that never do.
pub(crate) async fn undisturbed(config: &Resolved, moment: &Moment) -> Ran {
    run(config, moment, &Plug::never(), Trouble::default()).await
}

/// Runs apply until it ends or the plug is pulled.
pub(crate) async fn run(
    config: &Resolved,
    moment: &Moment,
    plug: &Arc<Plug>,
    trouble: Trouble,
) -> Ran {
    let mut options = Options::new(World::clone(&moment.world));
    options.faults.clone_from(&trouble.faults);
    let running = Sandbox::start(options).await.unwrap();
    let now = SystemTime::UNIX_EPOCH + moment.clock;
    let disk = Memory::new(moment.files.clone(), plug, now).refusing(trouble.refusal);
    let passwords = Arc::new(Mutex::new(moment.passwords.clone()));
    let services = services(config, &running, plug, (&passwords, trouble.backoff()));
    let store = Store::on(STATE.into(), Arc::new(disk.clone()));
    let mut in_doubt = moment.in_doubt.clone();
    let whole = whole(
        config,
        (&store, &services),
        (plug, &trouble),
        now,
        &mut in_doubt,
    );
    let ended = tokio::select! {
        biased;
        () = plug.is_pulled() => None,
        () = was_cut_off(&running), if trouble.stops => {
            plug.pull();
            None
        }
        ended = whole => Some(ended),
    };
    let passwords = passwords.lock().unwrap().clone();
    let world = running.world();
    Ran {
        left: Moment {
            world_print: print_of(&world),
            world: Arc::new(world),
            files: disk.files(),
            passwords,
            in_doubt,
            clock: moment.clock + BETWEEN_RUNS,
        },
        ended: ended.filter(|_| !plug.was_pulled()),
        requests: running.requests(),
        writes: disk.writes(),
    }
}

/// Ends once the sandbox has closed a connection instead of answering.
async fn was_cut_off(running: &Running) {
    let is_lost = |requests: Vec<Logged>| requests.iter().any(|one| one.status.is_none());
    while !is_lost(running.requests()) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn services(
    config: &Resolved,
    running: &Running,
    plug: &Arc<Plug>,
    (passwords, backoff): (&Arc<Mutex<Vec<String>>>, Duration),
) -> Services {
    drop(rustls::crypto::ring::default_provider().install_default());
    let (plug, passwords) = (Arc::clone(plug), Arc::clone(passwords));
    let settings = Settings {
        endpoint: Some(running.endpoint().to_owned()),
        devops_token: Some(SecretString::from(DEVOPS_TOKEN)),
        graph_token: Some(SecretString::from(GRAPH_TOKEN)),
        backoff_first: backoff,
        on_password: Some(Arc::new(move |person, _| {
            if !plug.goes_on("keep a first password") {
                plug.pull();
                return Err(std::io::Error::other("unplugged"));
            }
            passwords.lock().unwrap().push(person.to_string());
            Ok(())
        })),
        ..Settings::default()
    };
    let desired = &config.desired;
    Services::new(
        settings,
        desired.organization.clone(),
        desired.tenant.clone(),
    )
    .unwrap()
}

/// What is read first: once for all runs that begin at the same moment.
async fn first_look(
    config: &Resolved,
    owned: &Owned,
    reader: &Plugged<'_, Services>,
    trouble: &Trouble,
) -> Live {
    if let Some(live) = trouble.seen.get() {
        reader.plug.point(READ).await;
        return live.clone();
    }
    let live = reader.read(&config.desired.scope(owned)).await.unwrap();
    trouble.seen.get_or_init(|| async { live }).await.clone()
}

/// What `orgctl apply` does, from reading to the proof.
async fn whole(
    config: &Resolved,
    (store, services): (&Store, &Services),
    (plug, trouble): (&Plug, &Trouble),
    now: SystemTime,
    in_doubt: &mut BTreeSet<String>,
) -> Result<Applied, StoreError> {
    let now = Timestamp::try_from(now).unwrap();
    let reader = Plugged {
        inner: services,
        plug,
    };
    let mut state = store.load().await?;
    let unfinished = store.unfinished(&state).await?;
    let mut owned = state.owned();
    if let Some(unfinished) = &unfinished {
        unfinished.add_to(&mut owned);
    }
    let live = first_look(config, &owned, &reader, trouble).await;
    let left_at = store.journal_written().await.unwrap_or(now);
    let recovered = unfinished.map(|unfinished| recover(unfinished, &mut state, &live, left_at));
    let plan = orgctl::plan::plan(&config.desired, &live, &state, &config.guards);
    assert!(!plan.is_refused(), "{:#?}", plan.findings);
    assert!(!is_too_early(&plan, &state, recovered.as_ref(), now));
    if let Some(recovered) = &recovered {
        in_doubt.extend(recovered.in_doubt.iter().map(ToString::to_string));
        store.save(&mut state).await?;
    } else {
        store.discard_journal().await?;
    }
    if plan.is_empty() {
        return Ok(Applied {
            recovered,
            summary: None,
            left: Some(plan),
        });
    }
    let owned = state.owned();
    let mute = Mute {
        inner: services,
        kind: trouble.unanswered,
    };
    let applier = Applier {
        reader: &reader,
        writer: &Plugged { inner: &mute, plug },
        notifier: &Plugged {
            inner: &Post(services),
            plug,
        },
        scope: config.desired.scope(&owned),
        store,
        fresh_lineage: Lineage::new(Uuid::from_u128(1)),
        patience: Patience {
            after_request: trouble.patience(),
            at_gate: Duration::ZERO,
        },
        clock: &|| now,
        should_stop: &|| false,
    };
    let listener = &mut Listener(in_doubt);
    let summary = applier.apply(plan, live, &mut state, listener).await?;
    let state = store.load().await?;
    let live = services.read(&config.desired.scope(&state.owned())).await;
    let plan = |live| orgctl::plan::plan(&config.desired, &live, &state, &config.guards);
    let left = live.ok().map(plan);
    Ok(Applied {
        recovered,
        summary: Some(summary),
        left,
    })
}

/// Lets apply run again until there is nothing left, twice at most, and compares what came of it with
/// what comes of a run that nobody disturbs. Says how many runs it took.
pub(crate) async fn converges(
    config: &Resolved,
    crashed: &Moment,
    wanted: &Sight,
    what: &str,
) -> u32 {
    let mut moment = crashed.clone();
    for further in 1..=2 {
        let ran = undisturbed(config, &moment).await;
        moment = ran.left;
        let applied = match ran.ended.unwrap() {
            Ok(applied) => applied,
            Err(error) => panic!("{what}: {error}"),
        };
        let is_complete = applied.summary.is_none_or(|summary| summary.is_complete());
        if is_complete && applied.left.is_some_and(|left| left.is_empty()) {
            let sight = Sight::of(&moment);
            compare(&sight, wanted, &moment.in_doubt, what);
            who_is_made_has_a_password(&moment, &sight, what);
            return further;
        }
    }
    panic!("{what}: two further runs were not enough");
}

fn who_is_made_has_a_password(moment: &Moment, sight: &Sight, what: &str) {
    for user in &sight.users {
        let name = user.split('"').nth(1).unwrap();
        let is_made = sight.owned.contains(&format!("directory_user[\"{name}\"]"));
        let has_password = moment.passwords.iter().any(|person| person == name);
        assert!(!is_made || has_password, "{what}: {name} has no password");
    }
}
