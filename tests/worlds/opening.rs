//! The opening: the world on the day on which somebody writes org.toml, and who owns and guards what.

use orgctl::model::ids::ObjectId;

use crate::events::weighted;
use crate::humans::{ADMINISTRATOR, HELP_DESK, HumanId};
use crate::lines::{Protected, Section};
use crate::situations::SITUATIONS;
use crate::story::Story;

impl Story {
    /// Makes a world of five to thirty people, and the org.toml for it.
    pub(crate) fn begin(&mut self) {
        let administrator = self.world.humans.add(&mut self.dice);
        assert_eq!(administrator, ADMINISTRATOR);
        self.own(administrator);
        let people = 4 + self.dice.below(26);
        let total = SITUATIONS.iter().map(|(weight, _)| weight).sum();
        for _ in 0..people {
            let human = self.world.humans.add(&mut self.dice);
            let situation = weighted(&SITUATIONS, self.dice.below(total));
            situation(self, human);
        }
        if self.dice.percent(30) {
            self.help_desk();
        }
        self.protect();
    }

    /// The administrator signs in at work and owns the organization, or somebody does who has a line that
    /// says who they are at work.
    fn own(&mut self, administrator: HumanId) {
        let work = self.work(administrator);
        self.employ(administrator);
        let user = self.world.add_user(administrator, &work);
        let mut owner = Protected {
            address: work,
            means: administrator,
            user: Some(user),
        };
        if self.dice.percent(25) {
            let other = self.world.humans.add(&mut self.dice);
            let (private, work) = (self.private_of(other), self.work(other));
            self.employ(other);
            let user = self.world.add_user(other, &private);
            self.write_member(other, &private, &work);
            owner = Protected {
                address: self.dice.pick(&[&private, &work]).clone(),
                means: other,
                user: Some(user),
            };
        }
        self.lines.owner = owner;
    }

    /// A mailbox that many list, and perhaps a user and an account of its own.
    fn help_desk(&mut self) {
        let desk = self.world.humans.get(HELP_DESK).clone();
        let (address, has_account) = match self.dice.below(3) {
            0 => (desk.work, true),
            1 => (desk.work, false),
            _ => (desk.private, false),
        };
        if has_account {
            self.world.add_member(HELP_DESK, &address);
        }
        if self.dice.percent(40) {
            self.world.add_user(HELP_DESK, &address);
            if !has_account && self.dice.percent(50) {
                self.write(Section::Remove, HELP_DESK, &address);
            }
        }
        let all: Vec<ObjectId> = self.world.directory().map(|(id, _)| id).collect();
        for id in all {
            if self.world.account(id).human != HELP_DESK && self.dice.percent(20) {
                self.list(id, &address);
            }
        }
    }

    /// Protects some people under the name that they have today.
    fn protect(&mut self) {
        let users: Vec<_> = self.world.members().map(|(key, _)| key).collect();
        for key in users {
            let user = self.world.user(key);
            let (address, means) = (user.name.clone(), user.human);
            let is_removed = self.lines.by_key.get(&address);
            let is_removed = is_removed.is_some_and(|line| line.section == Section::Remove);
            if !is_removed && self.dice.percent(4) {
                let user = Some(key);
                self.lines.protected.push(Protected {
                    address,
                    means,
                    user,
                });
            }
        }
    }
}
