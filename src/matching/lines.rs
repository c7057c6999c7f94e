//! What org.toml decides already: it wins over all rules.

use std::collections::BTreeMap;

use super::accounts::addresses_of;
use super::addresses;
use super::evidence::Evidence;
use super::index::{self, Index};
use super::seen::Seen;
use super::value::{Class, Decision, Input, Line};

/// What a line decides: the class, the number of the account, and what the line says.
pub(super) type Decided = (Class, Option<u32>, Evidence);

/// The lines by the person they speak of.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    by_person: BTreeMap<String, &'a Line>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(input: &'a Input) -> Self {
        let by_person = input
            .lines
            .iter()
            .map(|line| (addresses::folded(&line.person).into_owned(), line));
        Self {
            by_person: by_person.collect(),
        }
    }

    /// What the line of a user says, if there is one: the user is who signs in under its name.
    pub(super) fn decide(&self, index: &Index<'_>, seen: &Seen<'_>) -> Option<Decided> {
        let line = self.by_person.get(&seen.sign_in)?;
        let says = |says: String| Evidence::Line { says };
        Some(match &line.decision {
            Decision::Account { to, id, create } => {
                let target = account(index, to, *id);
                let (class, evidence) = match (target, create) {
                    (Some(_), _) => (Class::Certain, says(format!("{to} is their account"))),
                    (None, true) => (Class::Certain, says(format!("{to} is made for them"))),
                    (None, false) => {
                        let missing = format!(
                            "{to} is their account, and the directory has none of that name"
                        );
                        (Class::Ask, says(missing))
                    }
                };
                (class, target, evidence)
            }
            Decision::Guest => {
                let guest = guest(index, &seen.sign_in);
                let class = if guest.is_some() {
                    Class::Certain
                } else {
                    Class::Guest
                };
                (class, guest, says("they are a guest".to_owned()))
            }
            Decision::Remove => (Class::Remove, None, says("they are removed".to_owned())),
        })
    }
}

/// The account with a sign-in name, and with an id where the line names one.
fn account(index: &Index<'_>, to: &str, id: Option<crate::model::ids::ObjectId>) -> Option<u32> {
    let key = id
        .as_ref()
        .map_or_else(|| index::mailbox_key(to), index::id_key);
    let wanted = addresses::folded(to);
    index.addresses.at(key).find(|number| {
        index.account(*number).is_some_and(|account| {
            let meant = id.map_or_else(
                || addresses::folded(&account.user_principal_name) == wanted,
                |id| account.id == id,
            );
            meant && account.deleted.is_none()
        })
    })
}

/// The guest account that was made for an address.
fn guest(index: &Index<'_>, address: &str) -> Option<u32> {
    let keys = [index::mailbox_key(address), index::external_key(address)];
    keys.into_iter()
        .flat_map(|key| index.addresses.at(key))
        .find(|number| {
            index.account(*number).is_some_and(|account| {
                let part = addresses::external_part(&account.user_principal_name);
                let held = addresses_of(account).any(|held| addresses::folded(held) == address)
                    || part == Some(addresses::as_external_part(address));
                account.guest && account.deleted.is_none() && held
            })
        })
}
