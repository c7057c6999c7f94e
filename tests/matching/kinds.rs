//! The kinds of people whom organizations have, each with its opposite.

use orgctl::matching::{DirectoryAccount, FederatedIdentity};
use orgctl::model::ids::ObjectId;

use super::human::{Human, plain};
use super::trouble::{
    blocked, deleted, handed_on, help_desk, left, left_private, look_alike, machine,
    name_handed_on, relative, second_account,
};
use super::world::{Maker, days_ago};

type Kind = (usize, &'static str, fn(&mut Maker, &'static str));

/// How many of a thousand users are of which kind.
const KINDS: [Kind; 32] = [
    (250, "same sign-in name", same_sign_in_name),
    (20, "same sign-in name, nickname", sign_in_name_and_nickname),
    (50, "mail", mail),
    (50, "alias", alias),
    (40, "old domain, kept as alias", old_domain_alias),
    (50, "old domain", old_domain),
    (120, "private address listed", listed),
    (10, "private address listed, nickname", listed_and_nickname),
    (20, "tag, case or width", spelled),
    (10, "dots", dots),
    (10, "mail in the organization", contact),
    (40, "name only", name_only),
    (30, "name only, namesakes", any_name),
    (15, "initial only", initial_only),
    (30, "married", married),
    (40, "guest", guest),
    (15, "guest without mail", guest_without_mail),
    (10, "guest by identity", guest_by_identity),
    (50, "from outside", outside),
    (5, "partner with a namesake", partner_namesake),
    (1, "namesake from outside", namesake),
    (35, "left, own domain", left),
    (15, "left, private address", left_private),
    (8, "alias handed on", handed_on),
    (8, "name handed on", name_handed_on),
    (6, "relative lists the address", relative),
    (6, "shared by the help desk", help_desk),
    (15, "second account", second_account),
    (10, "machine", machine),
    (3, "look-alike domain", look_alike),
    (18, "blocked", blocked),
    (10, "deleted", deleted),
];

/// Fills an organization.
pub(crate) fn fill(maker: &mut Maker, users: usize) {
    let all: usize = KINDS.iter().map(|(share, _, _)| share).sum();
    for (share, name, make) in KINDS {
        for _ in 0..(users * share).div_ceil(all) {
            make(maker, name);
        }
    }
    maker.users.truncate(users);
    maker.truth.truncate(users);
}

fn name_of(maker: &Maker, place: usize) -> String {
    maker.accounts[place].user_principal_name.clone()
}

fn same_sign_in_name(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let shown = maker.shown(&employee.human);
    let user = maker.user(&name_of(maker, employee.place), &shown);
    maker.add(user, kind, Some(employee.place), true);
}

fn sign_in_name_and_nickname(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let shown = (maker.habits.nickname)(&employee.human, &mut maker.dice);
    let user = maker.user(&name_of(maker, employee.place), &shown);
    maker.add(user, kind, Some(employee.place), true);
}

fn mail(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let local = plain(&format!(
        "{}.{}.x",
        employee.human.family.1, employee.human.given.1
    ));
    let domain = maker.habits.domain;
    let address = maker.fresh(&local, domain);
    maker.accounts[employee.place].mail = Some(address.clone());
    let shown = maker.shown(&employee.human);
    let user = maker.user(&address, &shown);
    maker.add(user, kind, Some(employee.place), true);
}

fn alias_at(maker: &mut Maker, kind: &'static str, domain: &str, local: &str) {
    let employee = maker.take();
    let local = if local.is_empty() {
        let name = name_of(maker, employee.place);
        name.split('@').next().unwrap().to_owned()
    } else {
        format!("{}-{local}", plain(&employee.human.given.1))
    };
    let address = maker.fresh(&local, domain);
    maker.accounts[employee.place]
        .proxy_addresses
        .push(format!("smtp:{address}"));
    let shown = maker.shown(&employee.human);
    let user = maker.user(&address, &shown);
    maker.add(user, kind, Some(employee.place), true);
}

fn alias(maker: &mut Maker, kind: &'static str) {
    let domain = maker.habits.domain;
    alias_at(maker, kind, domain, "sales");
}

fn old_domain_alias(maker: &mut Maker, kind: &'static str) {
    let domain = maker.habits.old_domain;
    alias_at(maker, kind, domain, "");
}

fn old_domain(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let name = name_of(maker, employee.place);
    let local = name.split('@').next().unwrap();
    let address = format!("{local}@{}", maker.habits.old_domain);
    let shown = maker.shown(&employee.human);
    let user = maker.user(&address, &shown);
    maker.add(user, kind, Some(employee.place), true);
}

fn listed(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let address = maker.private(&employee.human);
    maker.accounts[employee.place]
        .other_mails
        .push(address.to_uppercase());
    let shown = maker.shown(&employee.human);
    let user = maker.user(&address, &shown);
    maker.add(user, kind, Some(employee.place), true);
}

fn listed_and_nickname(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let address = maker.private(&employee.human);
    maker.accounts[employee.place]
        .other_mails
        .push(address.clone());
    let shown = (maker.habits.nickname)(&employee.human, &mut maker.dice);
    let user = maker.user(&address, &shown);
    maker.add(user, kind, Some(employee.place), true);
}

fn spelled(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let address = maker.private(&employee.human);
    let (local, domain) = address.split_once('@').unwrap();
    let written = match maker.dice.below(3) {
        0 => format!("{local}+ado@{domain}"),
        1 => address.to_uppercase(),
        _ => local
            .chars()
            .map(wide)
            .chain(['@'])
            .chain(domain.chars())
            .collect(),
    };
    maker.accounts[employee.place].other_mails.push(address);
    let shown = maker.shown(&employee.human);
    let user = maker.user(&written, &shown);
    maker.add(user, kind, Some(employee.place), true);
}

fn wide(c: char) -> char {
    if c.is_ascii_lowercase() {
        char::from_u32(u32::from(c) + 0xFEE0).unwrap()
    } else {
        c
    }
}

fn dots(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take_unique();
    let name = name_of(maker, employee.place);
    let (local, domain) = name.split_once('@').unwrap();
    let written = if local.contains('.') {
        local.replace('.', "")
    } else {
        format!("{}.{}", &local[..1], &local[1..])
    };
    let shown = maker.shown(&employee.human);
    let user = maker.user(&format!("{written}@{domain}"), &shown);
    maker.add(user, kind, Some(employee.place), true);
}

fn contact(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let address = maker.private(&employee.human);
    let shown = maker.shown(&employee.human);
    let mut user = maker.user(&address, &shown);
    user.mail = Some(name_of(maker, employee.place));
    maker.add(user, kind, Some(employee.place), true);
}

fn name_only(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take_unique();
    let address = maker.private(&employee.human);
    let shown = maker.shown(&employee.human);
    let user = maker.user(&address, &shown);
    maker.add(user, kind, Some(employee.place), true);
}

fn any_name(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let address = maker.private(&employee.human);
    let shown = maker.shown(&employee.human);
    let user = maker.user(&address, &shown);
    maker.add(user, kind, Some(employee.place), false);
}

fn initial_only(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let address = maker.private(&employee.human);
    let first = employee.human.given.1.chars().next().unwrap();
    let shown = format!("{first}. {}", employee.human.family.1);
    let user = maker.user(&address, &shown);
    maker.add(user, kind, Some(employee.place), false);
}

fn married(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let shown = maker.shown(&employee.human);
    let old = name_of(maker, employee.place);
    let spouse = Human::new(&mut maker.dice, maker.habits.languages);
    let after = Human {
        family: spouse.family,
        more: None,
        ..employee.human.clone()
    };
    let local = (maker.habits.local)(&after, &mut maker.dice);
    let domain = maker.habits.domain;
    let name = maker.fresh(&local, domain);
    let listed = (maker.habits.listed)(&after, &mut maker.dice);
    let account = &mut maker.accounts[employee.place];
    account.proxy_addresses = vec![format!("SMTP:{name}"), format!("smtp:{old}")];
    account.mail = Some(name.clone());
    account.user_principal_name = name;
    account.display_name = listed;
    if account.surname.is_some() {
        account.surname = Some(after.family.0);
        account.given_name = Some(after.given.0);
    }
    let user = maker.user(&old, &shown);
    maker.add(user, kind, Some(employee.place), true);
}

fn invited(maker: &mut Maker, human: &Human, address: &str) -> usize {
    let part = address.replace('@', "_");
    let name = format!("{part}#EXT#@contoso.onmicrosoft.com");
    let shown = human.latin();
    let mut account = DirectoryAccount::new(ObjectId::new(maker.dice.uuid()), &name, &shown);
    account.guest = true;
    account.mail = Some(address.to_owned());
    account.other_mails = vec![address.to_owned()];
    account.created = Some(days_ago(600 + maker.dice.below(900)));
    maker.accounts.push(account);
    maker.accounts.len() - 1
}

fn partner(maker: &mut Maker, human: &Human) -> String {
    let domain = maker.dice.pick(maker.habits.partners);
    let local = human.dotted();
    maker.fresh(&local, domain)
}

fn guest(maker: &mut Maker, kind: &'static str) {
    let human = Human::new(&mut maker.dice, maker.habits.languages);
    let address = partner(maker, &human);
    let place = invited(maker, &human, &address);
    let shown = maker.shown(&human);
    let user = maker.user(&address, &shown);
    maker.add(user, kind, Some(place), true);
}

fn guest_without_mail(maker: &mut Maker, kind: &'static str) {
    let human = Human::new(&mut maker.dice, maker.habits.languages);
    let address = maker.private(&human);
    let place = invited(maker, &human, &address);
    maker.accounts[place].mail = None;
    maker.accounts[place].other_mails.clear();
    let shown = maker.shown(&human);
    let user = maker.user(&address, &shown);
    maker.add(user, kind, Some(place), true);
}

fn guest_by_identity(maker: &mut Maker, kind: &'static str) {
    let human = Human::new(&mut maker.dice, maker.habits.languages);
    let address = maker.private(&human);
    let at_work = partner(maker, &human);
    let place = invited(maker, &human, &at_work);
    maker.accounts[place].identities = vec![FederatedIdentity {
        issuer: "MicrosoftAccount".to_owned(),
        id: Some(address.clone()),
    }];
    let shown = maker.shown(&human);
    let user = maker.user(&address, &shown);
    maker.add(user, kind, Some(place), true);
}

fn outside(maker: &mut Maker, kind: &'static str) {
    let human = Human::new(&mut maker.dice, maker.habits.languages);
    let private = maker.dice.percent(50);
    let address = if private {
        maker.private(&human)
    } else {
        partner(maker, &human)
    };
    let shown = maker.shown(&human);
    let user = maker.user(&address, &shown);
    maker.add(user, kind, None, false);
}

fn partner_namesake(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let address = partner(maker, &employee.human);
    let shown = maker.shown(&employee.human);
    let user = maker.user(&address, &shown);
    maker.add(user, kind, None, false);
}

fn namesake(maker: &mut Maker, kind: &'static str) {
    let employee = maker.take();
    let address = maker.private(&employee.human);
    let shown = maker.shown(&employee.human);
    let user = maker.user(&address, &shown);
    maker.add(user, kind, None, false);
}
