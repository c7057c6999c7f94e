//! Every point, one after the other; in a plain run some of them, over all sorts.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use orgctl::model::address::Kind;

use orgctl::apply::{StepResult, Summary};
use orgctl::config::Resolved;
use orgctl::plan::value::Action;
use orgctl::sandbox::{Effect, Fault, Logged};

use super::disk::Loss;
use super::moment::Moment;
use super::orgs::Move;
use super::outside::Trouble;
use super::plug::Plug;
use super::rig::{Ran, converges, run, undisturbed};
use super::sight::Sight;
use crate::support::project::full_or;

/// What a run that nobody disturbs comes to, and point by point what it does.
pub(crate) struct Whole {
    pub(crate) wanted: Sight,
    pub(crate) points: Vec<&'static str>,
    pub(crate) ran: Ran,
}

pub(crate) async fn whole(config: &Resolved, begin: &Moment) -> Whole {
    let plug = Plug::never();
    let ran = run(config, begin, &plug, Trouble::default()).await;
    let Some(Ok(applied)) = &ran.ended else {
        panic!("it did not end");
    };
    let summary = applied.summary.as_ref().unwrap();
    assert!(
        summary.is_complete() && applied.left.as_ref().unwrap().is_empty(),
        "{summary:#?}"
    );
    Whole {
        wanted: Sight::of(&ran.left),
        points: plug.points(),
        ran,
    }
}

/// The steps that were more than a change of the record.
fn writes(summary: &Summary) -> impl Iterator<Item = &StepResult> {
    let is_write = |action| !matches!(action, Action::Adopt | Action::Forget);
    let results = summary.results.iter();
    results.filter(move |result| is_write(result.action))
}

/// What is left by runs that stop at each point from this moment on, each moment that differs once,
/// with the words for how it came about.
async fn stopped(
    config: &Resolved,
    begin: &Moment,
    points: impl Iterator<Item = usize>,
    how: &str,
) -> BTreeMap<u64, (Moment, String)> {
    let mut left = BTreeMap::new();
    let trouble = Trouble::default();
    for point in points {
        let plug = Plug::at(point);
        let ran = run(config, begin, &plug, trouble.clone()).await;
        if !plug.was_pulled() {
            break;
        }
        let what = plug.points().pop().unwrap();
        for loss in Loss::ALL {
            let moment = ran.left.after(loss);
            let how = || format!("{how}point {point}, {what}, {loss:?}");
            left.entry(moment.fingerprint())
                .or_insert_with(|| (moment, how()));
        }
    }
    left
}

#[tokio::test]
async fn an_apply_that_stops_at_any_point_is_finished_by_the_next() {
    let Move { config, world } = Move::of_every_kind();
    let begin = Moment::before(world);
    let Whole {
        wanted,
        points,
        ran,
    } = whole(&config, &begin).await;
    let summary = ran.ended.unwrap().unwrap().summary.unwrap();
    let kinds: BTreeSet<Kind> = writes(&summary).map(|it| it.address.kind()).collect();
    assert_eq!(kinds, BTreeSet::from(Kind::ALL), "a step of every kind");
    for (sort, least) in SORTS {
        let count = points.iter().filter(|point| **point == sort).count();
        assert!(count >= least, "{count} times: {sort}");
    }
    let count = |what| points.iter().filter(|point| **point == what).count();
    let groups = count("before it is sent") + count("before the mail");
    let syncs = count("sync a file");
    assert!(
        syncs <= 2 * groups + 8,
        "{syncs} for {groups} groups: one a batch"
    );
    let each = (0..points.len()).step_by(full_or(1, 9));
    let left = stopped(&config, &begin, each, "").await;
    println!("{} points leave {} moments", points.len(), left.len());
    let mut runs = BTreeMap::new();
    for (moment, how) in left.values() {
        let further = converges(&config, moment, &wanted, how).await;
        *runs.entry(further).or_insert(0) += 1;
    }
    println!("further runs: {runs:?}");
}

/// The sorts of points, and how many of each there are at least.
const SORTS: [(&str, usize); 10] = [
    ("before it is sent", 8),
    ("half of it sent", 5),
    ("answered and not recorded", 8),
    ("before the mail", 4),
    ("half of the mail", 4),
    ("mail sent and not recorded", 4),
    ("half of it written", 25),
    ("sync a file", 25),
    ("rename a file", 2),
    ("keep a first password", 2),
];

/// The first things that a run does after a crash: reading what is there, recovery, saving it.
const RECOVERY: Range<usize> = 0..14;

#[tokio::test]
async fn a_recovery_that_stops_at_any_point_is_finished_by_the_next() {
    let Move { config, world } = Move::of_every_kind();
    let begin = Moment::before(world);
    let Whole { wanted, points, .. } = whole(&config, &begin).await;
    let each = (0..points.len()).step_by(full_or(1, 13));
    let once = stopped(&config, &begin, each, "").await;
    let mut twice = BTreeMap::new();
    // Of six steps every one is, below; here are the kinds that these do not have.
    for (moment, how) in once.values().step_by(4) {
        let how = format!("{how}; then ");
        twice.extend(stopped(&config, moment, RECOVERY, &how).await);
    }
    twice.retain(|moment, _| !once.contains_key(moment));
    println!("{} moments after two crashes", twice.len());
    for (moment, how) in twice.values() {
        converges(&config, moment, &wanted, how).await;
    }
}

#[tokio::test]
async fn six_steps_that_are_stopped_at_any_two_points_are_finished_by_the_next() {
    let before = Move::before_six_steps();
    let moved = undisturbed(&before.config, &Moment::before(before.world)).await;
    let (begin, config) = (moved.left, Move::six_steps());
    let Whole {
        wanted,
        points,
        ran,
    } = whole(&config, &begin).await;
    let summary = ran.ended.unwrap().unwrap().summary.unwrap();
    assert_eq!(writes(&summary).count(), 6, "{:#?}", summary.results);
    let each = (0..points.len()).step_by(full_or(1, 19));
    let once = stopped(&config, &begin, each, "").await;
    let mut twice = once.clone();
    let mut pairs = 0;
    for (moment, how) in once.values() {
        let how = format!("{how}; then ");
        let left = stopped(&config, moment, (0..).step_by(full_or(1, 7)), &how).await;
        pairs += left.len();
        twice.extend(left);
    }
    println!(
        "{} points, {pairs} pairs leave {} moments",
        points.len(),
        twice.len()
    );
    for (moment, how) in twice.values() {
        converges(&config, moment, &wanted, how).await;
    }
}

/// A write is lost on its way, or its answer is: the run stops there.
#[tokio::test]
async fn an_apply_that_stops_with_any_write_is_finished_by_the_next() {
    let Move { config, world } = Move::of_every_kind();
    let begin = Moment::before(world);
    let Whole { wanted, ran, .. } = whole(&config, &begin).await;
    let is_write = |method: &str| !matches!(method, "GET" | "HEAD" | "OPTIONS");
    let mut writes: BTreeMap<(String, String), u32> = BTreeMap::new();
    for Logged {
        method, host, path, ..
    } in ran.requests.iter().filter(|one| is_write(&one.method))
    {
        let place = format!("{host}/{path}");
        *writes.entry((method.clone(), place)).or_default() += 1;
    }
    let each = writes.into_iter();
    let each = each.flat_map(|(sort, count)| (1..=count).map(move |nth| (sort.clone(), nth)));
    let each: Vec<_> = each.collect();
    assert!(each.len() > 20, "{each:?}");
    for ((method, path), nth) in each.into_iter().step_by(full_or(1, 9)) {
        for effect in [Effect::DropBefore, Effect::DropAfter] {
            let how = format!("{method} {path}, number {nth}, {effect:?}");
            let fault = Fault {
                method: Some(method.clone()),
                from: nth,
                ..Fault::once(path.as_str(), effect)
            };
            let trouble = Trouble {
                faults: vec![fault],
                ..Trouble::default()
            };
            let ran = run(&config, &begin, &Plug::never(), trouble).await;
            let is_felt = match &ran.ended {
                None => true,
                // The last ones: a mail is not repeated, so there was nothing left to stop.
                Some(ended) => !ended
                    .as_ref()
                    .unwrap()
                    .summary
                    .as_ref()
                    .unwrap()
                    .is_complete(),
            };
            assert!(is_felt, "{how} stopped nothing");
            let moment = ran.left.after(Loss::Process);
            converges(&config, &moment, &wanted, &how).await;
        }
    }
}

#[tokio::test]
async fn the_sandbox_and_the_disk_are_the_same_for_the_same_run() {
    let Move { config, world } = Move::of_every_kind();
    let begin = Moment::before(world);
    let [one, other] = [
        undisturbed(&config, &begin).await.left,
        undisturbed(&config, &begin).await.left,
    ];
    assert_eq!(one.fingerprint(), other.fingerprint());
}
