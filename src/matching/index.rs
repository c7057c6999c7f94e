//! The directory by every key under which a rule looks for somebody: built once, so that nobody is
//! compared with everybody.

use super::accounts::{addresses_of, name_of};
use super::addresses;
use super::value::DirectoryAccount;
use crate::names::Name;

/// The most accounts under one key that are looked at; more are only counted.
pub(super) const MAX_ALIKE: usize = 24;

/// Numbers of accounts by the hash of a key, sorted. Whoever finds an account compares the real values:
/// two keys may have one hash.
#[derive(Debug, Default)]
pub(super) struct Keys(Vec<(u64, u32)>);

impl Keys {
    fn add(&mut self, key: u64, account: u32) {
        self.0.push((key, account));
    }

    fn finish(&mut self) {
        self.0.sort_unstable();
        self.0.dedup();
        self.0.shrink_to_fit();
    }

    /// The accounts under a key.
    pub(super) fn at(&self, key: u64) -> impl ExactSizeIterator<Item = u32> {
        let start = self.0.partition_point(|(other, _)| *other < key);
        let rest = self.0.get(start..).unwrap_or_default();
        let length = rest.partition_point(|(other, _)| *other == key);
        let found = rest.get(..length).unwrap_or_default();
        found.iter().map(|(_, account)| *account)
    }
}

/// The directory by its keys.
#[derive(Debug)]
pub(super) struct Index<'a> {
    accounts: &'a [DirectoryAccount],
    /// By mailbox, identity, the part before `#EXT#` and object id.
    pub(super) addresses: Keys,
    /// By the first part of the sign-in name of a member.
    pub(super) locals: Keys,
    /// By name in any order.
    pub(super) names: Keys,
    /// By each word of a name.
    pub(super) words: Keys,
    /// The domains of guests, sorted.
    guest_domains: Vec<&'a str>,
}

impl<'a> Index<'a> {
    /// Indexes a directory; cost n log n.
    pub(super) fn new(accounts: &'a [DirectoryAccount]) -> Self {
        let mut index = Self {
            accounts,
            addresses: Keys(Vec::with_capacity(accounts.len() * 4)),
            locals: Keys(Vec::with_capacity(accounts.len())),
            names: Keys(Vec::with_capacity(accounts.len() * 3)),
            words: Keys(Vec::with_capacity(accounts.len() * 2)),
            guest_domains: Vec::new(),
        };
        for (number, account) in (0_u32..).zip(accounts) {
            index.add_addresses(number, account);
            index.add_name(number, account);
        }
        let Self {
            addresses,
            locals,
            names,
            words,
            ..
        } = &mut index;
        [addresses, locals, names, words]
            .into_iter()
            .for_each(Keys::finish);
        index.guest_domains.sort_unstable();
        index.guest_domains.dedup();
        index
    }

    fn add_addresses(&mut self, number: u32, account: &'a DirectoryAccount) {
        self.addresses
            .add(hash('i', account.id.guid().as_bytes()), number);
        for address in addresses_of(account) {
            self.addresses.add(mailbox_key(address), number);
        }
        for id in account
            .identities
            .iter()
            .filter_map(|identity| identity.id.as_deref())
        {
            self.addresses.add(personal_key(id), number);
        }
        if let Some(part) = addresses::external_part(&account.user_principal_name) {
            self.addresses.add(hash('e', part.as_bytes()), number);
        } else if let Some(key) = local_key(&account.user_principal_name)
            && account.deleted.is_none()
        {
            self.locals.add(key, number);
        }
        if account.guest {
            let domains = addresses_of(account).filter_map(addresses::split);
            self.guest_domains.extend(domains.map(|(_, domain)| domain));
        }
    }

    fn add_name(&mut self, number: u32, account: &DirectoryAccount) {
        let name = name_of(account);
        for key in name_keys(&name) {
            self.names.add(key, number);
        }
        if account.deleted.is_none() {
            for word in name.forms().iter().flat_map(|form| &form.words) {
                self.words.add(hash('w', word.text.as_bytes()), number);
            }
        }
    }

    /// The account with a number.
    pub(super) fn account(&self, number: u32) -> Option<&'a DirectoryAccount> {
        self.accounts.get(usize::try_from(number).ok()?)
    }

    /// How many accounts there are.
    pub(super) fn len(&self) -> usize {
        self.accounts.len()
    }

    /// Whether guests have addresses of a domain.
    pub(super) fn has_guests_of(&self, domain: &str) -> bool {
        let found = self
            .guest_domains
            .iter()
            .any(|guest| guest.eq_ignore_ascii_case(domain));
        found && !addresses::is_private(domain)
    }
}

/// The key of the mailbox of an address.
pub(super) fn mailbox_key(address: &str) -> u64 {
    hash('m', addresses::mailbox(address).as_bytes())
}

/// The key of a personal account's id.
pub(super) fn personal_key(id: &str) -> u64 {
    hash('p', id.trim().to_ascii_lowercase().as_bytes())
}

/// The key of an address as it stands before `#EXT#`.
pub(super) fn external_key(address: &str) -> u64 {
    hash('e', addresses::as_external_part(address).as_bytes())
}

/// The key of an object id.
pub(super) fn id_key(id: &crate::model::ids::ObjectId) -> u64 {
    hash('i', id.guid().as_bytes())
}

/// The key of a word of a name.
pub(super) fn word_key(word: &str) -> u64 {
    hash('w', word.as_bytes())
}

/// The key of what stands before the `@`, where that is long enough to say something.
pub(super) fn local_key(address: &str) -> Option<u64> {
    let mailbox = addresses::mailbox(address);
    let (local, _) = addresses::split(&mailbox)?;
    (local.len() > 4).then(|| hash('l', local.as_bytes()))
}

/// The keys of a name: its words joined from each word on, and every two of them.
pub(super) fn name_keys(name: &Name) -> Vec<u64> {
    let mut keys = Vec::new();
    for form in name.forms() {
        let whole = form.words.iter().filter(|word| word.text.len() > 1).count();
        if form.words.len() < 2 && form.words.iter().all(|word| word.text.len() < 6) {
            continue;
        }
        keys.extend(
            (0..form.words.len()).map(|start| hash('n', form.joined_from(start).as_bytes())),
        );
        if whole < 2 || form.words.len() < 3 {
            continue;
        }
        for (place, one) in form.words.iter().enumerate() {
            for other in form.words.iter().skip(place + 1) {
                if one.text.len() > 1 && other.text.len() > 1 {
                    keys.push(hash('n', format!("{}{}", one.text, other.text).as_bytes()));
                    keys.push(hash('n', format!("{}{}", other.text, one.text).as_bytes()));
                }
            }
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// FNV-1a, which is the same in every run.
fn hash(sort: char, bytes: &[u8]) -> u64 {
    let start =
        (0xcbf2_9ce4_8422_2325_u64 ^ u64::from(u32::from(sort))).wrapping_mul(0x100_0000_01b3);
    bytes.iter().fold(start, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}
