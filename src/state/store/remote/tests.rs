//! A store without a network, and what goes wrong with one that has it.

mod flaky;

use std::collections::BTreeMap;
use std::path::Path as FilePath;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::StreamExt as _;
use jiff::Timestamp;
use object_store::ObjectStoreExt as _;

use super::*;
use crate::model::address::{Address, Kind};
use crate::model::attributes::{Attributes, DirectoryUserAttributes};
use crate::model::ids::{Lineage, ObjectId, RemoteId};
use crate::model::person::Email;
use crate::model::state_url::{Cloud, StateUrl};
use crate::state::journal::{Intent, Journal, Settlement};
use crate::state::lock::Lock;
use crate::state::lock::holder::TakenOver;
use crate::state::store::Store;
use crate::state::value::{Effect, Entry};
use flaky::Flaky;

const URL: &str = "az://states/contoso/org.json";

/// So short that a test does not wait, and so long that a slow machine keeps up.
const SHORT: Timing = Timing {
    lease: Duration::from_millis(1200),
    renewal: Duration::from_millis(100),
};

/// A store on these objects, as one machine with this folder sees it.
fn remote(objects: &Flaky, folder: &FilePath, timing: Timing) -> RemoteStore {
    let Ok(StateUrl::Object(url)) = URL.parse() else {
        panic!("{URL}")
    };
    assert_eq!(url.cloud, Cloud::Azure);
    let folder = folder.join("state");
    RemoteStore::on(Arc::new(objects.clone()), url, folder, timing)
}

fn store(objects: &Flaky, folder: &FilePath) -> Store {
    Store::Remote(Box::new(remote(objects, folder, Timing::USUAL)))
}

fn info(who: &str, number: u128) -> LockInfo {
    LockInfo {
        id: Uuid::from_u128(number),
        who: who.to_owned(),
        host: "desk".to_owned(),
        pid: 7,
        operation: "apply".to_owned(),
        since: Timestamp::UNIX_EPOCH,
    }
}

fn address(person: &str) -> Address {
    Address::of(Kind::DirectoryUser, &Email::from_service(person))
}

fn entry(name: &str) -> Entry {
    Entry {
        remote_id: RemoteId::ObjectId(ObjectId::new(Uuid::from_u128(9))),
        attributes: Attributes::DirectoryUser(DirectoryUserAttributes {
            display_name: name.to_owned(),
            restored: None,
        }),
        applied_at: Timestamp::UNIX_EPOCH,
        tenant: None,
        request_id: None,
    }
}

fn intent(person: &str) -> Intent {
    Intent {
        address: address(person),
        after: Some(entry(person).attributes),
        tenant: None,
    }
}

fn done(person: &str) -> (Address, Settlement) {
    let effect = Effect::Own(entry(person));
    (address(person), Settlement::Done(effect))
}

async fn keys(objects: &Flaky) -> Vec<String> {
    let found = objects.objects.list(None);
    let mut keys: Vec<String> = found
        .map(|meta| meta.unwrap().location.to_string())
        .collect()
        .await;
    keys.sort();
    keys
}

/// A state that is saved, under a lock.
async fn begun(store: &Store, number: u128) -> (State, Lock) {
    let lock = store.lock(&info("ana", number)).await.unwrap();
    let mut state = store.load().await.unwrap();
    if state.lineage.is_nil() {
        state.lineage = Lineage::new(Uuid::from_u128(1));
    }
    store.save(&mut state).await.unwrap();
    (state, lock)
}

#[tokio::test]
async fn a_state_is_saved_with_its_copies_and_read_back() {
    let (objects, folder) = (Flaky::default(), tempfile::tempdir().unwrap());
    let store = store(&objects, folder.path());
    assert_eq!(store.load().await.unwrap(), State::unsaved());
    let (mut state, lock) = begun(&store, 1).await;
    for _ in 0..6 {
        store.save(&mut state).await.unwrap();
    }
    lock.release().await;
    assert_eq!(store.load().await.unwrap(), state);
    let kept: Vec<Serial> = store
        .previous_states()
        .await
        .unwrap()
        .iter()
        .map(|kept| kept.serial)
        .collect();
    assert_eq!(kept, [3, 4, 5, 6, 7].map(Serial::new));
    assert_eq!(keys(&objects).await.len(), 6, "the lock is gone");
}

#[tokio::test]
async fn nothing_is_written_over_what_somebody_else_has_written() {
    let (objects, folder) = (Flaky::default(), tempfile::tempdir().unwrap());
    let store = store(&objects, folder.path());
    let (mut state, _lock) = begun(&store, 1).await;
    let mut theirs = state.clone();
    theirs.entries.insert(address("lee@x.y"), entry("Lee"));
    store.save(&mut theirs).await.unwrap();
    let error = store.save(&mut state).await.unwrap_err();
    assert!(matches!(error, StoreError::Moved { .. }), "{error}");
    assert_eq!(state.serial, Serial::new(1), "the serial is as it was");
    assert_eq!(store.load().await.unwrap(), theirs);
}

#[tokio::test]
async fn a_lost_answer_to_a_conditional_write_is_no_conflict() {
    let (objects, folder) = (Flaky::default(), tempfile::tempdir().unwrap());
    let store = store(&objects, folder.path());
    objects.loses_answers.store(true, Ordering::SeqCst);
    let (mut state, lock) = begun(&store, 1).await;
    store.save(&mut state).await.unwrap();
    assert_eq!(state.serial, Serial::new(2));
    lock.release().await;
    assert_eq!(store.holder().await.unwrap(), None);
}

#[tokio::test]
async fn a_journal_is_read_by_another_machine_and_ends_with_the_save() {
    let (objects, here) = (Flaky::default(), tempfile::tempdir().unwrap());
    let there = tempfile::tempdir().unwrap();
    let one = store(&objects, here.path());
    let (state, lock) = begun(&one, 1).await;
    let mut journal = one.start_journal(&state).await.unwrap();
    let intents = [intent("a@x.y"), intent("b@x.y")];
    journal.intend(&intents).await.unwrap();
    journal.settle(&[done("a@x.y")]).await.unwrap();
    // As if the process were killed: neither saved nor released in order.
    drop((journal, lock));
    let two = store(&objects, there.path());
    let unfinished = two.unfinished(&state).await.unwrap().unwrap();
    assert_eq!(unfinished.settled.len(), 1);
    assert_eq!(unfinished.open, [intent("b@x.y")]);
    assert!(two.journal_written().await.is_some());
    two.unlock(Uuid::from_u128(1)).await.unwrap();
    let (saved, lock) = begun(&two, 2).await;
    assert_eq!(two.unfinished(&saved).await.unwrap(), None);
    lock.release().await;
    let left: Vec<String> = keys(&objects).await;
    assert!(left.iter().all(|key| !key.contains("journal")), "{left:?}");
    // The copy on the first machine is over too, by its serial.
    assert_eq!(one.unfinished(&saved).await.unwrap(), None);
}

#[tokio::test]
async fn a_store_that_goes_away_loses_nothing_of_what_was_done() {
    let (objects, folder) = (Flaky::default(), tempfile::tempdir().unwrap());
    let store = store(&objects, folder.path());
    let (mut state, lock) = begun(&store, 1).await;
    let mut journal = store.start_journal(&state).await.unwrap();
    journal
        .intend(&[intent("a@x.y"), intent("b@x.y")])
        .await
        .unwrap();
    objects.is_away.store(true, Ordering::SeqCst);
    let error = journal.settle(&[done("a@x.y")]).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("Connection refused"), "{text}");
    assert!(!text.contains("SECRET"), "{text}");
    assert!(journal.intend(&[intent("c@x.y")]).await.is_err());
    assert!(store.save(&mut state).await.is_err());
    assert_eq!(state.serial, Serial::new(1));
    drop((journal, lock));
    objects.is_away.store(false, Ordering::SeqCst);
    let unfinished = store.unfinished(&state).await.unwrap().unwrap();
    assert_eq!(
        unfinished.settled,
        [(address("a@x.y"), Effect::Own(entry("a@x.y")))]
    );
    let open: Vec<&Address> = unfinished.open.iter().map(|open| &open.address).collect();
    // Whoever is refused an intent sends nothing, so there is nothing of it to look for.
    assert_eq!(open, [&address("b@x.y")]);
}

#[tokio::test]
async fn two_and_twenty_at_once_and_one_wins() {
    let objects = Flaky::default();
    let folders: Vec<_> = (0..22).map(|_| tempfile::tempdir().unwrap()).collect();
    let stores = folders.iter().map(|folder| store(&objects, folder.path()));
    let tries = stores.enumerate().map(|(number, store)| async move {
        store.lock(&info("somebody", number as u128 + 1)).await
    });
    let mut outcomes: Vec<_> = futures_util::future::join_all(tries).await;
    let winners: Vec<usize> = (0..22).filter(|n| outcomes[*n].is_ok()).collect();
    let [winner] = winners[..] else {
        panic!("{winners:?} won")
    };
    let won = outcomes.swap_remove(winner).unwrap();
    for error in outcomes.into_iter().map(Result::unwrap_err) {
        let StoreError::Locked {
            holder, ends_in, ..
        } = error
        else {
            panic!("{error}")
        };
        assert_eq!(holder.unwrap().id, Uuid::from_u128(winner as u128 + 1));
        assert!(ends_in.unwrap() <= Timing::USUAL.lease);
    }
    won.release().await;
    assert!(
        keys(&objects).await.is_empty(),
        "nothing is left lying about"
    );
}

#[tokio::test]
async fn a_lease_is_renewed_while_it_is_held_and_ends_without_its_owner() {
    let (objects, here) = (Flaky::default(), tempfile::tempdir().unwrap());
    let there = tempfile::tempdir().unwrap();
    let one = remote(&objects, here.path(), SHORT);
    let two = remote(&objects, there.path(), SHORT);
    let lease = one.lock(&info("ana", 1)).await.unwrap();
    tokio::time::sleep(SHORT.lease + SHORT.renewal).await;
    let error = two.lock(&info("lee", 2)).await.unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    lease.held().check().unwrap();
    drop(lease);
    tokio::time::sleep(SHORT.lease + SHORT.renewal).await;
    let lease = two.lock(&info("lee", 2)).await.unwrap();
    let from = TakenOver::Expired(info("ana", 1));
    assert_eq!(lease.taken_over(), Some(&from));
    let error = one.put("{}").await.unwrap_err();
    assert!(matches!(error, StoreError::LeaseLost { .. }), "{error}");
}

#[tokio::test]
async fn whoever_loses_the_lock_writes_no_more() {
    let (objects, here) = (Flaky::default(), tempfile::tempdir().unwrap());
    let there = tempfile::tempdir().unwrap();
    let one = remote(&objects, here.path(), SHORT);
    let _lease = one.lock(&info("ana", 1)).await.unwrap();
    let two = remote(&objects, there.path(), SHORT);
    two.unlock(Uuid::from_u128(1)).await.unwrap();
    let _other = two.lock(&info("lee", 2)).await.unwrap();
    let state = State::new(Lineage::new(Uuid::from_u128(1)));
    let mut deadline = 0..50;
    while one.held().unwrap().check().is_ok() && deadline.next().is_some() {
        tokio::time::sleep(SHORT.renewal).await;
    }
    let target = crate::state::journal::target::JournalTarget::Segments(Box::new(
        one.open_journal().await.unwrap(),
    ));
    let error = Journal::start(target, &state).await.unwrap_err();
    assert!(matches!(error, StoreError::LeaseLost { .. }), "{error}");
    assert_eq!(keys(&objects).await, ["contoso/org.json.lock"]);
}

#[tokio::test]
async fn a_process_of_this_machine_that_was_killed_is_known_to_be_gone() {
    let (objects, folder) = (Flaky::default(), tempfile::tempdir().unwrap());
    let store = remote(&objects, folder.path(), Timing::USUAL);
    let lease = store.lock(&info("ana", 1)).await.unwrap();
    let alive = store.lock(&info("lee", 2)).await.unwrap_err();
    assert!(matches!(alive, StoreError::Locked { .. }), "{alive}");
    // What a kill leaves: the object and the file, and nobody who has locked it.
    drop(lease);
    let lease = store.lock(&info("lee", 2)).await.unwrap();
    let from = TakenOver::Dead(info("ana", 1));
    assert_eq!(lease.taken_over(), Some(&from));
    lease.release().await;
    assert_eq!(store.holder().await.unwrap(), None);
    let left = std::fs::read_dir(store.folder()).unwrap().count();
    assert_eq!(left, 0, "nothing is left lying about");
}

#[tokio::test]
async fn a_lock_that_a_store_did_not_take_back_is_nobodys_on_this_machine() {
    let (objects, folder) = (Flaky::default(), tempfile::tempdir().unwrap());
    let store = store(&objects, folder.path());
    let lock = store.lock(&info("ana", 1)).await.unwrap();
    objects.is_away.store(true, Ordering::SeqCst);
    lock.release().await;
    objects.is_away.store(false, Ordering::SeqCst);
    let lock = store.lock(&info("lee", 2)).await.unwrap();
    let from = TakenOver::Dead(info("ana", 1));
    assert_eq!(lock.taken_over(), Some(&from));
    lock.release().await;
}

#[tokio::test]
async fn a_lock_is_ended_by_its_id_only() {
    let (objects, folder) = (Flaky::default(), tempfile::tempdir().unwrap());
    let store = store(&objects, folder.path());
    let id = Uuid::from_u128;
    let error = store.unlock(id(1)).await.unwrap_err();
    assert!(matches!(error, StoreError::NotLocked { .. }), "{error}");
    let _lock = store.lock(&info("ana", 1)).await.unwrap();
    let error = store.unlock(id(2)).await.unwrap_err();
    assert!(matches!(error, StoreError::OtherLock { .. }), "{error}");
    assert_eq!(store.unlock(id(1)).await.unwrap(), info("ana", 1));
    assert_eq!(store.holder().await.unwrap(), None);
}

#[tokio::test]
async fn a_damaged_object_is_an_error_and_never_nothing() {
    let (objects, folder) = (Flaky::default(), tempfile::tempdir().unwrap());
    let store = store(&objects, folder.path());
    let key = Path::from("contoso/org.json");
    let texts = BTreeMap::from([("", "is empty"), ("{\"format_version\": 2", "is cut off")]);
    for (text, why) in texts {
        objects.objects.put(&key, text.into()).await.unwrap();
        let error = store.load().await.unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("{URL}: the state {why}")),
            "{error}"
        );
        let lock = store.lock(&info("ana", 1)).await.unwrap();
        let mut state = State::new(Lineage::new(Uuid::from_u128(1)));
        assert!(store.save(&mut state).await.is_err(), "not written over");
        let place = store.keep_damaged().await.unwrap().to_string();
        assert_eq!(place, format!("{URL}.damaged"));
        lock.release().await;
    }
}
