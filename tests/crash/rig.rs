//! One run of apply, from what the run before it left: reading, recovery, planning, carrying out, proof.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use orgctl::apply::{Applier, Courier, Observer, Patience, Recovered, StepStatus};
use orgctl::apply::{Summary, Wait, is_too_early, recover};
use orgctl::azure::port::{ApiError, ApiErrorKind, Bindings, Mail, Outcome, Reader as _, Writer};
use orgctl::azure::services::Services;
use orgctl::azure::settings::Settings;
use orgctl::config::Resolved;
use orgctl::model::address::Kind;
use orgctl::model::attributes::Attributes;
use orgctl::model::ids::{Lineage, RemoteId};
use orgctl::plan::change::Step;
use orgctl::plan::value::{Plan, Stage};
use orgctl::sandbox::{DEVOPS_TOKEN, Fault, GRAPH_TOKEN, Logged, Options, Running, Sandbox, World};
use orgctl::state::error::StoreError;
use orgctl::state::store::Store;
use secrecy::SecretString;
use serde_json::Value;
use uuid::Uuid;

use super::disk::{Files, Loss, Memory, Refusal};
use super::plug::{Plug, Plugged};
use super::sight::{Sight, compare};

pub(crate) const STATE: &str = "org.state.json";

/// Between one run and the next a person does something else, and everything shows by then.
const BETWEEN_RUNS: Duration = Duration::from_secs(60);

/// When the first run is. Nothing in a run takes time: two runs that do the same leave the same.
pub(crate) const BEGIN: Duration = Duration::from_secs(1_795_000_000);

/// What there is between two runs.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) world: World,
    pub(crate) files: Files,
    /// Who has a first password on disk.
    pub(crate) passwords: Vec<String>,
    /// Whom recovery told of as somebody who may have been sent a mail.
    pub(crate) in_doubt: BTreeSet<String>,
    /// What time it is, since 1970.
    pub(crate) clock: Duration,
}

impl Moment {
    pub(crate) fn before(world: World) -> Self {
        Self {
            world,
            files: Files::default(),
            passwords: Vec::new(),
            in_doubt: BTreeSet::new(),
            clock: BEGIN,
        }
    }

    /// The same after a crash.
    pub(crate) fn after(&self, loss: Loss) -> Self {
        Self {
            files: self.files.after(loss),
            ..self.clone()
        }
    }

    /// The same for two moments from which everything goes on the same way.
    pub(crate) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        without_requests(serde_json::to_value(&self.world).unwrap()).hash(&mut hasher);
        for (name, bytes) in self.files.all() {
            name.hash(&mut hasher);
            for line in String::from_utf8_lossy(bytes).split_inclusive('\n') {
                // What is torn off is as if it were not there; what it was is no matter.
                let line = serde_json::from_str(line.trim_end()).map(without_requests);
                line.unwrap_or_default().hash(&mut hasher);
            }
            let text = String::from_utf8_lossy(bytes);
            let whole = serde_json::from_str(&text).map(without_requests);
            whole.unwrap_or_default().hash(&mut hasher);
        }
        self.in_doubt.hash(&mut hasher);
        hasher.finish()
    }
}

/// A text without what differs between two runs that do the same: the ids of requests, and the sums
/// over them.
fn without_requests(mut json: Value) -> String {
    fn strip(json: &mut Value) {
        match json {
            Value::Object(fields) => {
                for name in ["request_id", "sum", "checksum"] {
                    fields.remove(name);
                }
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    strip(&mut json);
    json.to_string()
}

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

/// What a run meets.
#[derive(Clone)]
pub(crate) struct Trouble {
    pub(crate) refusal: Option<Refusal>,
    pub(crate) faults: Vec<Fault>,
    /// Whether the run stops where an answer is lost. It goes on otherwise, and repeats soon.
    pub(crate) stops: bool,
    /// Steps of this kind are carried out, and nobody learns of it.
    pub(crate) unanswered: Option<Kind>,
}

impl Default for Trouble {
    fn default() -> Self {
        Self {
            refusal: None,
            faults: Vec::new(),
            stops: true,
            unanswered: None,
        }
    }
}

impl Trouble {
    const fn backoff(&self) -> Duration {
        // Who loses an answer is stopped before anything is repeated.
        if self.stops {
            Duration::from_secs(3600)
        } else {
            Duration::from_millis(1)
        }
    }

    const fn patience(&self) -> Duration {
        if self.stops {
            Duration::from_secs(10)
        } else {
            Duration::from_millis(100)
        }
    }
}

/// Sends, and keeps to itself what became of steps of a kind.
struct Mute<'a> {
    inner: &'a Services,
    kind: Option<Kind>,
}

impl Writer for Mute<'_> {
    async fn send(&self, steps: &[&Step], ids: &Bindings) -> Vec<Outcome> {
        let outcomes = self.inner.send(steps, ids).await;
        let pairs = steps.iter().zip(outcomes);
        let mute = |(step, outcome): (&&Step, Outcome)| match self.kind {
            Some(kind) if step.address.kind() == kind => Outcome::Unsure(lost()),
            Some(_) | None => outcome,
        };
        pairs.map(mute).collect()
    }

    async fn forget_tokens(&self) {
        self.inner.forget_tokens().await;
    }
}

fn lost() -> ApiError {
    ApiError {
        kind: ApiErrorKind::Unreachable,
        method: "POST",
        url: String::new(),
        status: None,
        code: None,
        message: "no answer".to_owned(),
        request_id: None,
    }
}

/// Hears at once of what nobody can know.
struct Listener<'a>(&'a mut BTreeSet<String>);

impl Observer for Listener<'_> {
    fn stage(&mut self, _: Stage, _: usize) {}

    fn step(&mut self, step: &Step, status: &StepStatus) {
        if matches!(status, StepStatus::Unsure(_)) {
            self.0.insert(step.address.to_string());
        }
    }

    fn gate(&mut self) {}
    fn waiting(&mut self, _: Wait) {}
}

/// Sends notices by mail, as they are.
struct Post<'a>(&'a Services);

impl Courier for Post<'_> {
    async fn deliver(&self, steps: &[&Step], _: Timestamp) -> Vec<Outcome> {
        let mails = steps.iter().map(|step| {
            let (Some(Attributes::NoticeBefore(notice) | Attributes::NoticeAfter(notice)), kind) =
                (step.change.after(), step.address.kind())
            else {
                panic!("{} is no notice", step.address);
            };
            Mail {
                remote_id: RemoteId::StorageKey(notice.member),
                to: notice.mail.clone(),
                subject: kind.to_string(),
                html: String::new(),
                mark: if kind == Kind::NoticeBefore {
                    "before"
                } else {
                    "after"
                },
            }
        });
        self.0.send_mails(None, &mails.collect::<Vec<_>>()).await
    }
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
    let mut options = Options::new(moment.world.clone());
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
        &store,
        &services,
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
    Ran {
        left: Moment {
            world: running.world(),
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

/// What `orgctl apply` does, from reading to the proof.
async fn whole(
    config: &Resolved,
    store: &Store,
    services: &Services,
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
    let leftover = store.leftover(&state).await?;
    let mut owned = state.owned();
    if let Some(leftover) = &leftover {
        leftover.add_to(&mut owned);
    }
    let live = reader.read(&config.desired.scope(&owned)).await.unwrap();
    let left_at = store.journal_written().await.unwrap_or(now);
    let recovered = leftover.map(|leftover| recover(leftover, &mut state, &live, left_at));
    let plan = orgctl::plan::plan(&config.desired, &live, &state, &config.guards);
    assert!(!plan.is_refused(), "{:#?}", plan.findings);
    assert!(!is_too_early(&plan, &state, recovered.as_ref(), now));
    if let Some(recovered) = &recovered {
        in_doubt.extend(recovered.in_doubt.iter().map(ToString::to_string));
        store.save(&mut state).await?;
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
        courier: &Plugged {
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
    let summary = applier.apply(&plan, &live, &mut state, listener).await?;
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
