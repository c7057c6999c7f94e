//! What happens outside of orgctl between one apply and the next.

use orgctl::model::ids::{ObjectId, StorageKey};
use orgctl::model::live::{InvitationStatus, UserType};
use orgctl::model::person::Email;

use crate::humans::{ADMINISTRATOR, HELP_DESK, WORK};
use crate::requests::{account_in_words, user_in_words};
use crate::story::Story;
use crate::world::Account;

/// Something that happens; nothing where the world has nobody to whom it could.
type Event = fn(&mut Story) -> Option<String>;

/// Each with its weight.
const EVENTS: [(usize, Event); 17] = [
    (4, renamed),
    (3, deleted),
    (3, restored),
    (3, made_again),
    (4, name_given_to_somebody_else),
    (3, left_and_name_given_away),
    (3, mail_cleared),
    (4, alias_moved),
    (2, alias_listed_by_another),
    (3, guest_accepted),
    (1, blocked),
    (3, removed_in_the_portal),
    (4, added_in_the_portal),
    (2, second_account_made),
    (1, guest_became_a_member),
    (2, hired),
    (2, signed_in),
];

impl Story {
    /// Lets something happen.
    pub(crate) fn let_happen(&mut self) {
        let total = EVENTS.iter().map(|(weight, _)| weight).sum();
        for _ in 0..10 {
            let event = weighted(&EVENTS, self.dice.below(total));
            if let Some(what) = event(self) {
                self.log.push(format!("event: {what}"));
                return;
            }
        }
    }

    /// Some account that is there, and seldom the owner's: without an owner no plan is carried out.
    fn some_account(&mut self, fits: impl Fn(&Account) -> bool) -> Option<ObjectId> {
        let spared = if self.dice.percent(80) {
            [HELP_DESK, ADMINISTRATOR]
        } else {
            [HELP_DESK, HELP_DESK]
        };
        let directory = self.world.directory();
        let open = directory.filter(|(_, it)| !spared.contains(&it.human));
        let fitting = open.filter(|(_, account)| fits(account));
        let ids: Vec<ObjectId> = fitting.map(|(id, _)| id).collect();
        self.one_of(&ids)
    }

    fn words(&self, id: ObjectId) -> String {
        account_in_words(&self.world, id)
    }

    /// The user who is an account signs in, mostly soon.
    fn soon_signs_in(&mut self, id: ObjectId) {
        let user = self.world.user_with(id);
        if let Some(key) = user.filter(|_| self.dice.percent(70)) {
            self.world.sign_in(key);
        }
    }

    fn rename(&mut self, id: ObjectId, to: &Email) {
        let (keeps_mail, lists_old) = (self.dice.percent(40), self.dice.percent(30));
        let account = self.world.account_mut(id);
        let old = std::mem::replace(&mut account.upn, to.clone());
        account.proxies.insert(to.clone());
        if !keeps_mail {
            account.mail = Some(to.clone());
        }
        if lists_old {
            account.others.insert(old);
        }
        self.soon_signs_in(id);
    }
}

/// The one of weighted things that a number below their sum falls on.
pub(crate) fn weighted<T: Copy>(all: &[(usize, T)], number: usize) -> T {
    let mut left = number;
    for (weight, one) in all {
        if left < *weight {
            return *one;
        }
        left -= weight;
    }
    all[0].1
}

fn renamed(story: &mut Story) -> Option<String> {
    let id = story.some_account(|it| !it.is_guest())?;
    let human = story.world.account(id).human;
    let to = format!("new.{}", story.world.humans.get(human).work);
    let to = Email::from_service(&to);
    if story.world.account_called(&to).is_some() {
        return None;
    }
    let before = story.words(id);
    story.rename(id, &to);
    Some(format!("{before} is renamed to {to}"))
}

fn deleted(story: &mut Story) -> Option<String> {
    let id = story.some_account(|_| true)?;
    story.world.delete(id).ok()?;
    Some(format!("{} is deleted", story.words(id)))
}

fn restored(story: &mut Story) -> Option<String> {
    let all = story.world.accounts.iter();
    let gone: Vec<ObjectId> = all
        .filter(|(_, account)| !account.is_there())
        .map(|(id, _)| *id)
        .collect();
    let id = story.one_of(&gone)?;
    story.world.restore(id).ok()?;
    Some(format!("{} is restored", story.words(id)))
}

/// Deleted, and made again for the same human.
fn made_again(story: &mut Story) -> Option<String> {
    let id = story.some_account(|it| !it.is_guest())?;
    let account = story.world.account(id).clone();
    story.world.delete(id).ok()?;
    story.world.add_member(account.human, &account.upn);
    Some(format!("{} is deleted and made again", story.words(id)))
}

/// The account is deleted or renamed, and a newcomer gets its name, and perhaps comes into the
/// organization.
fn name_given_to_somebody_else(story: &mut Story) -> Option<String> {
    let id = story.some_account(|it| !it.is_guest())?;
    let account = story.world.account(id).clone();
    let before = story.words(id);
    let how = if story.dice.percent(50) {
        story.world.delete(id).ok()?;
        "is deleted"
    } else {
        let to = format!("gone.{}", account.upn);
        let to = Email::from_service(&to);
        if story.world.account_called(&to).is_some() {
            return None;
        }
        story.rename(id, &to);
        // Nobody can be given a name under which mail still reaches somebody else.
        let renamed = story.world.account_mut(id);
        renamed.others.remove(&account.upn);
        renamed.mail = Some(to);
        "is renamed"
    };
    for other in story.world.accounts.values_mut() {
        other.proxies.remove(&account.upn);
    }
    let heir = story.world.humans.add(&mut story.dice);
    let made = story.world.add_member(heir, &account.upn);
    let mut what = format!(
        "{before} {how}, and its name goes to {}",
        story.world.humans.label(heir)
    );
    if story.dice.percent(40) && story.world.add(made).is_ok() {
        what.push_str(", who comes into the organization");
    }
    Some(what)
}

/// Somebody leaves the company and the organization, and a newcomer gets the name.
fn left_and_name_given_away(story: &mut Story) -> Option<String> {
    let key = story.some_user(|_| true)?;
    let id = story.world.user(key).account?;
    let account = story.world.account(id).clone();
    if account.is_guest() || [ADMINISTRATOR, HELP_DESK].contains(&account.human) {
        return None;
    }
    story.world.delete(id).ok()?;
    story.world.remove(key).ok()?;
    for other in story.world.accounts.values_mut() {
        other.proxies.remove(&account.upn);
    }
    let heir = story.world.humans.add(&mut story.dice);
    story.world.add_member(heir, &account.upn);
    Some(format!(
        "{} leaves, and the name goes to {}",
        story.words(id),
        story.world.humans.label(heir)
    ))
}

fn mail_cleared(story: &mut Story) -> Option<String> {
    let id = story.some_account(|it| it.mail.is_some())?;
    let clears_others = story.dice.percent(60);
    let account = story.world.account_mut(id);
    account.mail = None;
    if clears_others {
        account.others.clear();
    }
    let others = if clears_others {
        " and its further addresses"
    } else {
        ""
    };
    Some(format!(
        "the mail of {}{others} are cleared",
        story.words(id)
    ))
}

/// An address of somebody goes to somebody else, who reads their mail from now on.
fn alias_moved(story: &mut Story) -> Option<String> {
    let from = story.some_account(|it| !it.is_guest())?;
    let address = story.world.account(from).upn.clone();
    let address = story.some_address_of(from).unwrap_or(address);
    let to = story.some_account(|it| it.upn.domain() == WORK)?;
    if from == to {
        return None;
    }
    let giver = story.world.account_mut(from);
    giver.others.remove(&address);
    giver.proxies.remove(&address);
    if giver.mail.as_ref() == Some(&address) {
        giver.mail = None;
    }
    let heir = story.world.account_mut(to);
    heir.others.insert(address.clone());
    heir.proxies.insert(address.clone());
    let (before, now) = (story.words(from), story.words(to));
    Some(format!("the address {address} of {before} goes to {now}"))
}

/// Somebody lists an address of another human too: a contact, a shared phone.
fn alias_listed_by_another(story: &mut Story) -> Option<String> {
    let from = story.some_account(|_| true)?;
    let address = story.some_address_of(from)?;
    let to = story.some_account(|it| it.upn.domain() == WORK)?;
    if from == to {
        return None;
    }
    story.list(to, &address);
    let now = story.words(to);
    Some(format!("{now} lists the address {address} too"))
}

impl Story {
    /// An address of the human of an account: private, a partner's, or one that the account has.
    fn some_address_of(&mut self, id: ObjectId) -> Option<Email> {
        let account = self.world.account(id);
        let human = self.world.humans.get(account.human);
        let mut addresses = vec![human.private.clone(), human.work.clone()];
        addresses.extend(account.others.iter().cloned());
        addresses.extend(account.mail.clone());
        self.one_of(&addresses)
    }

    /// Some user who is in the organization, but for the owner.
    pub(crate) fn some_user(&mut self, fits: impl Fn(StorageKey) -> bool) -> Option<StorageKey> {
        let members = self.world.members();
        let open = members.filter(|(_, user)| user.human != ADMINISTRATOR);
        let keys = open.map(|(key, _)| key).filter(|key| fits(*key));
        let keys: Vec<StorageKey> = keys.collect();
        self.one_of(&keys)
    }
}

fn guest_accepted(story: &mut Story) -> Option<String> {
    let id = story.some_account(|it| it.invitation == Some(InvitationStatus::Pending))?;
    story.world.accept(id);
    story.soon_signs_in(id);
    Some(format!("{} accepts the invitation", story.words(id)))
}

fn blocked(story: &mut Story) -> Option<String> {
    let id = story.some_account(|it| it.enabled)?;
    story.world.account_mut(id).enabled = false;
    Some(format!("{} is blocked", story.words(id)))
}

fn removed_in_the_portal(story: &mut Story) -> Option<String> {
    let key = story.some_user(|_| true)?;
    let words = user_in_words(&story.world, key);
    story.world.remove(key).ok()?;
    Some(format!("{words} is removed in the portal"))
}

fn added_in_the_portal(story: &mut Story) -> Option<String> {
    let in_organization: Vec<ObjectId> = story
        .world
        .members()
        .filter_map(|(_, user)| user.account)
        .collect();
    let directory = story.world.directory();
    let outside: Vec<ObjectId> = directory
        .map(|(id, _)| id)
        .filter(|id| !in_organization.contains(id))
        .collect();
    let id = story.one_of(&outside)?;
    story.world.add(id).ok()?;
    Some(format!("{} is added in the portal", story.words(id)))
}

/// An account for administration, whose mail goes to the first one.
fn second_account_made(story: &mut Story) -> Option<String> {
    let first = story.some_account(|it| !it.is_guest())?;
    let account = story.world.account(first).clone();
    let name = Email::from_service(&format!("adm.{}", account.upn));
    if story.world.account_called(&name).is_some() {
        return None;
    }
    let second = story.world.add_member(account.human, &name);
    let private = story.world.humans.get(account.human).private.clone();
    story.list(second, &private);
    story.world.account_mut(second).mail = account.mail;
    Some(format!("{} gets {name} too", story.words(first)))
}

fn guest_became_a_member(story: &mut Story) -> Option<String> {
    let id = story.some_account(|it| it.kind == UserType::Guest)?;
    story.world.account_mut(id).kind = UserType::Member;
    Some(format!("{} is made a member", story.words(id)))
}

/// A guest gets an account of the tenant's own, which lists the old address.
fn hired(story: &mut Story) -> Option<String> {
    let guest = story.some_account(Account::is_guest)?;
    let account = story.world.account(guest).clone();
    let name = story.world.free_name(account.human);
    let id = story.world.add_member(account.human, &name);
    if let Some(home) = &account.home {
        story.list(id, home);
    }
    Some(format!("{} gets {name}", story.words(guest)))
}

fn signed_in(story: &mut Story) -> Option<String> {
    let key = story.some_user(|_| true)?;
    story.world.sign_in(key);
    let words = user_in_words(&story.world, key);
    Some(format!("{words} signs in"))
}
