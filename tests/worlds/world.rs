//! The world: the users of the organization and the accounts of the directory, and which human each
//! belongs to.

use std::collections::{BTreeMap, BTreeSet};

use orgctl::model::access::EffectiveLevel;
use orgctl::model::ids::{ObjectId, StorageKey};
use orgctl::model::live::{InvitationStatus, UserType};
use orgctl::model::person::Email;

use crate::dice::Dice;
use crate::humans::{HumanId, Humans, WORK};

/// A user of the organization.
#[derive(Clone, Debug)]
pub(crate) struct User {
    /// Whose rights and history these are.
    pub(crate) human: HumanId,
    /// The sign-in name.
    pub(crate) name: Email,
    pub(crate) display_name: String,
    pub(crate) mail: Option<Email>,
    /// The account of the directory that the user is, once there is one.
    pub(crate) account: Option<ObjectId>,
    pub(crate) level: EffectiveLevel,
    /// Removed: kept by the service for the day on which they come back, and shown to nobody.
    pub(crate) removed: bool,
    pub(crate) disconnected: bool,
    /// Whether orgctl has added them to the organization.
    pub(crate) added: bool,
}

/// An account of the directory.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) human: HumanId,
    /// The user principal name.
    pub(crate) upn: Email,
    pub(crate) display_name: String,
    pub(crate) mail: Option<Email>,
    /// `otherMails`: several accounts may list one address.
    pub(crate) others: BTreeSet<Email>,
    /// `proxyAddresses`: an address is in one list at most.
    pub(crate) proxies: BTreeSet<Email>,
    pub(crate) kind: UserType,
    /// The address with which a guest signs in.
    pub(crate) home: Option<Email>,
    pub(crate) enabled: bool,
    pub(crate) invitation: Option<InvitationStatus>,
    /// Whether orgctl made or invited it.
    pub(crate) made: bool,
    /// The day on which it was created.
    pub(crate) created: u32,
    /// The day on which it was deleted. It can be restored.
    pub(crate) deleted: Option<u32>,
}

impl Account {
    /// Whether somebody signs in with this name to be this account.
    pub(crate) fn is_called(&self, name: &Email) -> bool {
        self.upn == *name || self.home.as_ref() == Some(name)
    }

    /// Whether the service finds the account by this address.
    pub(crate) fn has(&self, address: &Email) -> bool {
        self.upn == *address || self.mail.as_ref() == Some(address) || self.others.contains(address)
    }

    /// What leads from an address to the account.
    pub(crate) fn found_by(&self, address: &Email) -> &'static str {
        if self.is_called(address) {
            "by its sign-in name"
        } else if self.mail.as_ref() == Some(address) {
            "by its mail"
        } else if self.others.contains(address) {
            "by a further address"
        } else {
            "by no address of its own"
        }
    }

    pub(crate) fn is_there(&self) -> bool {
        self.deleted.is_none()
    }

    pub(crate) fn is_guest(&self) -> bool {
        self.home.is_some()
    }
}

/// Everything outside of orgctl.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) humans: Humans,
    pub(crate) users: BTreeMap<StorageKey, User>,
    pub(crate) accounts: BTreeMap<ObjectId, Account>,
    /// Whether the tenant backs the organization.
    pub(crate) connected: bool,
    /// Counts the rounds of a run.
    pub(crate) day: u32,
    /// Ids come in no order, so that nothing can depend on it.
    ids: Dice,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            humans: Humans::new(),
            users: BTreeMap::new(),
            accounts: BTreeMap::new(),
            connected: false,
            day: 0,
            ids: Dice::new(seed ^ 0x0005_eed0_f1d5),
        }
    }

    /// Adds a user who signs in with a personal account.
    pub(crate) fn add_user(&mut self, human: HumanId, name: &Email) -> StorageKey {
        let key = StorageKey::new(self.ids.uuid());
        let user = User {
            human,
            name: name.clone(),
            display_name: self.humans.get(human).name.clone(),
            mail: None,
            account: None,
            level: EffectiveLevel::Stakeholder,
            removed: false,
            disconnected: self.connected,
            added: false,
        };
        self.users.insert(key, user);
        key
    }

    /// Adds a member of the directory.
    pub(crate) fn add_member(&mut self, human: HumanId, upn: &Email) -> ObjectId {
        let id = ObjectId::new(self.ids.uuid());
        let account = Account {
            human,
            upn: upn.clone(),
            display_name: self.humans.get(human).name.clone(),
            mail: Some(upn.clone()),
            others: BTreeSet::new(),
            proxies: BTreeSet::from([upn.clone()]),
            kind: UserType::Member,
            home: None,
            enabled: true,
            invitation: None,
            made: false,
            created: self.day,
            deleted: None,
        };
        self.accounts.insert(id, account);
        id
    }

    /// Adds a guest of the directory, under the name that the service gives one.
    pub(crate) fn add_guest(&mut self, human: HumanId, home: &Email) -> ObjectId {
        let flat = home.as_str().replace('@', "_");
        let upn = |mark: &str| format!("{flat}{mark}#ext#@contoso.onmicrosoft.com");
        let mut name = Email::from_service(&upn(""));
        while self.account_called(&name).is_some() {
            let mark = format!("{:04x}", self.ids.below(0x1_0000));
            name = Email::from_service(&upn(&mark));
        }
        let id = self.add_member(human, &name);
        let account = self.account_mut(id);
        account.mail = Some(home.clone());
        account.others = BTreeSet::from([home.clone()]);
        account.proxies = BTreeSet::from([home.clone()]);
        account.kind = UserType::Guest;
        account.home = Some(home.clone());
        account.invitation = Some(InvitationStatus::Pending);
        id
    }

    pub(crate) fn user(&self, key: StorageKey) -> &User {
        &self.users[&key]
    }

    pub(crate) fn user_mut(&mut self, key: StorageKey) -> &mut User {
        self.users.get_mut(&key).unwrap()
    }

    pub(crate) fn account(&self, id: ObjectId) -> &Account {
        &self.accounts[&id]
    }

    pub(crate) fn account_mut(&mut self, id: ObjectId) -> &mut Account {
        self.accounts.get_mut(&id).unwrap()
    }

    /// The users whom the organization shows.
    pub(crate) fn members(&self) -> impl Iterator<Item = (StorageKey, &User)> {
        let all = self.users.iter().map(|(key, user)| (*key, user));
        all.filter(|(_, user)| !user.removed)
    }

    /// The accounts that are not deleted.
    pub(crate) fn directory(&self) -> impl Iterator<Item = (ObjectId, &Account)> {
        let all = self.accounts.iter().map(|(id, account)| (*id, account));
        all.filter(|(_, account)| account.is_there())
    }

    /// The user who is an account, removed or not.
    pub(crate) fn user_with(&self, id: ObjectId) -> Option<StorageKey> {
        let mut users = self.users.iter();
        users
            .find(|(_, user)| user.account == Some(id))
            .map(|(key, _)| *key)
    }

    pub(crate) fn users_of(&self, human: HumanId) -> Vec<StorageKey> {
        let theirs = self.members().filter(|(_, user)| user.human == human);
        theirs.map(|(key, _)| key).collect()
    }

    pub(crate) fn account_called(&self, name: &Email) -> Option<ObjectId> {
        let mut directory = self.directory();
        directory
            .find(|(_, account)| account.is_called(name))
            .map(|(id, _)| id)
    }

    /// The account that the service finds by an address.
    pub(crate) fn account_at(&self, address: &Email) -> Option<ObjectId> {
        let mut directory = self.directory();
        directory
            .find(|(_, account)| account.has(address))
            .map(|(id, _)| id)
    }

    pub(crate) fn accounts_of(&self, human: HumanId) -> Vec<ObjectId> {
        let theirs = self
            .directory()
            .filter(|(_, account)| account.human == human);
        theirs.map(|(id, _)| id).collect()
    }

    /// A work name that nobody has or had.
    pub(crate) fn name_never_had(&self, human: HumanId) -> Email {
        let own = &self.humans.get(human).work;
        let numbered = |n| Email::from_service(&format!("{}.{n}@{WORK}", own.local_part()));
        let is_free = |name: &Email| !self.accounts.values().any(|account| account.has(name));
        (2..1000).map(numbered).find(is_free).unwrap()
    }

    /// A work name that nobody has: the human's own, or one with a number.
    pub(crate) fn free_name(&self, human: HumanId) -> Email {
        let own = &self.humans.get(human).work;
        let numbered = |n| Email::from_service(&format!("{}.{n}@{WORK}", own.local_part()));
        let mut names = std::iter::once(own.clone()).chain((2..).map(numbered));
        let is_free = |name: &Email| !self.directory().any(|(_, account)| account.has(name));
        names.find(is_free).unwrap()
    }
}
