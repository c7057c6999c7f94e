//! A user of the organization as the rules see them.

use jiff::Timestamp;

use super::accounts::{name_of, shown_name_of};
use super::addresses;
use super::value::{DirectoryAccount, Input, OrganizationUser};
use crate::names::{Name, Relation};

/// A user, prepared for comparing.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) user: &'a OrganizationUser,
    /// The sign-in name without case.
    pub(super) sign_in: String,
    /// The address for mail without case, where it is another one.
    pub(super) contact: Option<String>,
    /// The name as shown.
    pub(super) name: Name,
    /// The name that the sign-in name spells.
    pub(super) spelled: Name,
    /// For how many days nobody has seen them, where that is longer than the limit.
    pub(super) absence: Option<Absence>,
}

/// How long somebody has not been seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absence {
    /// Days since the last visit.
    Unseen(i64),
    /// Days since access was given to somebody who never came.
    NeverSeen(i64),
}

impl<'a> Seen<'a> {
    pub(super) fn new(user: &'a OrganizationUser, input: &Input) -> Self {
        let sign_in = addresses::folded(&user.principal_name).into_owned();
        let contact = user.mail.as_deref().map(addresses::folded);
        let contact = contact.filter(|mail| *mail != sign_in && mail.contains('@'));
        Self {
            user,
            contact: contact.map(std::borrow::Cow::into_owned),
            name: Name::shown(&user.display_name),
            spelled: Name::of_address(&sign_in),
            sign_in,
            absence: absence(user, input),
        }
    }

    /// The part behind the `@` of the sign-in name.
    pub(super) fn domain(&self) -> &str {
        addresses::split(&self.sign_in).map_or("", |(_, domain)| domain)
    }

    /// When we last know them to have been who they are.
    pub(super) fn last_known(&self) -> Option<Timestamp> {
        self.user.last_seen.or(self.user.entitled)
    }

    /// Whether the name, or what the sign-in name spells, is that of a function or a machine.
    pub(super) fn is_function(&self) -> bool {
        self.name.is_function() || (self.spelled.is_function() && !self.name.is_full())
    }

    /// How the shown names fit.
    pub(super) fn shown_relation(&self, account: &DirectoryAccount) -> Relation {
        let mut name = name_of(account);
        if addresses::folded(&account.user_principal_name) == self.sign_in {
            // That the address spells the user's name does not say that the account's owner has it.
            name = shown_name_of(account);
        }
        self.name.relation(&name)
    }

    /// How the names fit. Where the shown name says nothing, the sign-in name may: but it is an address
    /// that the account has, so it never says as much as a name.
    pub(super) fn relation(&self, account: &DirectoryAccount) -> Relation {
        let shown = self.shown_relation(account);
        if shown != Relation::Unknown || self.name.relation(&self.spelled).contradicts() {
            return shown;
        }
        let spelled = self.spelled.relation(&shown_name_of(account));
        match spelled {
            Relation::Same | Relation::Within | Relation::Short => Relation::Short,
            Relation::Different if self.spelled.is_full() => Relation::Partly,
            Relation::Unknown
            | Relation::OtherFamily
            | Relation::Partly
            | Relation::OtherGiven
            | Relation::Different
            | Relation::Function => Relation::Unknown,
        }
    }
}

fn absence(user: &OrganizationUser, input: &Input) -> Option<Absence> {
    let days = |then: Timestamp| (input.now.as_second() - then.as_second()) / 86_400;
    let limit = i64::from(input.unseen_days);
    match (user.last_seen, user.entitled) {
        (Some(seen), _) => (days(seen) > limit).then(|| Absence::Unseen(days(seen))),
        (None, Some(entitled)) => {
            (days(entitled) > limit).then(|| Absence::NeverSeen(days(entitled)))
        }
        (None, None) => None,
    }
}
