//! Every point, one after the other.

use std::collections::{BTreeMap, BTreeSet};

use orgctl::model::address::Kind;

use super::disk::Loss;
use super::orgs::Move;
use super::plug::Plug;
use super::rig::{Moment, Sight, Trouble, converges, run, undisturbed};

#[tokio::test]
async fn an_apply_that_stops_at_any_point_is_finished_by_the_next() {
    let Move { config, world } = Move::of_every_kind();
    let begin = Moment::before(world);
    let whole = Plug::never();
    let ran = run(&config, &begin, &whole, Trouble::default()).await;
    let applied = ran.ended.unwrap().unwrap();
    let summary = applied.summary.unwrap();
    assert!(summary.is_complete() && applied.left.is_empty(), "{summary:#?}");
    let kinds: BTreeSet<Kind> = summary.results.iter().map(|it| it.address.kind()).collect();
    assert_eq!(kinds, BTreeSet::from(Kind::ALL), "a step of every kind");
    let wanted = Sight::of(&ran.left);

    let points = whole.points();
    let (mut left, mut sorts) = (BTreeMap::new(), BTreeMap::new());
    for (point, what) in points.iter().enumerate() {
        let plug = Plug::at(point);
        let ran = run(&config, &begin, &plug, Trouble::default()).await;
        assert!(plug.was_pulled(), "{point}: {what}");
        for loss in Loss::ALL {
            let moment = ran.left.after(loss);
            let what = format!("point {point}, {what}, {loss:?}");
            left.entry(moment.fingerprint()).or_insert((moment, what));
        }
        *sorts.entry(*what).or_insert(0) += 1;
    }
    println!("{} points, {} of them differ: {sorts:#?}", points.len(), left.len());
    let mut runs = BTreeMap::new();
    for (moment, what) in left.values() {
        let further = converges(&config, moment, &wanted, what).await;
        *runs.entry(further).or_insert(0) += 1;
    }
    println!("further runs: {runs:?}");
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
