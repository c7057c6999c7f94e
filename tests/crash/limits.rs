//! What is not there when it is needed: room, the right to write, the network, an answer; and a clock that
//! was put back.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::time::Duration;

use orgctl::apply::Recovered;
use orgctl::model::address::{Address, Kind};
use orgctl::sandbox::{Effect, Fault};
use orgctl::state::error::StoreError;

use super::disk::{Loss, Refusal};
use super::moment::{BEGIN, Moment};
use super::orgs::Move;
use super::outside::Trouble;
use super::plug::Plug;
use super::points::{Whole, whole};
use super::rig::{converges, run, undisturbed};
use super::sight::Sight;
use crate::support::project::full_or;

fn kind_of(error: &StoreError) -> ErrorKind {
    let StoreError::Io { error, .. } = error else {
        panic!("{error}");
    };
    error.kind()
}

fn refusing(refusal: Refusal) -> Trouble {
    Trouble {
        refusal: Some(refusal),
        ..Trouble::default()
    }
}

#[tokio::test]
async fn a_disk_that_runs_full_at_any_write_loses_nothing() {
    let Move { config, world } = Move::of_every_kind();
    let begin = Moment::before(world);
    let Whole { wanted, ran, .. } = whole(&config, &begin).await;
    assert!(ran.writes > 25, "{}", ran.writes);
    let (mut left, mut copies) = (BTreeMap::new(), 0);
    for write in (0..ran.writes).step_by(full_or(1, 11)) {
        let trouble = refusing(Refusal::Full(write));
        let ran = run(&config, &begin, &Plug::never(), trouble).await;
        let how = format!("full at write {write}");
        match ran.ended.unwrap() {
            // Of a copy that could not be kept nothing depends but the way back.
            Ok(_) => copies += 1,
            Err(error) => assert_eq!(kind_of(&error), ErrorKind::StorageFull, "{how}"),
        }
        // The process goes on to its end, so what it wrote is there.
        let moment = ran.left.after(Loss::Process);
        left.entry(moment.fingerprint()).or_insert((moment, how));
    }
    assert!(copies <= 3, "{copies} times nobody noticed");
    for (moment, how) in left.values() {
        converges(&config, moment, &wanted, how).await;
    }
}

#[tokio::test]
async fn where_nothing_can_be_written_nothing_is_sent() {
    let Move { config, world } = Move::of_every_kind();
    let begin = Moment::before(world);
    let before = Sight::of(&begin);
    let trouble = refusing(Refusal::ReadOnly);
    let ran = run(&config, &begin, &Plug::never(), trouble).await;
    let error = ran.ended.unwrap().err().unwrap();
    assert_eq!(kind_of(&error), ErrorKind::PermissionDenied);
    assert!(error.to_string().contains("org.state.json"), "{error}");
    assert_eq!(Sight::of(&ran.left), before);
    let is_read = |method: &str| matches!(method, "GET" | "HEAD");
    let sent = ran.requests.iter().filter(|one| !is_read(&one.method));
    let sent: Vec<&str> = sent.map(|one| one.path.as_str()).collect();
    let reads = ["v1.0/$batch", "_apis/Contribution/HierarchyQuery"];
    let is_known = |path: &&str| reads.iter().any(|read| path.contains(read));
    assert!(sent.iter().all(is_known), "{sent:?}");
}

#[tokio::test]
async fn a_clock_that_is_put_back_confuses_nobody() {
    let Move { config, world } = Move::of_every_kind();
    let begin = Moment::before(world);
    let Whole { wanted, points, .. } = whole(&config, &begin).await;
    for point in (0..points.len()).step_by(full_or(11, 77)) {
        let plug = Plug::at(point);
        let ran = run(&config, &begin, &plug, Trouble::default()).await;
        for back in [Duration::from_secs(3600), Duration::from_secs(86_400 * 400)] {
            let moment = Moment {
                clock: BEGIN.checked_sub(back).unwrap(),
                ..ran.left.after(Loss::Process)
            };
            let how = format!("point {point}, put back by {back:?}");
            converges(&config, &moment, &wanted, &how).await;
        }
    }
}

#[tokio::test]
async fn services_that_are_gone_from_some_moment_on_lose_nothing() {
    let Move { config, world } = Move::of_every_kind();
    let begin = Moment::before(world);
    let Whole { wanted, ran, .. } = whole(&config, &begin).await;
    // Not while everything is read first: then nothing is begun.
    let is_mail = |path: &str| path.ends_with("/sendMail");
    let first = ran.requests.iter().position(|one| is_mail(&one.path));
    let (first, last) = (first.unwrap(), ran.requests.len());
    for request in (first + 1..last).step_by(full_or(7, 49)) {
        let fault = Fault {
            from: u32::try_from(request).unwrap(),
            times: None,
            ..Fault::once("", Effect::DropBefore)
        };
        let trouble = Trouble {
            faults: vec![fault],
            stops: false,
            ..Trouble::default()
        };
        let ran = run(&config, &begin, &Plug::never(), trouble).await;
        let how = format!("gone from request {request} on");
        let applied = ran
            .ended
            .unwrap()
            .unwrap_or_else(|error| panic!("{how}: {error}"));
        assert!(applied.left.is_none(), "{how}: they are there");
        converges(&config, &ran.left.after(Loss::Process), &wanted, &how).await;
    }
}

fn of_kind(kind: Kind) -> impl Fn(&&Address) -> bool {
    move |address| address.kind() == kind
}

/// What was left without an answer when a run ended by itself is settled by the next one, as after a
/// crash: by looking.
#[tokio::test]
async fn what_has_no_answer_is_remembered_and_looked_for() {
    let Move { config, world } = Move::of_every_kind();
    let begin = Moment::before(world);
    let Whole { wanted, .. } = whole(&config, &begin).await;
    let is_mail = |kind: &Kind| matches!(kind, Kind::NoticeBefore | Kind::NoticeAfter);
    for kind in Kind::ALL.into_iter().filter(|kind| !is_mail(kind)) {
        let trouble = Trouble {
            unanswered: Some(kind),
            ..Trouble::default()
        };
        let ran = run(&config, &begin, &Plug::never(), trouble).await;
        let applied = ran.ended.unwrap().unwrap();
        // The connection shows by itself that it was made.
        let is_complete = applied.summary.unwrap().is_complete();
        assert_eq!(is_complete, kind == Kind::Connection, "{kind}");
        let next = undisturbed(&config, &ran.left).await;
        let recovered = next.ended.unwrap().unwrap().recovered;
        assert_eq!(recovered.is_some(), !is_complete, "{kind}");
        if let Some(recovered) = recovered {
            let Recovered {
                done,
                not_done,
                has_ended,
                ..
            } = recovered;
            assert!(has_ended, "{kind}");
            // What changes a level is planned anew: it does no harm twice, and live may show it.
            let looked = done.iter().chain(&not_done).filter(of_kind(kind)).count();
            assert!(
                looked > 0 && looked == done.len() + not_done.len(),
                "{kind}"
            );
            assert!(
                not_done.is_empty() || kind == Kind::Access,
                "{kind}: {not_done:?}"
            );
        }
        converges(&config, &ran.left, &wanted, kind.as_str()).await;
    }
}
