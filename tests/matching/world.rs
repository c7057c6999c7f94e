//! A directory and an organization, made up with the truth about who is who.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use orgctl::matching::{DirectoryAccount, Input, OrganizationUser};
use orgctl::model::ids::{ObjectId, StorageKey};

use super::dice::Dice;
use super::habits::Habits;
use super::human::Human;

/// What is true about a user of the organization.
#[derive(Clone, Debug)]
pub(crate) struct Truth {
    /// How the user came about.
    pub(crate) kind: &'static str,
    /// Their account, if they have one that is not deleted.
    pub(crate) account: Option<ObjectId>,
    /// An address, or a name that nobody else has, is enough to tell.
    pub(crate) decidable: bool,
    /// Nobody would miss them.
    pub(crate) left: bool,
}

/// A directory, an organization, and the truth about each user.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) input: Input,
    pub(crate) truth: Vec<Truth>,
}

/// A person with an account.
#[derive(Clone, Debug)]
pub(crate) struct Employee {
    pub(crate) human: Human,
    /// Its place in the directory.
    pub(crate) place: usize,
}

/// What is needed while a world is made.
#[derive(Debug)]
pub(crate) struct Maker {
    pub(crate) dice: Dice,
    pub(crate) habits: &'static Habits,
    pub(crate) accounts: Vec<DirectoryAccount>,
    pub(crate) users: Vec<OrganizationUser>,
    pub(crate) truth: Vec<Truth>,
    /// Those who are not in the organization yet.
    pub(crate) free: Vec<Employee>,
    /// Whose address is `helpdesk@`.
    pub(crate) help_desk: String,
    names: BTreeMap<String, usize>,
    taken: BTreeSet<String>,
}

pub(crate) fn now() -> Timestamp {
    "2026-11-30T08:00:00Z".parse().unwrap()
}

pub(crate) fn days_ago(days: usize) -> Timestamp {
    now() - SignedDuration::from_hours(i64::try_from(days).unwrap() * 24 + 5)
}

impl World {
    pub(crate) fn new(seed: u64, habits: &'static Habits, users: usize, accounts: usize) -> Self {
        let mut maker = Maker {
            dice: Dice::new(seed),
            habits,
            accounts: Vec::new(),
            users: Vec::new(),
            truth: Vec::new(),
            free: Vec::new(),
            help_desk: format!("helpdesk@{}", habits.domain),
            names: BTreeMap::new(),
            taken: BTreeSet::new(),
        };
        while maker.accounts.len() < accounts {
            maker.employ();
        }
        maker.furnish();
        super::kinds::fill(&mut maker, users);
        let domains = [habits.domain, "contoso.onmicrosoft.com"];
        Self {
            input: Input {
                users: maker.users,
                accounts: maker.accounts,
                verified_domains: domains.into_iter().map(str::to_owned).collect(),
                lines: Vec::new(),
                now: now(),
                unseen_days: Input::UNSEEN_DAYS,
            },
            truth: maker.truth,
        }
    }
}

impl Maker {
    /// An address that nobody has yet.
    pub(crate) fn fresh(&mut self, local: &str, domain: &str) -> String {
        let mut address = format!("{local}@{domain}");
        let mut number = 1;
        while !self.taken.insert(address.replace('.', "")) {
            number += 1;
            address = format!("{local}{number}@{domain}");
        }
        address
    }

    /// A private address that nobody has yet.
    pub(crate) fn private(&mut self, human: &Human) -> String {
        let local = (self.habits.private)(human, &mut self.dice);
        let domain = self.dice.pick(self.habits.private_domains);
        self.fresh(&local, domain)
    }

    /// An account of the company's for a human.
    pub(crate) fn account(&mut self, human: &Human) -> DirectoryAccount {
        let local = (self.habits.local)(human, &mut self.dice);
        let name = self.fresh(&local, self.habits.domain);
        let listed = (self.habits.listed)(human, &mut self.dice);
        let mut account = DirectoryAccount::new(ObjectId::new(self.dice.uuid()), &name, &listed);
        account.mail = Some(name.clone());
        account.proxy_addresses = vec![format!("SMTP:{name}"), format!("sip:{name}")];
        if self.habits.has_parts && self.dice.percent(90) {
            let native = self.dice.percent(40);
            let part = |(home, latin): &(String, String)| {
                if native { home.clone() } else { latin.clone() }
            };
            account.given_name = Some(part(&human.given));
            account.surname = Some(part(&human.family));
        }
        if self.habits.has_dates {
            account.created = Some(days_ago(600 + self.dice.below(3_000)));
        }
        account
    }

    fn employ(&mut self) {
        let human = Human::new(&mut self.dice, self.habits.languages);
        let account = self.account(&human);
        *self.names.entry(human.key()).or_default() += 1;
        self.free.push(Employee {
            human,
            place: self.accounts.len(),
        });
        self.accounts.push(account);
    }

    /// What lies about in a directory: the help desk, machines, second accounts, old addresses.
    fn furnish(&mut self) {
        let help_desk = self.help_desk.clone();
        for place in 0..self.accounts.len() {
            if place % 370 == 0 {
                self.accounts[place].other_mails.push(help_desk.clone());
            }
            if place % 50 == 7 {
                let mut second = self.accounts[place].clone();
                second.id = ObjectId::new(self.dice.uuid());
                second.user_principal_name = format!("adm-{}", second.user_principal_name);
                second.mail = None;
                second.proxy_addresses.clear();
                second.other_mails.clear();
                let human = &self.free[place].human;
                *self.names.entry(human.key()).or_default() += 1;
                self.accounts.push(second);
            }
        }
        let mut desk =
            DirectoryAccount::new(ObjectId::new(self.dice.uuid()), &help_desk, "Help Desk");
        desk.mail = Some(help_desk);
        desk.enabled = false;
        self.accounts.push(desk);
    }

    /// Somebody with an account who is not in the organization yet.
    pub(crate) fn take(&mut self) -> Employee {
        let place = self.dice.below(self.free.len());
        self.free.swap_remove(place)
    }

    /// Somebody with an account whose name nobody else has.
    pub(crate) fn take_unique(&mut self) -> Employee {
        loop {
            let employee = self.take();
            if self.is_unique(&employee.human) {
                return employee;
            }
        }
    }

    /// Whether one account at most has the name.
    pub(crate) fn is_unique(&self, human: &Human) -> bool {
        self.names.get(&human.key()).is_none_or(|count| *count < 2)
    }

    /// A user of the organization who was seen lately.
    pub(crate) fn user(&mut self, principal_name: &str, shown: &str) -> OrganizationUser {
        let key = StorageKey::new(self.dice.uuid());
        let mut user = OrganizationUser::new(key, principal_name, shown);
        user.mail = Some(principal_name.to_owned());
        user.last_seen = Some(days_ago(self.dice.below(90)));
        user.entitled = Some(days_ago(200 + self.dice.below(1_500)));
        user
    }

    pub(crate) fn shown(&mut self, human: &Human) -> String {
        (self.habits.shown)(human, &mut self.dice)
    }

    pub(crate) fn add(
        &mut self,
        user: OrganizationUser,
        kind: &'static str,
        account: Option<usize>,
        decidable: bool,
    ) {
        let account = account.map(|place| self.accounts[place].id);
        let left = account.is_none()
            && user
                .last_seen
                .or(user.entitled)
                .is_some_and(|then| then < days_ago(180));
        self.users.push(user);
        self.truth.push(Truth {
            kind,
            account,
            decidable,
            left,
        });
    }
}
