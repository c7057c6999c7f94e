//! Applying: the journal, ten thousand guests and mappings at a service that takes its time, the same
//! within the limits of the services, and the memory of a hundred thousand steps. Each beside a floor
//! or a bound of the same run. See docs/performance.md.
//!
//! `cargo bench --bench apply -- journal` runs one part; the parts are `journal`, `latency`, `memory`
//! and `limits`, and the last takes the half-hour that the services' limits ask for.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that cannot run has nothing better to do than to stop and say so"
)]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use orgctl::model::address::{Address, Kind};
use orgctl::model::attributes::{Attributes, Identity, MappingAttributes};
use orgctl::model::ids::{Lineage, ObjectId, RemoteId, StorageKey};
use orgctl::model::person::Email;
use orgctl::sandbox::{GRAPH_TOKEN, Logged, Throttling};
use orgctl::state::journal::{Intent, Settlement};
use orgctl::state::store::Store;
use orgctl::state::value::{Effect, Entry, State};
use uuid::Uuid;

#[expect(
    dead_code,
    clippy::indexing_slicing,
    reason = "shared with the tests, which use more of it and may unwrap"
)]
#[path = "../tests/support/people.rs"]
mod people;
mod served;

use people::{Org, Sort};
use served::Served;

/// Guests, each of whom is invited and then mapped.
const GUESTS: u32 = 10_000;
const LATENCY: Duration = Duration::from_millis(20);
/// The service maps a hundred users unless support has raised that.
const NO_LIMIT: &str = "--set=mapping_user_limit=null";
const APPLY: [&str; 3] = ["apply", "--auto-approve", "-q"];
const STEPS: [u32; 3] = [1_000, 10_000, 100_000];
/// What an apply writes to its journal before and after each group of requests.
const GROUP: usize = 50;

fn main() {
    // `cargo bench -- --test` and `cargo test --benches` only ask whether it builds.
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.iter().any(|argument| argument == "--test") {
        return;
    }
    drop(rustls::crypto::ring::default_provider().install_default());
    let parts: [(&str, fn()); 4] = [
        ("journal", journal),
        ("latency", latency),
        ("memory", memory),
        ("limits", limits),
    ];
    let is_named = parts
        .iter()
        .any(|(name, _)| arguments.iter().any(|it| it == name));
    for (name, run) in parts {
        if !is_named || arguments.iter().any(|it| it == name) {
            run();
        }
    }
}

/// What the journal costs a step, beside a file that the same bytes are appended and synced to.
fn journal() {
    println!("journal   steps  floor µs/step  journal µs/step  ratio  read back µs/step");
    let mut costs = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for steps in STEPS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("org.state.json");
        let (took, read) = runtime.block_on(write_and_read(&Store::local(path), steps));
        let bytes = fs::read(folder.path().join("org.state.json.journal")).unwrap();
        let floor = append(&folder.path().join("floor"), &bytes, steps);
        let each = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(steps);
        println!(
            "        {steps:>7}  {:>13.1}  {:>15.1}  {:>5.2}  {:>17.1}",
            each(floor),
            each(took),
            took.as_secs_f64() / floor.as_secs_f64(),
            each(read)
        );
        costs.push(each(took));
    }
    let [first, .., last] = costs.as_slice() else {
        return;
    };
    println!(
        "          the last costs {:.2} times the first a step (aim: constant)",
        last / first
    );
}

/// Writes the journal of so many steps, then reads it.
async fn write_and_read(store: &Store, steps: u32) -> (Duration, Duration) {
    let mut state = State::new(Lineage::new(Uuid::from_u128(1)));
    store.save(&mut state).await.unwrap();
    let entries: Vec<(Address, Attributes, RemoteId)> = (0..steps).map(mapping).collect();
    let begin = Instant::now();
    let mut journal = store.start_journal(&state).await.unwrap();
    for group in entries.chunks(GROUP) {
        let intents: Vec<Intent> = group.iter().map(intent).collect();
        journal.intend(&intents).await.unwrap();
        let settlements: Vec<_> = group.iter().map(settlement).collect();
        journal.settle(&settlements).await.unwrap();
    }
    let took = begin.elapsed();
    let begin = Instant::now();
    assert!(store.unfinished(&state).await.unwrap().is_some());
    (took, begin.elapsed())
}

fn mapping(number: u32) -> (Address, Attributes, RemoteId) {
    let id = u128::from(number);
    let member = StorageKey::new(Uuid::from_u128(1 << 64 | id));
    let attributes = Attributes::Mapping(MappingAttributes::new(
        member,
        Email::from_service(&format!("person{number}@contoso.com")),
        Identity::ObjectId(ObjectId::new(Uuid::from_u128(2 << 64 | id))),
    ));
    let person = Email::from_service(&format!("person{number}@outlook.com"));
    let address = Address::of(Kind::Mapping, &person);
    (address, attributes, RemoteId::StorageKey(member))
}

fn intent((address, attributes, _): &(Address, Attributes, RemoteId)) -> Intent {
    Intent {
        address: address.clone(),
        after: Some(attributes.clone()),
        tenant: None,
    }
}

fn settlement(
    (address, attributes, remote_id): &(Address, Attributes, RemoteId),
) -> (Address, Settlement) {
    let entry = Entry {
        remote_id: *remote_id,
        attributes: attributes.clone(),
        applied_at: Timestamp::UNIX_EPOCH,
        tenant: None,
        request_id: None,
    };
    (address.clone(), Settlement::Done(Effect::Own(entry)))
}

/// Appends the same bytes in as many pieces, and syncs each.
fn append(path: &Path, bytes: &[u8], steps: u32) -> Duration {
    let pieces = (steps as usize).div_ceil(GROUP) * 2;
    let begin = Instant::now();
    let mut file = fs::File::create(path).unwrap();
    for piece in bytes.chunks(bytes.len().div_ceil(pieces)) {
        file.write_all(piece).unwrap();
        file.sync_data().unwrap();
    }
    begin.elapsed()
}

/// How fast it goes where the service takes its time and limits nothing.
fn latency() {
    let floor = one_after_another(&served_late(&guests(), &[NO_LIMIT]));
    let served = served_late(&guests(), &[NO_LIMIT]);
    let (took, peak_kb) = served.run(&APPLY);
    let log = requests(&served);
    let writes = u32::try_from(log.iter().filter(|one| is_write(one)).count()).unwrap();
    let sequential = floor * writes;
    println!("latency  {GUESTS} guests and {GUESTS} mappings, {LATENCY:?} each");
    println!("  one after another  {floor:.1?} each, so {sequential:.1?} for {writes} writes");
    println!(
        "  apply              {took:.1?}, {} requests, {} MB",
        log.len(),
        peak_kb / 1024
    );
    let ratio = sequential.as_secs_f64() / took.as_secs_f64();
    println!("  ratio              {ratio:.1} (aim: at least 15)");
}

/// How fast it goes where the services limit what a caller may use.
fn limits() {
    let throttling = Throttling {
        devops: true,
        graph: true,
        ..Throttling::default()
    };
    let limits = [
        "--set=throttling.devops=true",
        "--set=throttling.graph=true",
    ];
    let served = served_late(&guests(), &[&[NO_LIMIT], &limits[..]].concat());
    let (took, _) = served.run(&APPLY);
    let log = requests(&served);
    // Invitations are over before mappings begin. What was read of Azure DevOps before is given back by
    // then, so only what comes after counts.
    let last = log.iter().rposition(is_invitation).unwrap();
    let answered = |one: &&Logged| one.status != Some(429);
    let invitations = log.iter().filter(|one| is_invitation(one)).filter(answered);
    let (_, after) = log.split_at(last);
    let devops = after
        .iter()
        .filter(|one| one.host != GRAPH)
        .filter(answered);
    let count = |number: usize| u32::try_from(number).unwrap();
    let (invitations, devops) = (count(invitations.count()), count(devops.count()));
    let refused = log.iter().filter(|one| one.status == Some(429)).count();
    let graph_bound = throttling.graph_writes().unwrap().shortest(invitations);
    let devops_bound = throttling.devops_requests().unwrap().shortest(devops);
    let bound = graph_bound + devops_bound;
    println!("limits   {GUESTS} guests and {GUESTS} mappings within both services' limits");
    println!("  bound  {bound:.0?}: {graph_bound:.0?} for {invitations} invitations,");
    println!("         {devops_bound:.0?} for {devops} requests to Azure DevOps after them");
    println!(
        "  apply  {took:.0?}, {} requests, of which {refused} were refused",
        log.len()
    );
    let ratio = took.as_secs_f64() / bound.as_secs_f64();
    println!("  ratio  {ratio:.3} (aim: at most 1.15)");
}

/// The most memory that an apply of a hundred thousand steps holds.
fn memory() {
    println!("memory   steps  apply s  peak MB  (aim: less than 300 at 100000)");
    for steps in STEPS {
        let sorts = (0..=steps).map(|n| if n == 0 { Sort::Matches } else { Sort::Mapped });
        let served = Served::start(&Org::of_sorts(sorts), &[NO_LIMIT]);
        let (took, peak_kb) = served.run(&APPLY);
        println!(
            "       {steps:>7}  {:>7.1}  {:>7}",
            took.as_secs_f64(),
            peak_kb / 1024
        );
    }
}

fn guests() -> Org {
    Org::of_sorts((0..=GUESTS).map(|n| if n == 0 { Sort::Matches } else { Sort::Guest }))
}

const GRAPH: &str = "graph.microsoft.com";

fn is_invitation(one: &Logged) -> bool {
    one.method == "POST" && one.path.ends_with("/invitations")
}

fn is_write(one: &Logged) -> bool {
    is_invitation(one) || one.method == "PATCH"
}

/// Invitations without anything side by side, of a few: each takes as long as the others.
fn one_after_another(served: &Served) -> Duration {
    const SAMPLE: u32 = 300;
    let client = reqwest::Client::new();
    let url = format!("{}/{GRAPH}/v1.0/invitations", served.endpoint);
    let begin = Instant::now();
    runtime().block_on(async {
        for number in 0..SAMPLE {
            let body = serde_json::json!({
                "invitedUserEmailAddress": format!("sample{number}@fabrikam.com"),
                "inviteRedirectUrl": "https://dev.azure.com/contoso",
                "sendInvitationMessage": true,
            });
            let request = client.post(&url).bearer_auth(GRAPH_TOKEN).json(&body);
            let answer = request.send().await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.status());
            answer.bytes().await.unwrap();
        }
    });
    begin.elapsed() / SAMPLE
}

/// The organization behind a service that answers late.
fn served_late(org: &Org, options: &[&str]) -> Served {
    let fault = format!("100% delay={}ms", LATENCY.as_millis());
    Served::start(org, &[&["--fault", &fault][..], options].concat())
}

fn requests(served: &Served) -> Vec<Logged> {
    let url = format!("{}/_sandbox/requests", served.endpoint);
    let log = runtime().block_on(async { reqwest::get(url).await.unwrap().text().await.unwrap() });
    serde_json::from_str(&log).unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}
