//! The kinds of people who make matching hard: those who left, and those whose address is not theirs.

use orgctl::matching::{DirectoryAccount, UserKind};
use orgctl::model::ids::ObjectId;

use super::human::Human;
use super::world::{Maker, days_ago};

fn stranger(maker: &mut Maker) -> (Human, String) {
    let human = Human::new(&mut maker.dice, maker.habits.languages);
    let local = (maker.habits.local)(&human, &mut maker.dice);
    let domain = maker.habits.domain;
    let address = maker.fresh(&local, domain);
    (human, address)
}

pub(crate) fn left(maker: &mut Maker, kind: &'static str) {
    let (human, address) = stranger(maker);
    let shown = maker.shown(&human);
    let mut user = maker.user(&address, &shown);
    match maker.dice.below(4) {
        // Left last month, and was invited last month: nobody may remove them yet.
        0 => user.last_seen = Some(days_ago(30)),
        1 => {
            user.last_seen = None;
            user.pending = true;
            user.entitled = Some(days_ago(20 + maker.dice.below(400)));
        }
        _ => user.last_seen = Some(days_ago(181 + maker.dice.below(900))),
    }
    maker.add(user, kind, None, false);
}

pub(crate) fn left_private(maker: &mut Maker, kind: &'static str) {
    let human = Human::new(&mut maker.dice, maker.habits.languages);
    let address = maker.private(&human);
    let shown = maker.shown(&human);
    let mut user = maker.user(&address, &shown);
    user.last_seen = Some(days_ago(181 + maker.dice.below(900)));
    maker.add(user, kind, None, false);
}

/// Mail to somebody who left goes to a colleague.
pub(crate) fn handed_on(maker: &mut Maker, kind: &'static str) {
    let (human, address) = stranger(maker);
    let heir = maker.take();
    maker.accounts[heir.place]
        .proxy_addresses
        .push(format!("smtp:{address}"));
    let shown = maker.shown(&human);
    let mut user = maker.user(&address, &shown);
    user.last_seen = Some(days_ago(maker.dice.below(700)));
    maker.add(user, kind, None, false);
}

/// A newcomer got the name of somebody who left; in half of the cases a namesake.
pub(crate) fn name_handed_on(maker: &mut Maker, kind: &'static str) {
    let (human, address) = stranger(maker);
    let other = Human::new(&mut maker.dice, maker.habits.languages);
    let heir = if maker.dice.percent(10) {
        human.clone()
    } else {
        other
    };
    let listed = (maker.habits.listed)(&heir, &mut maker.dice);
    let mut account = DirectoryAccount::new(ObjectId::new(maker.dice.uuid()), &address, &listed);
    account.mail = Some(address.clone());
    account.created = Some(days_ago(maker.dice.below(200)));
    maker.accounts.push(account);
    let shown = maker.shown(&human);
    let mut user = maker.user(&address, &shown);
    user.last_seen = Some(days_ago(210 + maker.dice.below(700)));
    maker.add(user, kind, None, false);
}

/// The address is the family's, and a relative's account lists it.
pub(crate) fn relative(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let address = maker.private(&employee.human);
    maker.accounts[employee.place]
        .other_mails
        .push(address.clone());
    let human = employee
        .human
        .relative(&mut maker.dice, maker.habits.languages);
    let shown = maker.shown(&human);
    let user = maker.user(&address, &shown);
    maker.add(user, kind, None, false);
}

/// Signed up with the address of the help desk, or with one of their own and its mail to the desk.
pub(crate) fn help_desk(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take_unique();
    let desk = maker.help_desk.clone();
    let shown = maker.shown(&employee.human);
    let address = maker.private(&employee.human);
    let mut user = if maker.dice.percent(30) {
        maker.user(&desk, &shown)
    } else {
        maker.user(&address, &shown)
    };
    user.mail = Some(desk);
    maker.add(user, kind, Some(employee.place), false);
}

/// Signs in at work and with a private account.
pub(crate) fn second_account(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let address = maker.private(&employee.human);
    if maker.dice.percent(50) {
        maker.accounts[employee.place]
            .other_mails
            .push(address.clone());
    }
    let shown = maker.shown(&employee.human);
    let name = maker.accounts[employee.place].user_principal_name.clone();
    let first = maker.user(&name, &shown);
    maker.add(first, kind, Some(employee.place), true);
    let second = maker.user(&address, &shown);
    maker.add(second, kind, Some(employee.place), false);
}

pub(crate) fn machine(maker: &mut Maker, kind: &'static str) {
    let number = maker.dice.below(100_000);
    let domain = maker.habits.domain;
    let name = maker.fresh(&format!("svc-build{number}"), domain);
    let shown = format!("Build Service {number}");
    let mut account = DirectoryAccount::new(ObjectId::new(maker.dice.uuid()), &name, &shown);
    account.created = Some(days_ago(900));
    let there = maker.dice.percent(50);
    let place = maker.accounts.len();
    if there {
        maker.accounts.push(account);
    }
    let mut user = maker.user(&name, &shown);
    user.kind = UserKind::Directory;
    maker.add(user, kind, there.then_some(place), there);
}

pub(crate) fn look_alike(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let name = maker.accounts[employee.place].user_principal_name.clone();
    let local = name.split('@').next().unwrap();
    let address = format!("{local}@{}", maker.habits.look_alike);
    let user = maker.user(&address, &employee.human.latin());
    maker.add(user, kind, None, false);
}

/// Left the company, and the account is still there.
pub(crate) fn blocked(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    maker.accounts[employee.place].enabled = false;
    let name = maker.accounts[employee.place].user_principal_name.clone();
    let shown = maker.shown(&employee.human);
    let mut user = maker.user(&name, &shown);
    user.last_seen = Some(days_ago(maker.dice.below(500)));
    maker.add(user, kind, Some(employee.place), true);
}

pub(crate) fn deleted(maker: &mut Maker, kind: &'static str) {
    let (human, address) = stranger(maker);
    let mut account = maker.account(&human);
    account.user_principal_name.clone_from(&address);
    account.deleted = Some(days_ago(10));
    maker.accounts.push(account);
    let shown = maker.shown(&human);
    let mut user = maker.user(&address, &shown);
    user.last_seen = Some(days_ago(maker.dice.below(300)));
    maker.add(user, kind, None, false);
}
