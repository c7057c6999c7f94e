//! Situations in which people are when the move begins: their accounts on both sides, and the line that
//! an administrator writes about them.

use orgctl::model::access::AccessLevel;
use orgctl::model::ids::ObjectId;
use orgctl::model::live::InvitationStatus;
use orgctl::model::person::Email;

use crate::humans::{ADMINISTRATOR, HumanId, WORK};
use crate::lines::{Line, Section};
use crate::story::Story;

pub(crate) type Situation = fn(&mut Story, HumanId);

/// Each with its weight. What is rare outside is rare here too: most worlds have one or two of the last
/// ones.
pub(crate) const SITUATIONS: [(usize, Situation); 23] = [
    (60, matches),
    (80, private),
    (12, known_by_alias),
    (20, to_be_made),
    (20, partner),
    (12, known_guest),
    (8, new_guest),
    (20, leaver),
    (8, two_users),
    (6, guest_and_member),
    (8, renamed_before),
    (6, second_account),
    (4, leaver_whose_alias_the_manager_has),
    (4, name_given_away),
    (24, colleague),
    (4, unknown),
    (4, to_be_restored),
    (3, name_of_somebody_deleted),
    (3, wrong_line),
    (6, joiner),
    (4, joiner_under_the_address_of_another),
    (1, domain_misspelt),
    (4, made_under_the_address_of_another),
];

impl Story {
    pub(crate) fn work(&self, human: HumanId) -> Email {
        self.world.humans.get(human).work.clone()
    }

    pub(crate) fn private_of(&self, human: HumanId) -> Email {
        self.world.humans.get(human).private.clone()
    }

    /// An account under the work name.
    pub(crate) fn employ(&mut self, human: HumanId) -> ObjectId {
        let name = self.work(human);
        self.world.add_member(human, &name)
    }

    pub(crate) fn list(&mut self, account: ObjectId, address: &Email) {
        let account = self.world.account_mut(account);
        account.others.insert(address.clone());
    }

    pub(crate) fn some_level(&mut self) -> Option<AccessLevel> {
        let levels = [AccessLevel::Stakeholder, AccessLevel::Basic];
        let level = levels[self.dice.below(2)];
        self.dice.percent(40).then_some(level)
    }

    /// Writes that somebody is a member, and under which name.
    pub(crate) fn write_member(&mut self, human: HumanId, key: &Email, to: &Email) {
        let level = self.some_level();
        let line = Line::new(&self.world, Section::Members, human, key);
        self.lines
            .put(line.with_identity(&self.world, to).with_access(level));
    }

    pub(crate) fn write_new_member(&mut self, human: HumanId, key: &Email, to: &Email) {
        let line = Line::new(&self.world, Section::Members, human, key);
        self.lines
            .put(line.with_identity(&self.world, to).created());
    }

    fn write_joiner(&mut self, human: HumanId, name: &Email) {
        let line = Line::new(&self.world, Section::Members, human, name);
        self.lines.put(line.with_access(Some(AccessLevel::Basic)));
    }

    pub(crate) fn write(&mut self, section: Section, human: HumanId, key: &Email) {
        let level = self.some_level().filter(|_| section == Section::Guests);
        let line = Line::new(&self.world, section, human, key);
        self.lines.put(line.with_access(level));
    }
}

/// Signs in with the name that the directory has.
fn matches(story: &mut Story, human: HumanId) {
    let name = story.work(human);
    story.world.add_user(human, &name);
    story.employ(human);
    if story.dice.percent(25) {
        story.write_member(human, &name, &name);
    }
}

/// Signs in with a private account, and has an account at work.
fn private(story: &mut Story, human: HumanId) {
    let (name, work) = (story.private_of(human), story.work(human));
    story.world.add_user(human, &name);
    let account = story.employ(human);
    if story.dice.percent(30) {
        story.list(account, &name);
    }
    story.write_member(human, &name, &work);
}

/// The same, without a line: the directory knows the private address.
fn known_by_alias(story: &mut Story, human: HumanId) {
    let name = story.private_of(human);
    story.world.add_user(human, &name);
    let account = story.employ(human);
    if story.dice.percent(30) {
        story.world.account_mut(account).mail = Some(name);
    } else {
        story.list(account, &name);
    }
}

/// Has no account yet.
fn to_be_made(story: &mut Story, human: HumanId) {
    let name = story.private_of(human);
    story.world.add_user(human, &name);
    let to = story.world.free_name(human);
    story.write_new_member(human, &name, &to);
}

/// Belongs to a partner.
fn partner(story: &mut Story, human: HumanId) {
    let name = story.world.humans.get(human).partner.clone();
    story.world.add_user(human, &name);
    story.write(Section::Guests, human, &name);
}

/// Belongs to a partner, and is a guest of the directory already.
fn known_guest(story: &mut Story, human: HumanId) {
    let name = story.world.humans.get(human).partner.clone();
    story.world.add_user(human, &name);
    let guest = story.world.add_guest(human, &name);
    if story.dice.percent(70) {
        story.world.account_mut(guest).invitation = Some(InvitationStatus::Accepted);
    }
    if story.dice.percent(60) {
        story.write(Section::Guests, human, &name);
    }
}

/// Is to come as a guest.
fn new_guest(story: &mut Story, human: HumanId) {
    let name = story.world.humans.get(human).partner.clone();
    story.write(Section::Guests, human, &name);
}

/// Has left, and is still a user.
fn leaver(story: &mut Story, human: HumanId) {
    let is_private = story.dice.percent(50);
    let name = if is_private {
        story.private_of(human)
    } else {
        story.work(human)
    };
    story.world.add_user(human, &name);
    match story.dice.below(3) {
        0 => {}
        1 => {
            let account = story.employ(human);
            story.world.account_mut(account).enabled = false;
        }
        _ => {
            let account = story.employ(human);
            story.world.account_mut(account).deleted = Some(0);
        }
    }
    story.write(Section::Remove, human, &name);
}

/// Is a user twice, and the private one goes.
fn two_users(story: &mut Story, human: HumanId) {
    let (name, work) = (story.private_of(human), story.work(human));
    story.world.add_user(human, &name);
    story.world.add_user(human, &work);
    let account = story.employ(human);
    if story.dice.percent(30) {
        story.list(account, &name);
    }
    story.write(Section::Remove, human, &name);
}

/// Was a guest before they were hired, and both accounts are there.
fn guest_and_member(story: &mut Story, human: HumanId) {
    let (name, work) = (story.private_of(human), story.work(human));
    story.world.add_user(human, &name);
    story.world.add_guest(human, &name);
    story.employ(human);
    story.write_member(human, &name, &work);
}

/// Is called otherwise than when they came into the organization.
fn renamed_before(story: &mut Story, human: HumanId) {
    let work = story.work(human);
    let old = Email::from_service(&format!("old.{work}"));
    story.world.add_user(human, &old);
    let account = story.employ(human);
    if story.dice.percent(30) {
        story.world.account_mut(account).mail = Some(old.clone());
    } else {
        story.list(account, &old);
    }
    if story.dice.percent(50) {
        story.write_member(human, &old, &work);
    }
}

/// Has an account for administration too, and its mail goes to the other one.
fn second_account(story: &mut Story, human: HumanId) {
    let (name, work) = (story.private_of(human), story.work(human));
    story.world.add_user(human, &name);
    story.employ(human);
    let admin = Email::from_service(&format!("adm.{work}"));
    let admin = story.world.add_member(human, &admin);
    story.list(admin, &name);
    story.world.account_mut(admin).mail = Some(work.clone());
    if story.dice.percent(80) {
        story.write_member(human, &name, &work);
    }
}

/// Has left; the account is deleted, and mail to it goes to a colleague.
fn leaver_whose_alias_the_manager_has(story: &mut Story, human: HumanId) {
    let name = story.work(human);
    story.world.add_user(human, &name);
    let account = story.employ(human);
    story.world.account_mut(account).deleted = Some(0);
    let mut colleagues = Vec::new();
    for (id, account) in story.world.directory() {
        if account.upn.domain() == WORK && account.human != ADMINISTRATOR {
            colleagues.push(id);
        }
    }
    if !colleagues.is_empty() {
        let manager = colleagues[story.dice.below(colleagues.len())];
        story.list(manager, &name);
    }
    if colleagues.is_empty() || story.dice.percent(85) {
        story.write(Section::Remove, human, &name);
    }
}

/// Has left, and somebody else got the name since.
fn name_given_away(story: &mut Story, human: HumanId) {
    let (name, private) = (story.work(human), story.private_of(human));
    let account = story.employ(human);
    story.world.account_mut(account).deleted = Some(0);
    let heir = story.world.humans.add(&mut story.dice);
    story.world.add_member(heir, &name);
    if story.dice.percent(50) {
        story.world.add_user(human, &name);
        story.write(Section::Remove, human, &name);
    } else {
        story.world.add_user(human, &private);
        let to = story.world.free_name(human);
        story.write_new_member(human, &private, &to);
    }
}

/// Is no user of the organization.
fn colleague(story: &mut Story, human: HumanId) {
    let account = story.employ(human);
    if story.dice.percent(30) {
        let private = story.private_of(human);
        story.list(account, &private);
    }
}

/// Is known to nobody. Where the file does not allow that, it has a line.
fn unknown(story: &mut Story, human: HumanId) {
    let name = story.private_of(human);
    story.world.add_user(human, &name);
    if !story.lines.unlisted_may_stay {
        story.write(Section::Remove, human, &name);
    }
}

/// Was deleted, and comes back under the same name.
fn to_be_restored(story: &mut Story, human: HumanId) {
    let (name, work) = (story.private_of(human), story.work(human));
    story.world.add_user(human, &name);
    let account = story.employ(human);
    story.world.account_mut(account).deleted = Some(0);
    story.write_new_member(human, &name, &work);
}

/// Is to get an account under a name that somebody with another name had, who has left.
fn name_of_somebody_deleted(story: &mut Story, human: HumanId) {
    let (name, work) = (story.private_of(human), story.work(human));
    story.world.add_user(human, &name);
    let mut before = story.world.humans.add(&mut story.dice);
    while story.world.humans.get(before).name == story.world.humans.get(human).name {
        before = story.world.humans.add(&mut story.dice);
    }
    let account = story.world.add_member(before, &work);
    story.world.account_mut(account).deleted = Some(0);
    story.write_new_member(human, &name, &work);
}

/// An employee who is to come into the organization.
fn joiner(story: &mut Story, human: HumanId) {
    story.employ(human);
    let name = story.work(human);
    story.write_joiner(human, &name);
}

/// Is to come into the organization under an address which only somebody else lists.
fn joiner_under_the_address_of_another(story: &mut Story, human: HumanId) {
    let name = story.private_of(human);
    let relative = story.world.humans.add(&mut story.dice);
    let account = story.employ(relative);
    story.list(account, &name);
    story.write_joiner(human, &name);
}

/// Is to get an account under a name that only somebody else lists among the addresses.
fn made_under_the_address_of_another(story: &mut Story, human: HumanId) {
    let (name, to) = (story.private_of(human), story.work(human));
    story.world.add_user(human, &name);
    let colleague = story.world.humans.add(&mut story.dice);
    let account = story.employ(colleague);
    story.list(account, &to);
    story.write_new_member(human, &name, &to);
}

/// Is to get an account in a domain that the tenant does not have.
fn domain_misspelt(story: &mut Story, human: HumanId) {
    let name = story.private_of(human);
    story.world.add_user(human, &name);
    let to = format!("{}@contsoo.com", story.work(human).local_part());
    story.write_new_member(human, &name, &Email::from_service(&to));
}

/// The administrator names the account of somebody else.
fn wrong_line(story: &mut Story, human: HumanId) {
    let name = story.private_of(human);
    story.world.add_user(human, &name);
    let other = story.world.humans.add(&mut story.dice);
    let to = story.work(other);
    story.world.add_member(other, &to);
    story.write_member(human, &name, &to);
}
