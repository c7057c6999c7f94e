//! One run of apply, from what the run before it left: reading, recovery, planning, carrying out. And
//! what has to be true in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use orgctl::apply::{Applier, Courier, Observer, Patience, Recovered, StepStatus, Summary, Wait};
use orgctl::apply::{is_too_early, recover};
use orgctl::azure::port::{Mail, Outcome, Reader as _};
use orgctl::azure::services::Services;
use orgctl::azure::settings::Settings;
use orgctl::config::Resolved;
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

pub(crate) const STATE: &str = "org.state.json";

/// Between one run and the next a person does something else, and everything shows by then.
const BETWEEN_RUNS: Duration = Duration::from_secs(60);

/// When the first run is. Nothing in a run takes time: two runs that do the same leave the same.
const BEGIN: Duration = Duration::from_secs(1_795_000_000);

/// What there is between two runs.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) world: World,
    pub(crate) files: Files,
    /// Who has a first password on disk.
    pub(crate) passwords: Vec<String>,
    /// Whom recovery told of as somebody who may have been sent a mail.
    pub(crate) in_doubt: BTreeSet<String>,
    /// How many runs there have been.
    pub(crate) runs: u32,
}

impl Moment {
    pub(crate) fn before(world: World) -> Self {
        Self {
            world,
            files: Files::default(),
            passwords: Vec::new(),
            in_doubt: BTreeSet::new(),
            runs: 0,
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
    /// The plan of what is left, if anything is.
    pub(crate) left: Plan,
}

/// What a run meets.
#[derive(Clone, Default)]
pub(crate) struct Trouble {
    pub(crate) refusal: Option<Refusal>,
    pub(crate) faults: Vec<Fault>,
}

struct Silent;

impl Observer for Silent {
    fn stage(&mut self, _: Stage, _: usize) {}
    fn step(&mut self, _: &Step, _: &StepStatus) {}
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
                mark: "notice",
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
    options.faults = trouble.faults;
    let running = Sandbox::start(options).await.unwrap();
    let now = SystemTime::UNIX_EPOCH + BEGIN + BETWEEN_RUNS * moment.runs;
    let disk = Memory::new(moment.files.clone(), plug, now).refusing(trouble.refusal);
    let passwords = Arc::new(Mutex::new(moment.passwords.clone()));
    let services = services(config, &running, plug, &passwords);
    let store = Store::on(STATE.into(), Arc::new(disk.clone()));
    let mut in_doubt = moment.in_doubt.clone();
    let whole = whole(config, &store, &services, plug, now, &mut in_doubt);
    let ended = tokio::select! {
        biased;
        () = plug.is_pulled() => None,
        () = was_cut_off(&running) => {
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
            runs: moment.runs + 1,
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
    passwords: &Arc<Mutex<Vec<String>>>,
) -> Services {
    drop(rustls::crypto::ring::default_provider().install_default());
    let (plug, passwords) = (Arc::clone(plug), Arc::clone(passwords));
    let settings = Settings {
        endpoint: Some(running.endpoint().to_owned()),
        devops_token: Some(SecretString::from(DEVOPS_TOKEN)),
        graph_token: Some(SecretString::from(GRAPH_TOKEN)),
        // Who loses an answer is stopped before anything is repeated.
        backoff_first: Duration::from_secs(3600),
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
    plug: &Plug,
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
            left: plan,
        });
    }
    let owned = state.owned();
    let applier = Applier {
        reader: &reader,
        writer: &Plugged {
            inner: services,
            plug,
        },
        courier: &Plugged {
            inner: &Post(services),
            plug,
        },
        scope: config.desired.scope(&owned),
        store,
        fresh_lineage: Lineage::new(Uuid::from_u128(1)),
        patience: Patience {
            after_request: Duration::from_secs(10),
            at_gate: Duration::ZERO,
        },
        clock: &|| now,
        should_stop: &|| false,
    };
    let summary = applier.apply(&plan, &live, &mut state, &mut Silent).await?;
    let state = store.load().await?;
    let live = services
        .read(&config.desired.scope(&state.owned()))
        .await
        .unwrap();
    let left = orgctl::plan::plan(&config.desired, &live, &state, &config.guards);
    Ok(Applied {
        recovered,
        summary: Some(summary),
        left,
    })
}

/// What somebody sees who looks at the end: everything but ids and moments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sight {
    /// Who is in the organization, as whom, with what.
    members: BTreeSet<String>,
    /// Who is in the directory.
    users: BTreeSet<String>,
    /// What was done to the organization by its own account, and how often.
    audit: BTreeMap<String, usize>,
    /// What the state owns.
    owned: BTreeSet<String>,
    /// Which files there are.
    files: Vec<String>,
    /// Who was invited and who was told what, and how often.
    pub(crate) mails: BTreeMap<String, usize>,
}

impl Sight {
    pub(crate) fn of(moment: &Moment) -> Self {
        let world = serde_json::to_value(&moment.world).unwrap();
        let users = world["directory"]["users"].as_object().unwrap();
        let name = |id: &Value| {
            let user = id.as_str().and_then(|id| users.get(id));
            user.map(|user| user["user_principal_name"].to_string())
        };
        let members = world["organization"]["members"].as_object().unwrap();
        let members = members.iter().map(|(key, member)| {
            let (who, whom) = (&member["principal_name"], name(&member["object_id"]));
            let (level, gone) = (&member["entitlement"]["level"], &member["removed"]);
            // Who was not there before has a key by chance.
            let key = if whom.is_some() { "" } else { key };
            format!("{key} {who} as {whom:?} {level} {gone}")
        });
        let text = |user: &Value| format!("{} {}", user["user_principal_name"], user["user_type"]);
        let state = moment.files.read(STATE).unwrap_or(b"{}");
        let state: Value = serde_json::from_slice(state).unwrap();
        let entries = state["entries"].as_object();
        let owned = entries.into_iter().flatten().map(|(address, _)| address);
        Self {
            members: members.collect(),
            users: users.values().map(text).collect(),
            audit: audit(&world["organization"]["holdings"]["audit"]),
            owned: owned.cloned().collect(),
            files: moment
                .files
                .all()
                .filter(|(_, bytes)| !is_over(bytes, &state["serial"]))
                .map(|(name, _)| name.display().to_string())
                .collect(),
            mails: mails(&world),
        }
    }
}

/// Whether a file is a journal that the state has taken in: it is in nobody's way, and gone with the
/// next change.
fn is_over(bytes: &[u8], serial: &Value) -> bool {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap();
    let head: Value = serde_json::from_slice(line).unwrap_or_default();
    let begun_at = head["journal"]["serial"].as_u64();
    begun_at.is_some_and(|begun_at| begun_at < serial.as_u64().unwrap())
}

fn audit(entries: &Value) -> BTreeMap<String, usize> {
    let mut audit = BTreeMap::new();
    for entry in entries.as_array().into_iter().flatten() {
        let (action, details) = (&entry["action"], entry["details"].as_str().unwrap());
        // Who was not there before has a key by chance.
        let user = entry["data"]["UserIdentifier"].as_str().unwrap_or_default();
        let is_known = user.is_empty() || user.starts_with("00000000-");
        let details = if is_known {
            details
        } else {
            details.trim_end_matches(user)
        };
        *audit.entry(format!("{action} {details}")).or_default() += 1;
    }
    audit
}

fn mails(world: &Value) -> BTreeMap<String, usize> {
    let directory = &world["directory"];
    let mut mails = BTreeMap::new();
    let list = |name: &str| directory[name].as_array().cloned().unwrap_or_default();
    for letter in list("letters") {
        let to = letter["address"].as_str().unwrap().to_lowercase();
        *mails.entry(format!("invitation[\"{to}\"]")).or_default() += 1;
    }
    for mail in list("outbox") {
        let message = &mail["message"];
        let to = &message["toRecipients"][0]["emailAddress"]["address"];
        let to = to.as_str().unwrap().to_lowercase();
        let kind = message["subject"].as_str().unwrap();
        *mails.entry(format!("{kind}[\"{to}\"]")).or_default() += 1;
    }
    mails
}

/// Lets apply run again until there is nothing left, twice at most, and compares what came of it with
/// what comes of a run that nobody disturbs. Says how many runs it took.
pub(crate) async fn converges(
    config: &Resolved,
    crashed: &Moment,
    undisturbed_sight: &Sight,
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
        if is_complete && applied.left.is_empty() {
            compare(&moment, undisturbed_sight, what);
            return further;
        }
    }
    panic!("{what}: two further runs were not enough");
}

/// What only one of two texts has, line by line.
fn similar_lines(seen: &str, wanted: &str) -> String {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (seen, wanted) = (lines(seen), lines(wanted));
    let missing = wanted.difference(&seen).map(|line| format!("- {line}"));
    let added = seen.difference(&wanted).map(|line| format!("+ {line}"));
    missing.chain(added).collect::<Vec<_>>().join("\n")
}

fn compare(moment: &Moment, wanted: &Sight, what: &str) {
    let mut sight = Sight::of(moment);
    for (mail, count) in &sight.mails {
        assert_eq!(*count, 1, "{what}: sent twice: {mail}");
    }
    // A mail of which nobody can know whether it went out counts as sent, and recovery has said so.
    for (mail, count) in &wanted.mails {
        if moment.in_doubt.contains(mail) {
            sight.mails.insert(mail.clone(), *count);
        }
    }
    let (seen, wanted_text) = (format!("{sight:#?}"), format!("{wanted:#?}"));
    let diff = similar_lines(&seen, &wanted_text);
    assert!(&sight == wanted, "{what}: missing and added:\n{diff}");
    for user in &sight.users {
        let name = user.split('"').nth(1).unwrap();
        let is_made = wanted
            .owned
            .contains(&format!("directory_user[\"{name}\"]"));
        let has_password = moment.passwords.iter().any(|person| person == name);
        assert!(!is_made || has_password, "{what}: {name} has no password");
    }
}
