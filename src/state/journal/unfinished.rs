//! What an earlier run left in its journal: which outcomes the state has not taken in, and which
//! intents have none.

use std::collections::BTreeMap;

use super::Intent;
use super::line::{Chain, FORMAT_VERSION, JournalLine, version};
use crate::model::address::{Address, Kind};
use crate::model::attributes::Attributes;
use crate::model::desired::Owned;
use crate::state::error::StoreError;
use crate::state::place::Place;
use crate::state::value::{Effect, Entry, State};

/// What a journal left behind by an earlier run holds.
#[derive(Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// What is settled, in order.
    pub settled: Vec<(Address, Effect)>,
    /// What counts as carried out among them, and nobody can know whether it was.
    pub in_doubt: Vec<Address>,
    /// What may or may not have been carried out.
    pub open: Vec<Intent>,
    /// Whether the run ended by itself and left open what it had no answer for; it was cut short
    /// otherwise.
    pub has_ended: bool,
}

impl Unfinished {
    /// Adds the people of whom it speaks.
    pub fn add_to(&self, owned: &mut Owned) {
        let settled = self.settled.iter().map(|(address, _)| address);
        let open = self.open.iter().map(|intent| &intent.address);
        let people = settled.chain(open).map(Address::person);
        owned.people.extend(people);
        let any_open = |is: fn(Kind) -> bool| {
            let mut open = self.open.iter();
            open.any(|intent| is(intent.address.kind()))
        };
        owned.revocations |= any_open(Kind::revokes);
        owned.policies |= any_open(|kind| kind == Kind::Policy);
        let settled = self.settled.iter().filter_map(|(_, effect)| match effect {
            Effect::Own(entry) => Some(&entry.attributes),
            Effect::Disown => None,
        });
        let open = self.open.iter().filter_map(|intent| intent.after.as_ref());
        owned.projects |= settled.chain(open).any(Attributes::has_projects);
    }

    /// Takes in what another journal of the same state left.
    pub(in crate::state) fn append(&mut self, other: Self) {
        self.settled.extend(other.settled);
        self.in_doubt.extend(other.in_doubt);
        self.open.extend(other.open);
        self.has_ended &= other.has_ended;
    }

    /// The state with everything that is settled.
    pub fn fold_into(&mut self, state: &mut State) {
        for (address, effect) in self.settled.drain(..) {
            state.record(address, effect);
        }
    }
}

/// Reads a journal that an earlier run left behind, unless `state` has taken it in.
///
/// # Errors
/// [`StoreError`] when it is damaged before its last line, of another format, or belongs to another
/// state.
pub fn read(bytes: &[u8], place: &Place, state: &State) -> Result<Option<Unfinished>, StoreError> {
    // A line without its line break is one whose write was cut off, perhaps in the middle of a
    // character: nothing was sent or known yet.
    let end = bytes
        .iter()
        .rposition(|byte| *byte == b'\n')
        .unwrap_or_default();
    let whole = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default());
    let mut lines = whole.lines();
    let Some(head) = lines.next() else {
        return Ok(None);
    };
    let mut reading = Reading {
        place,
        chain: Chain::default(),
        settled: Vec::new(),
        in_doubt: Vec::new(),
        open: BTreeMap::new(),
        has_ended: false,
    };
    if !reading.head(head, state)? {
        return Ok(None);
    }
    for (number, text) in (2..).zip(lines) {
        let line = reading.chain.read(text);
        line.map_err(|broken| broken.to_string())
            .and_then(|line| reading.take(line))
            .map_err(|why| reading.damaged(number, why))?;
    }
    Ok(Some(Unfinished {
        settled: reading.settled,
        in_doubt: reading.in_doubt,
        open: reading.open.into_values().collect(),
        has_ended: reading.has_ended,
    }))
}

/// What has been read of a journal.
struct Reading<'a> {
    place: &'a Place,
    chain: Chain,
    settled: Vec<(Address, Effect)>,
    in_doubt: Vec<Address>,
    open: BTreeMap<Address, Intent>,
    has_ended: bool,
}

impl Reading<'_> {
    fn damaged(&self, line: usize, why: String) -> StoreError {
        StoreError::Damaged {
            place: self.place.clone(),
            line,
            why,
        }
    }

    /// Reads the first line, and says whether the rest is of interest.
    fn head(&mut self, text: &str, state: &State) -> Result<bool, StoreError> {
        if let Some(found) = version(text).filter(|found| *found != FORMAT_VERSION) {
            return Err(StoreError::JournalVersion {
                place: self.place.clone(),
                found,
            });
        }
        let line = self.chain.read(text);
        match line.map_err(|broken| self.damaged(1, broken.to_string()))? {
            JournalLine::Journal {
                format_version: _,
                lineage,
                serial,
            } => {
                if lineage != state.lineage || serial > state.serial {
                    return Err(StoreError::ForeignJournal {
                        place: self.place.clone(),
                    });
                }
                Ok(serial == state.serial)
            }
            JournalLine::Intent { .. }
            | JournalLine::Own { .. }
            | JournalLine::Disown { .. }
            | JournalLine::NotDone { .. }
            | JournalLine::Ended {} => {
                let why = "this is not the head of a journal".to_owned();
                Err(self.damaged(1, why))
            }
        }
    }

    fn take(&mut self, line: JournalLine) -> Result<(), String> {
        if self.has_ended {
            return Err("it goes on after its end".to_owned());
        }
        match line {
            JournalLine::Journal { .. } => return Err("a second head".to_owned()),
            JournalLine::Intent {
                address,
                after,
                tenant,
            } => {
                let after = after
                    .map(|value| Attributes::deserialize_as(address.kind(), value))
                    .transpose()
                    .map_err(|error| error.to_string())?;
                let intent = Intent {
                    address: address.clone(),
                    after,
                    tenant,
                };
                self.open.insert(address, intent);
            }
            JournalLine::Own {
                address,
                entry,
                in_doubt,
            } => {
                self.open.remove(&address);
                if in_doubt {
                    self.in_doubt.push(address.clone());
                }
                let entry: Entry = entry
                    .into_entry(address.kind())
                    .map_err(|e| e.to_string())?;
                self.settled.push((address, Effect::Own(entry)));
            }
            JournalLine::Disown { address } => {
                self.open.remove(&address);
                self.settled.push((address, Effect::Disown));
            }
            JournalLine::NotDone { address } => {
                self.open.remove(&address);
            }
            JournalLine::Ended {} => self.has_ended = true,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "the tests look at the file")]

    use std::path::Path;
    use std::sync::Arc;

    use super::super::file::FileTarget;
    use super::super::target::JournalTarget;
    use super::super::{Journal, Settlement};
    use super::*;
    use crate::model::attributes::DirectoryUserAttributes;
    use crate::model::ids::{Lineage, ObjectId, RemoteId, TenantId};
    use crate::model::person::Email;
    use crate::state::disk::{Disk, RealDisk};
    use jiff::Timestamp;
    use uuid::Uuid;

    const TENANT: TenantId = TenantId::new(Uuid::from_u128(5));

    fn address(person: &str) -> Address {
        Address::of(Kind::DirectoryUser, &Email::from_service(person))
    }

    fn attributes() -> Attributes {
        Attributes::DirectoryUser(DirectoryUserAttributes {
            display_name: "Zoë 李雷".to_owned(),
            restored: None,
        })
    }

    fn entry() -> Entry {
        Entry {
            remote_id: RemoteId::ObjectId(ObjectId::new(Uuid::from_u128(9))),
            attributes: attributes(),
            applied_at: Timestamp::UNIX_EPOCH,
            tenant: Some(TENANT),
            request_id: None,
        }
    }

    fn intent(person: &str) -> Intent {
        Intent {
            address: address(person),
            after: Some(attributes()),
            tenant: Some(TENANT),
        }
    }

    async fn begun(path: &Path, state: &State) -> Journal {
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let sink = JournalTarget::File(FileTarget::create(&disk, path).unwrap());
        Journal::start(sink, state).await.unwrap()
    }

    /// A journal with one settled and one open intent.
    async fn written() -> (Vec<u8>, State) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let state = State::new(Lineage::new(Uuid::from_u128(1)));
        let mut journal = begun(&path, &state).await;
        let intents = [intent("a@x.y"), intent("b@x.y")];
        journal.intend(&intents).await.unwrap();
        let done = Settlement::Done(Effect::Own(entry()));
        journal.settle(&[(address("a@x.y"), done)]).await.unwrap();
        (std::fs::read(&path).unwrap(), state)
    }

    fn read(bytes: &[u8], state: &State) -> Result<Option<Unfinished>, StoreError> {
        super::read(bytes, &Path::new("journal").into(), state)
    }

    #[tokio::test]
    async fn reads_what_is_settled_and_what_is_open() {
        let (bytes, state) = written().await;
        let unfinished = read(&bytes, &state).unwrap().unwrap();
        assert_eq!(
            unfinished.settled,
            [(address("a@x.y"), Effect::Own(entry()))]
        );
        assert_eq!(unfinished.open, [intent("b@x.y")]);
        assert!(!unfinished.has_ended && unfinished.in_doubt.is_empty());
    }

    #[tokio::test]
    async fn what_counts_as_done_and_may_not_be_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let state = State::new(Lineage::new(Uuid::from_u128(1)));
        let mut journal = begun(&path, &state).await;
        let unsure = (address("a@x.y"), Settlement::InDoubt(entry()));
        journal.settle(&[unsure]).await.unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let unfinished = read(&bytes, &state).unwrap().unwrap();
        assert_eq!(
            unfinished.settled,
            [(address("a@x.y"), Effect::Own(entry()))]
        );
        assert_eq!(unfinished.in_doubt, [address("a@x.y")]);
    }

    #[tokio::test]
    async fn what_a_run_leaves_open_at_its_end_is_told_from_what_was_cut_short() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let state = State::new(Lineage::new(Uuid::from_u128(1)));
        let mut journal = begun(&path, &state).await;
        journal.intend(&[intent("a@x.y")]).await.unwrap();
        journal.end().await.unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        let unfinished = read(&bytes, &state).unwrap().unwrap();
        assert!(unfinished.has_ended);
        assert_eq!(unfinished.open, [intent("a@x.y")]);
        // Torn off with its end, it is as if the run had been cut short.
        bytes.pop();
        assert!(!read(&bytes, &state).unwrap().unwrap().has_ended);
    }

    #[tokio::test]
    async fn a_torn_last_line_is_as_if_it_was_never_written() {
        let (whole, state) = written().await;
        let last_line = whole[..whole.len() - 1]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .unwrap()
            + 1;
        for length in last_line..whole.len() {
            let unfinished = read(&whole[..length], &state).unwrap().unwrap();
            assert_eq!(unfinished.open.len(), 2, "cut at {length}");
            assert!(unfinished.settled.is_empty(), "cut at {length}");
        }
    }

    #[tokio::test]
    async fn damage_before_the_last_line_names_the_line() {
        let (bytes, state) = written().await;
        let text = String::from_utf8(bytes).unwrap();
        let damaged = text.replacen("\"intent\"", "\"in", 1);
        let error = read(damaged.as_bytes(), &state).unwrap_err().to_string();
        assert!(
            error.contains("journal:2: the journal is damaged"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_journal_of_another_version_is_named() {
        let (_, state) = written().await;
        for found in [1, 3] {
            let head = format!("{{\"journal\":{{\"format_version\":{found}}}}}\n");
            let error = read(head.as_bytes(), &state).unwrap_err().to_string();
            let why = format!("journal: the journal has format version {found}, ");
            assert!(error.starts_with(&why), "{error}");
        }
    }

    #[tokio::test]
    async fn a_journal_that_the_state_has_taken_in_is_over() {
        let (bytes, mut state) = written().await;
        state.serial = state.serial.next();
        assert_eq!(read(&bytes, &state).unwrap(), None);
    }

    #[tokio::test]
    async fn the_journal_of_another_state_is_refused() {
        let (bytes, _state) = written().await;
        let other = State::new(Lineage::new(Uuid::from_u128(2)));
        let error = read(&bytes, &other).unwrap_err();
        assert!(
            matches!(error, StoreError::ForeignJournal { .. }),
            "{error}"
        );
    }

    #[test]
    fn an_empty_journal_leaves_nothing() {
        assert_eq!(read(b"", &State::new(Lineage::NONE)).unwrap(), None);
    }
}
