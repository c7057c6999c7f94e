//! A thousand people on services of which three requests in ten meet a fault: everybody gets there,
//! nobody is invited twice and no mail is sent twice, and what goes wrong costs hardly more requests
//! than repeating what failed.
//!
//! In this process, because waits are scaled: a second of patience is a tenth of one here.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use orgctl::apply::port::{CallError, Notifier, Outcome, Reader as _};
use orgctl::apply::{Applier, Observer, Patience, StepStatus, Wait, is_too_early, recover};
use orgctl::azure::Mail;
use orgctl::azure::services::Services;
use orgctl::azure::settings::Settings;
use orgctl::config::{self, Resolved};
use orgctl::model::attributes::Attributes;
use orgctl::model::ids::{Lineage, RemoteId};
use orgctl::model::live::Live;
use orgctl::plan::value::{Plan, Stage, Step};
use orgctl::sandbox::{
    DEVOPS_TOKEN, Fault, GRAPH_TOKEN, Options, Running, Sandbox, Settings as Rules, World,
};
use orgctl::state::store::Store;
use orgctl::state::value::State;
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::people::Org;

/// What is a second outside.
const SECOND: Duration = Duration::from_millis(100);

/// More runs than these are no convergence.
const RUNS_MAX: usize = 6;

struct Silent;

impl Observer for Silent {
    fn stage(&mut self, _: Stage, _: usize) {}
    fn step(&mut self, _: &Step, _: &StepStatus) {}
    fn gate(&mut self) {}
    fn waiting(&mut self, _: Wait) {}
}

/// Sends a mail for each notice, by way of the services.
struct Postman<'a>(&'a Services);

impl Notifier for Postman<'_> {
    async fn deliver(&self, steps: &[&Step], _: Timestamp) -> Vec<Outcome> {
        let mails: Vec<Mail> = steps.iter().map(|step| mail(step)).collect();
        self.0.send_mails(None, &mails).await
    }
}

fn mail(step: &Step) -> Mail {
    let Some(Attributes::NoticeBefore(notice) | Attributes::NoticeAfter(notice)) =
        step.change.after()
    else {
        panic!("only notices are delivered: {step:?}");
    };
    Mail {
        remote_id: RemoteId::StorageKey(notice.member),
        to: step.address.person(),
        subject: step.address.to_string(),
        html: "<p>Mind the move.</p>".to_owned(),
        mark: "test",
    }
}

/// A sandbox, and what one who moves its organization has: org.toml and a folder for the state.
struct Move {
    running: Running,
    config: Resolved,
    store: Store,
    _folder: TempDir,
}

/// How a move went.
struct Went {
    runs: usize,
    requests: usize,
    took: Duration,
}

impl fmt::Display for Went {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            runs,
            requests,
            took,
        } = self;
        write!(f, "{requests} requests in {runs} runs and {took:.1?}")
    }
}

impl Move {
    async fn start(org: &Org, toml: &str, faults: &[&str]) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let rules = json!({ "mapping_user_limit": null });
        let rules = Rules::default().changed(rules).unwrap();
        let world = World::from_live(&org.live).unwrap();
        let mut options = Options::new(world.with_settings(rules).unwrap());
        let faults = faults.iter().map(|line| Fault::from_line(line).unwrap());
        options.faults = faults.collect();
        let folder = tempfile::tempdir().unwrap();
        Self {
            running: Sandbox::start(options).await.unwrap(),
            config: config::load("org.toml", toml).unwrap(),
            store: Store::local(folder.path().join("org.state.json")),
            _folder: folder,
        }
    }

    fn services(&self) -> Services {
        let settings = Settings {
            endpoint: Some(self.running.endpoint().to_owned()),
            devops_token: Some(SecretString::from(DEVOPS_TOKEN)),
            graph_token: Some(SecretString::from(GRAPH_TOKEN)),
            on_password: Some(Arc::new(|_, _| Ok(()))),
            backoff_first: SECOND,
            ..Settings::default()
        };
        let desired = &self.config.desired;
        let (organization, tenant) = (desired.organization.clone(), desired.tenant.clone());
        Services::new(settings, organization, tenant).unwrap()
    }

    /// What is left to do, as a run finds it out: what may only not show yet is waited for.
    async fn plan(&self, services: &Services) -> Result<(Live, State, Plan), CallError> {
        let mut wait = SECOND;
        loop {
            let mut state = self.store.load().await.unwrap();
            let unfinished = self.store.unfinished(&state).await.unwrap();
            let mut owned = state.owned();
            if let Some(unfinished) = &unfinished {
                unfinished.add_to(&mut owned);
            }
            let live = services.read(&self.config.desired.scope(&owned)).await?;
            let left_at = Timestamp::now();
            let recovered = unfinished.map(|it| recover(it, &mut state, &live, left_at));
            let Resolved {
                desired, guards, ..
            } = &self.config;
            let plan = orgctl::plan::plan(desired, &live, &state, guards);
            let now = Timestamp::now();
            if wait <= SECOND * 8 && is_too_early(&plan, &state, recovered.as_ref(), now) {
                tokio::time::sleep(wait).await;
                wait *= 2;
                continue;
            }
            if recovered.is_some() {
                self.store.save(&mut state).await.unwrap();
            }
            return Ok((live, state, plan));
        }
    }

    /// Applies until nothing is left to do.
    async fn converge(&self) -> Went {
        let begin = Instant::now();
        for runs in 1..=RUNS_MAX {
            let services = self.services();
            // A run that cannot read ends, as it does outside.
            let Ok((live, mut state, plan)) = self.plan(&services).await else {
                continue;
            };
            assert!(!plan.is_refused(), "{:#?}", plan.findings);
            if plan.is_empty() {
                return Went {
                    runs,
                    requests: self.running.requests().len(),
                    took: begin.elapsed(),
                };
            }
            let owned = state.owned();
            let applier = Applier {
                reader: &services,
                writer: &services,
                notifier: &Postman(&services),
                scope: self.config.desired.scope(&owned),
                store: &self.store,
                fresh_lineage: Lineage::new(Uuid::from_u128(1)),
                patience: Patience {
                    after_request: Duration::from_secs(10),
                    at_gate: Duration::ZERO,
                },
                clock: &Timestamp::now,
                should_stop: &|| false,
            };
            let ended = applier.apply(plan, live, &mut state, &mut Silent).await;
            let summary = ended.unwrap();
            let open = summary.results.iter().filter(|one| !one.status.succeeded());
            for one in open {
                println!("run {runs}: {} {:?}", one.address, one.status);
            }
        }
        panic!("not there after {RUNS_MAX} runs");
    }

    /// How many requests of each sort there were.
    fn sorts(&self) -> BTreeMap<String, usize> {
        let mut sorts = BTreeMap::new();
        for one in self.running.requests() {
            // What names one person names all of them.
            let path = one
                .path
                .split('/')
                .map(|part| if part.len() > 30 { "…" } else { part });
            let path: Vec<&str> = path.collect();
            let sort = format!("{} {}/{}", one.method, one.host, path.join("/"));
            *sorts.entry(sort).or_default() += 1;
        }
        sorts
    }

    /// Whom the service wrote to, how often; and who was written to by mail of our own.
    fn nobody_was_written_to_twice(&self) -> (usize, usize) {
        let world = serde_json::to_value(self.running.world()).unwrap();
        let directory = &world["directory"];
        let list = |name: &str| directory[name].as_array().cloned().unwrap_or_default();
        let mut letters: BTreeMap<String, usize> = BTreeMap::new();
        for letter in list("letters") {
            let address = letter["address"].as_str().unwrap().to_owned();
            *letters.entry(address).or_default() += 1;
        }
        let mut mails: BTreeMap<String, usize> = BTreeMap::new();
        for sent in list("outbox") {
            let subject = sent["message"]["subject"].as_str().unwrap().to_owned();
            *mails.entry(subject).or_default() += 1;
        }
        for (whom, times) in letters.iter().chain(&mails) {
            assert_eq!(*times, 1, "{whom}");
        }
        nobody_is_there_twice(&world);
        (letters.len(), mails.len())
    }
}

fn nobody_is_there_twice(world: &Value) {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for user in world["directory"]["users"].as_object().unwrap().values() {
        for field in ["user_principal_name", "mail"] {
            if let Some(text) = user[field].as_str() {
                let name = format!("{field} {}", text.to_lowercase());
                *names.entry(name).or_default() += 1;
            }
        }
    }
    names.retain(|_, times| *times > 1);
    assert!(names.is_empty(), "{names:?}");
}

/// Fifteen sorts of trouble, which together meet 30.5 % of all requests. Those that fail are the more
/// frequent ones; nothing has to be repeated after the last three.
const FAULTS: [&str; 15] = [
    "3% seed=31 drop=before",
    "3% seed=32 drop=after",
    "3% seed=33 cut-off",
    "3% seed=34 status=500",
    "3% seed=36 status=503",
    "3% seed=40 status=429",
    "2% seed=35 status=502 body=html",
    "2% seed=37 status=503 body=bom",
    "2% seed=38 status=504 body=empty",
    "2% seed=39 status=429 retry-after=0",
    "2% seed=41 status=429 body=empty",
    "2% seed=42 page",
    "2% seed=43 delay=30ms",
    "2% seed=44 slow-down=0",
    "2% seed=45 stale=1s",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_people_get_there_whatever_three_requests_in_ten_meet() {
    let org = Org::of(1_000);
    let calm = Move::start(&org, &org.toml, &[]).await;
    let calmly = calm.converge().await;
    let (letters, _) = calm.nobody_was_written_to_twice();
    assert_eq!(letters, 60);
    let troubled = Move::start(&org, &org.toml, &FAULTS).await;
    let went = troubled.converge().await;
    assert_eq!(troubled.nobody_was_written_to_twice().0, letters);
    println!("without faults {calmly}, with faults {went}");
    let most = calmly.requests * 16 / 10;
    let (few, many) = (calm.sorts(), troubled.sorts());
    assert!(
        went.requests <= most,
        "{went}, {calmly} without faults: {many:#?} instead of {few:#?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_mail_is_sent_twice_whatever_three_requests_in_ten_meet() {
    let org = Org::of(200);
    let toml = format!("{}\n[notices]\ndeliver = \"graph\"\n", org.toml);
    let calm = Move::start(&org, &toml, &[]).await;
    calm.converge().await;
    let (letters, mails) = calm.nobody_was_written_to_twice();
    assert!(letters == 12 && mails > 150, "{letters} {mails}");
    let troubled = Move::start(&org, &toml, &FAULTS).await;
    let went = troubled.converge().await;
    let (letters_then, mails_then) = troubled.nobody_was_written_to_twice();
    println!("{went}: {letters_then} letters and {mails_then} mails");
    assert_eq!(letters_then, letters);
    // A mail is not repeated where it may have gone out, so some never did.
    assert!(
        mails_then <= mails && mails_then * 10 >= mails * 7,
        "{mails_then} of {mails}"
    );
}
