//! The whole of `orgctl plan` over HTTP, against a sandbox in another process: wall time and peak
//! memory, beside a floor measured in the same run: a client that fetches the longest list page by
//! page and keeps nothing. See docs/performance.md.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that cannot run has nothing better to do than to stop and say so"
)]

use std::time::{Duration, Instant};

use orgctl::sandbox::DEVOPS_TOKEN;

#[expect(
    dead_code,
    clippy::indexing_slicing,
    reason = "shared with the tests, which use more of it and may unwrap"
)]
#[path = "../tests/support/people.rs"]
mod people;
mod served;

use people::Org;
use served::Served;

const SIZES: [u32; 3] = [1_000, 10_000, 100_000];
const RUNS: usize = 5;

fn main() {
    // `cargo bench -- --test` and `cargo test --benches` only ask whether it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    drop(rustls::crypto::ring::default_provider().install_default());
    println!("  people  start ms  page ms  floor ms  plan ms  ratio  peak MB  (medians of {RUNS})");
    for people in SIZES {
        let org = Org::of(people);
        let starting = Instant::now();
        let served = Served::start(&org, &[]);
        let start = starting.elapsed();
        let mut slowest_pages = Vec::new();
        let mut floors = Vec::new();
        let mut plans = Vec::new();
        let mut peaks = Vec::new();
        for _ in 0..RUNS {
            let (floor, slowest_page) = fetch_entitlements(&served.endpoint);
            floors.push(floor);
            slowest_pages.push(slowest_page);
            let (elapsed, peak_kb) = served.run(&["plan", "-q"]);
            plans.push(elapsed);
            peaks.push(peak_kb);
        }
        let (floor, plan, peak) = (median(floors), median(plans), median(peaks));
        let ratio = plan.as_secs_f64() / floor.as_secs_f64();
        println!(
            "{people:>8}  {:>8}  {:>7.1}  {:>8}  {:>7}  {ratio:>5.2}  {:>7}",
            start.as_millis(),
            median(slowest_pages).as_secs_f64() * 1000.0,
            floor.as_millis(),
            plan.as_millis(),
            peak / 1024
        );
    }
}

fn median<T: Ord + Copy>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    *values.get(values.len() / 2).unwrap()
}

/// Fetches all entitlements, a page after the other, and looks at nothing but the way to the next.
/// How long all took, and the slowest page.
fn fetch_entitlements(endpoint: &str) -> (Duration, Duration) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = reqwest::Client::new();
    let url = format!("{endpoint}/vsaex.dev.azure.com/contoso/_apis/userentitlements");
    let start = Instant::now();
    let mut slowest = Duration::ZERO;
    runtime.block_on(async {
        let mut token = String::new();
        loop {
            let mut query = vec![("api-version", "7.1")];
            if !token.is_empty() {
                query.push(("continuationToken", &token));
            }
            let request = client.get(&url).query(&query).bearer_auth(DEVOPS_TOKEN);
            let asked = Instant::now();
            let text = request.send().await.unwrap().text().await.unwrap();
            slowest = slowest.max(asked.elapsed());
            let (_, after) = text.split_once("\"continuationToken\":\"").unwrap();
            let (next, _) = after.split_once('"').unwrap();
            if next.is_empty() {
                break;
            }
            next.clone_into(&mut token);
        }
    });
    (start.elapsed(), slowest)
}
