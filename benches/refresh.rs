//! The whole of `orgctl plan` over HTTP, against a sandbox in another process: wall time and peak
//! memory, beside a floor measured in the same run: a client that fetches the longest list page by
//! page and keeps nothing. See docs/performance.md.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that cannot run has nothing better to do than to stop and say so"
)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use orgctl::sandbox::{DEVOPS_TOKEN, GRAPH_TOKEN};

#[expect(
    dead_code,
    clippy::indexing_slicing,
    reason = "shared with the tests, which use more of it and may unwrap"
)]
#[path = "../tests/support/people.rs"]
mod people;

use people::Org;

const SIZES: [u32; 3] = [1_000, 10_000, 100_000];
const RUNS: usize = 5;

fn main() {
    // `cargo bench -- --test` and `cargo test --benches` only ask whether it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    drop(rustls::crypto::ring::default_provider().install_default());
    println!("  people  floor ms  plan ms  ratio  peak MB  (medians of {RUNS})");
    for people in SIZES {
        let folder = tempfile::tempdir().unwrap();
        let Org { toml, live } = Org::of(people);
        fs::write(folder.path().join("org.toml"), toml).unwrap();
        fs::write(
            folder.path().join("live.json"),
            serde_json::to_vec(&live).unwrap(),
        )
        .unwrap();
        let (mut server, endpoint) = serve(folder.path());
        let mut floors = Vec::new();
        let mut plans = Vec::new();
        let mut peaks = Vec::new();
        for _ in 0..RUNS {
            floors.push(fetch_entitlements(&endpoint));
            let (elapsed, peak_kb) = plan(folder.path(), &endpoint);
            plans.push(elapsed);
            peaks.push(peak_kb);
        }
        let (floor, plan, peak) = (median(floors), median(plans), median(peaks));
        let ratio = plan.as_secs_f64() / floor.as_secs_f64();
        println!(
            "{people:>8}  {:>8}  {:>7}  {ratio:>5.2}  {:>7}",
            floor.as_millis(),
            plan.as_millis(),
            peak / 1024
        );
        drop(server.kill());
        drop(server.wait());
    }
}

fn median<T: Ord + Copy>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    *values.get(values.len() / 2).unwrap()
}

fn orgctl(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orgctl"));
    command.current_dir(folder).env_clear();
    command
}

fn serve(folder: &Path) -> (Child, String) {
    let mut child = orgctl(folder)
        .args(["sandbox", "serve", "--seed", "live.json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let endpoint = lines.next().unwrap().unwrap();
    (child, endpoint)
}

/// One run of `orgctl plan`: how long, and the most memory it held, in kibibytes.
fn plan(folder: &Path, endpoint: &str) -> (Duration, u64) {
    let start = Instant::now();
    let mut child = orgctl(folder)
        .args(["plan", "-q"])
        .envs([
            ("ORGCTL_ENDPOINT", endpoint),
            ("ORGCTL_DEVOPS_TOKEN", DEVOPS_TOKEN),
            ("ORGCTL_GRAPH_TOKEN", GRAPH_TOKEN),
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        // The system keeps the high-water mark, so the last look before the end is as good as any.
        if let Ok(status) = fs::read_to_string(&status_file) {
            peak = high_water_mark(&status).max(peak);
        }
        if let Some(ended) = child.try_wait().unwrap() {
            assert!(ended.success(), "plan ended with {ended}");
            return (start.elapsed(), peak);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn high_water_mark(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or_default()
}

/// Fetches all entitlements, a page after the other, and looks at nothing but the way to the next.
fn fetch_entitlements(endpoint: &str) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = reqwest::Client::new();
    let url = format!("{endpoint}/vsaex.dev.azure.com/contoso/_apis/userentitlements");
    let start = Instant::now();
    runtime.block_on(async {
        let mut token = String::new();
        loop {
            let mut query = vec![("api-version", "7.1")];
            if !token.is_empty() {
                query.push(("continuationToken", &token));
            }
            let request = client.get(&url).query(&query).bearer_auth(DEVOPS_TOKEN);
            let text = request.send().await.unwrap().text().await.unwrap();
            let (_, after) = text.split_once("\"continuationToken\":\"").unwrap();
            let (next, _) = after.split_once('"').unwrap();
            if next.is_empty() {
                break;
            }
            next.clone_into(&mut token);
        }
    });
    start.elapsed()
}
