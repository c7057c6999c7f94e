//! The oracle: what may never happen, judged by the truth about who is who and by what the lines say.
//!
//! 1. Nobody gets the rights, the history or the removal of another human. An administrator who names
//!    an account by the sign-in name that it has means that account, be it right or wrong.
//! 2. Nobody is made or invited twice.
//! 3. Nobody is touched of whom no line speaks and whom orgctl has nothing of.

use orgctl::model::ids::{ObjectId, StorageKey};
use orgctl::model::person::Email;
use orgctl::plan::value::Step;

use crate::humans::{HumanId, WORK};
use crate::lines::{Line, Section};
use crate::requests::{Request, account_in_words, user_in_words};
use crate::story::Story;
use crate::world::{Account, World};

/// What may never happen, and did.
#[derive(Clone, Debug)]
pub(crate) struct Violation {
    /// The sort, by which violations are counted.
    pub(crate) kind: String,
    /// What happened to whom.
    pub(crate) what: String,
}

/// Judges a request that is about to be carried out.
pub(crate) fn request(story: &Story, step: &Step, request: &Request) -> Option<Violation> {
    let judge = Judge {
        story,
        world: &story.world,
        line: story.line_of(step),
    };
    let kind = match request {
        Request::Connect => None,
        Request::Map { user, account } => judge.joined(*user, *account),
        Request::Remove(user) => judge.removed(*user),
        Request::TakeAway { user, account } => {
            let user = user.and_then(|user| judge.removed(user));
            user.or_else(|| judge.deleted((*account)?))
        }
        Request::Create { name, .. } if name.domain() != WORK => {
            Some("an account is made in a domain that is not the tenant's".to_owned())
        }
        Request::Create { .. } => judge.made_twice(),
        Request::Restore(account) => judge.restored(*account),
        Request::Invite { again: None, .. } => judge.invited_twice(),
        Request::Invite {
            again: Some(account),
            ..
        } => judge.written_to(*account),
        Request::SetLevel { user, .. } => judge.given_level(*user),
        Request::Add { account, .. } => judge.added(*account),
    }?;
    let what = format!(
        "{}: {}; {}",
        step.address,
        request.told(&story.world),
        judge.line_in_words()
    );
    Some(Violation { kind, what })
}

/// Judges a notice: it reaches the human whom it is about.
pub(crate) fn notice(story: &Story, step: &Step) -> Option<Violation> {
    let world = &story.world;
    let notice = step.change.attributes().notice()?;
    let user = world.users.get(&notice.member)?;
    let is_own = user.name == notice.mail || user.mail.as_ref() == Some(&notice.mail);
    let is_somebody_else = |id: ObjectId| world.account(id).human != user.human;
    // Whose user was given to somebody else by a line is told under the name that the line gives.
    if is_own || user.account.is_some_and(is_somebody_else) {
        return None;
    }
    let reader = reader_of(world, &notice.mail)?;
    (reader != user.human).then(|| Violation {
        kind: "a notice goes to another human".to_owned(),
        what: format!(
            "{}: a notice about {} goes to {}, which {} reads",
            step.address,
            user_in_words(world, notice.member),
            notice.mail,
            world.humans.label(reader)
        ),
    })
}

/// Who reads the mail of an address, where that is one human.
fn reader_of(world: &World, address: &Email) -> Option<HumanId> {
    let gets_it = |account: &Account| account.proxies.contains(address);
    let mut directory = world.directory();
    let at_work = directory
        .find(|(_, account)| gets_it(account))
        .map(|(_, account)| account.human);
    at_work.or_else(|| world.humans.reader_of(address))
}

/// One request and the line that it is for.
struct Judge<'a> {
    story: &'a Story,
    world: &'a World,
    line: Option<&'a Line>,
}

impl Judge<'_> {
    /// Whether the line names a user by the sign-in name.
    fn names_user(&self, line: &Line, key: StorageKey) -> bool {
        let is_called_so = self.world.user(key).name == line.key;
        line.user == Some(key) || (!line.seen && is_called_so)
    }

    /// Whether the line names an account by the sign-in name: when it was written, or at least as long
    /// as orgctl has not seen it to be about another.
    fn names_account(&self, line: &Line, id: ObjectId) -> bool {
        let is_called_so = self.world.account(id).is_called(&line.to);
        line.account == Some(id) || (line.id.is_none() && !line.seen && is_called_so)
    }

    fn means_user(&self, line: &Line, key: StorageKey) -> bool {
        let user = self.world.user(key);
        let is_theirs = user.human == line.means;
        // Of two users of one human a removal means the one of that name, if either has it.
        let mut users = self.world.members();
        let is_name = users.any(|(_, user)| user.name == line.key);
        let is_meant = line.section != Section::Remove || !is_name || user.name == line.key;
        (is_theirs && is_meant) || self.names_user(line, key)
    }

    fn means_account(&self, line: &Line, id: ObjectId) -> bool {
        self.world.account(id).human == line.means || self.names_account(line, id)
    }

    /// Whether nothing tells two humans apart but where they are known from.
    fn are_namesakes(&self, one: HumanId, other: HumanId) -> bool {
        let humans = &self.world.humans;
        humans.get(one).name == humans.get(other).name
    }

    /// What leads from a line to a user who is not meant.
    fn user_found_by(&self, line: &Line, key: StorageKey) -> &'static str {
        let user = self.world.user(key);
        if user.name == line.key {
            return "by the sign-in name";
        }
        let account = user.account.map(|id| self.world.account(id));
        account.map_or("by no address", |account| account.found_by(&line.key))
    }

    fn joined(&self, key: StorageKey, id: ObjectId) -> Option<String> {
        let (user, account) = (self.world.user(key), self.world.account(id));
        let address = self.line.map_or(&user.name, |line| &line.to);
        let is_known = self.line.is_some_and(|line| line.seen);
        if user.human == account.human
            || (!is_known && account.has(address) && self.are_namesakes(user.human, account.human))
        {
            return None;
        }
        let Some(line) = self.line else {
            let how = account.found_by(address);
            return Some(format!(
                "a mapping without a line joins two humans, the account is found {how}"
            ));
        };
        if self.names_user(line, key) && self.names_account(line, id) {
            return None;
        }
        if account.human == line.means {
            let how = self.user_found_by(line, key);
            return Some(format!(
                "a mapping joins two humans, the user is found {how}"
            ));
        }
        let how = account.found_by(address);
        let since = if account.is_called(address) {
            ", which was somebody else's when orgctl applied the line"
        } else {
            ""
        };
        Some(format!(
            "a mapping joins two humans, the account is found {how}{since}"
        ))
    }

    fn removed(&self, key: StorageKey) -> Option<String> {
        let user = self.world.users.get(&key)?;
        let Some(line) = self.line else {
            return Some("a removal without a line".to_owned());
        };
        let section = match line.section {
            Section::Remove => "a line of [remove]",
            Section::Guests | Section::Members => "a deleted line",
        };
        if !self.means_user(line, key) {
            let how = self.user_found_by(line, key);
            return Some(if user.human == line.means {
                format!("{section} removes another user of the same human, found {how}")
            } else {
                format!("{section} removes another human, found {how}")
            });
        }
        if line.section != Section::Remove && !user.added {
            return Some(format!("{section} takes out somebody who was there before"));
        }
        if self.is_protected(key) {
            return Some(format!(
                "{section} removes somebody who is protected, or the owner"
            ));
        }
        let mut others = self.story.lines.by_key.values();
        let is_kept = others.any(|other| other.keeps(self.world, key));
        is_kept.then(|| format!("{section} removes somebody whom another line keeps"))
    }

    fn is_protected(&self, key: StorageKey) -> bool {
        let human = self.world.user(key).human;
        let lines = &self.story.lines;
        let mut protected = lines.protected.iter().chain([&lines.owner]);
        protected.any(|it| match it.user {
            Some(user) => user == key,
            None => it.means == human,
        })
    }

    fn deleted(&self, id: ObjectId) -> Option<String> {
        let Some(line) = self.line else {
            return Some("an account is deleted without a line".to_owned());
        };
        if !self.means_account(line, id) {
            let how = self.world.account(id).found_by(&line.key);
            return Some(format!(
                "a deleted line deletes the account of another human, found {how}"
            ));
        }
        (!self.world.account(id).made)
            .then(|| "a deleted line deletes an account that was there before".to_owned())
    }

    fn made_twice(&self) -> Option<String> {
        let Some(line) = self.line else {
            return Some("an account is made without a line".to_owned());
        };
        self.has_made(line, |account| !account.is_guest())
            .then(|| "an account is made twice".to_owned())
    }

    fn invited_twice(&self) -> Option<String> {
        let Some(line) = self.line else {
            return Some("a guest is invited without a line".to_owned());
        };
        self.has_made(line, Account::is_guest)
            .then(|| "a guest is invited twice".to_owned())
    }

    /// Whether orgctl has made the human of a line an account that still is there, under any name.
    fn has_made(&self, line: &Line, is_such: impl Fn(&Account) -> bool) -> bool {
        let mut directory = self.world.directory();
        directory.any(|(_, it)| it.human == line.means && it.made && is_such(it))
    }

    fn restored(&self, id: ObjectId) -> Option<String> {
        let Some(line) = self.line else {
            return Some("an account is restored without a line".to_owned());
        };
        // Nobody can name a deleted account by its sign-in name: it has none any more.
        let human = self.world.account(id).human;
        let is_theirs = self.are_namesakes(human, line.means);
        (!is_theirs && line.account != Some(id))
            .then(|| "the deleted account of another human is restored".to_owned())
    }

    fn written_to(&self, id: ObjectId) -> Option<String> {
        let Some(line) = self.line else {
            return Some("a guest is invited without a line".to_owned());
        };
        (!self.means_account(line, id))
            .then(|| "an invitation is for the account of another human".to_owned())
    }

    fn given_level(&self, key: StorageKey) -> Option<String> {
        let Some(line) = self.line else {
            return Some("a level is given without a line".to_owned());
        };
        if self.means_user(line, key) {
            return None;
        }
        let how = self.user_found_by(line, key);
        Some(format!("a level goes to another human, found {how}"))
    }

    fn added(&self, id: ObjectId) -> Option<String> {
        let Some(line) = self.line else {
            return Some("an account is added without a line".to_owned());
        };
        if self.means_account(line, id) {
            return None;
        }
        let how = self.world.account(id).found_by(&line.key);
        Some(format!(
            "the account of another human is added, found {how}"
        ))
    }

    fn line_in_words(&self) -> String {
        let Some(line) = self.line else {
            return "no line asks for it".to_owned();
        };
        let user = line.user.map(|key| user_in_words(self.world, key));
        let account = line.account.map(|id| account_in_words(self.world, id));
        let named = user.into_iter().chain(account).collect::<Vec<_>>();
        format!(
            "the line of {} means {} ({})",
            line.key,
            self.world.humans.label(line.means),
            named.join(", ")
        )
    }
}
