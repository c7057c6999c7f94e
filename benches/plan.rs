//! Parse, diff and render of whole organizations, beside a floor measured in the same run: the plain
//! parsers on the same bytes. See docs/performance.md.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use orgctl::model::live::Live;
use orgctl::report::style::Look;
use orgctl::report::text;
use orgctl::state::value::State;

#[expect(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "shared with the tests, which use more of it and may unwrap"
)]
#[path = "../tests/support/people.rs"]
mod people;

use people::Org;

fn plan(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("plan");
    for people in [1_000_u32, 10_000, 100_000] {
        let Org { toml, live } = Org::of(people);
        let json = serde_json::to_string(&live).unwrap_or_default();
        group.throughput(Throughput::Elements(u64::from(people)));
        if people == 100_000 {
            group.sample_size(10);
        }
        group.bench_with_input(BenchmarkId::new("floor", people), &(), |bencher, ()| {
            bencher.iter(|| {
                let table: Result<toml::Table, _> = toml::from_str(black_box(&toml));
                let value: Result<serde_json::Value, _> = serde_json::from_str(black_box(&json));
                (table.is_ok(), value.is_ok())
            });
        });
        group.bench_with_input(BenchmarkId::new("orgctl", people), &(), |bencher, ()| {
            bencher.iter(|| parse_diff_render(black_box(&toml), black_box(&json)));
        });
    }
    group.finish();
}

fn parse_diff_render(toml: &str, json: &str) -> usize {
    let Ok(config) = orgctl::config::load("org.toml", toml) else {
        return 0;
    };
    let Ok(live) = serde_json::from_str::<Live>(json) else {
        return 0;
    };
    let plan = orgctl::plan::plan(&config.desired, &live, &State::unsaved(), &config.guards);
    text::plan(&plan, Look::PLAIN).len()
}

criterion_group!(benches, plan);
criterion_main!(benches);
