//! What an administrator does about a plan that is refused: the lines that it asks for are written.

use orgctl::model::person::Email;

use crate::humans::HumanId;
use crate::lines::{Line, Section};
use crate::story::Story;

/// An answer to a finding about a person; nothing where there is none.
type Answer = fn(&mut Story, &Email) -> Option<String>;

/// By the rule that refused.
const ANSWERS: [(&str, Answer); 6] = [
    ("uncovered", write_who_that_is),
    ("restore_in_doubt", choose_another_name),
    ("domain_not_verified", choose_another_name),
    ("target_missing", say_who_that_is_today),
    ("target_disabled", give_up),
    ("protected_removal", take_back),
];

impl Story {
    /// Answers what the last plan was refused for; false where nothing can be done about it.
    pub(crate) fn answer(&mut self) -> bool {
        let mut answered = false;
        for found in std::mem::take(&mut self.refused) {
            let text = |field: &str| found.get(field).and_then(|value| value.as_str());
            let Some((rule, person)) = text("rule").zip(text("person")) else {
                continue;
            };
            let person = Email::from_service(person);
            let answer = ANSWERS.iter().find(|(code, _)| *code == rule);
            if let Some(what) = answer.and_then(|(_, answer)| answer(self, &person)) {
                self.log.push(format!("answer: {what}"));
                answered = true;
            }
        }
        answered
    }

    /// An account of the tenant's own in which somebody signs in, under a name that is no line's yet.
    fn own_account(&self, human: HumanId) -> Option<Email> {
        let accounts = self.world.accounts_of(human);
        let mut own = accounts.iter().map(|id| self.world.account(*id));
        let is_named = |name: &Email| self.lines.by_key.values().any(|line| line.to == *name);
        let account = own.find(|it| !it.is_guest() && it.enabled && !is_named(&it.upn))?;
        Some(account.upn.clone())
    }
}

/// Somebody without a line gets one: their account, or they go.
fn write_who_that_is(story: &mut Story, person: &Email) -> Option<String> {
    let mut members = story.world.members();
    let human = members.find(|(_, user)| user.name == *person)?.1.human;
    drop(members);
    if story.lines.by_key.contains_key(person) {
        return None;
    }
    let Some(to) = story.own_account(human) else {
        let is_kept = story.lines.about(human).is_some();
        let mut protected = story.lines.protected.iter();
        if is_kept || protected.any(|it| it.means == human) {
            return None;
        }
        story.write(Section::Remove, human, person);
        return Some(format!("{person} is to go"));
    };
    story.write_member(human, person, &to);
    Some(format!("{person} gets a line that names {to}"))
}

/// The name is not to be had: the account gets another one.
fn choose_another_name(story: &mut Story, person: &Email) -> Option<String> {
    let line = story.lines.by_key.get(person)?.clone();
    if line.section != Section::Members {
        story.lines.delete(person);
        return Some(format!("the line of {person} is deleted"));
    }
    let to = story.world.name_never_had(line.means);
    story.lines.put(line.with_identity(&story.world, &to));
    Some(format!("the line of {person} asks for {to}"))
}

/// The account of a line is not there: the line names the one that is, or has one made.
fn say_who_that_is_today(story: &mut Story, person: &Email) -> Option<String> {
    let line = story.lines.by_key.get(person)?.clone();
    let to = story.own_account(line.means);
    let made = to.is_none();
    let to = to.unwrap_or_else(|| story.world.name_never_had(line.means));
    let line = line.with_identity(&story.world, &to);
    story.lines.put(if made { line.created() } else { line });
    Some(format!("the line of {person} names {to}"))
}

/// Somebody who may not be removed was to be.
fn take_back(story: &mut Story, person: &Email) -> Option<String> {
    story.lines.by_key.get(person)?;
    story.lines.delete(person);
    Some(format!("the line of {person} is taken back"))
}

/// Whose account is blocked has left.
fn give_up(story: &mut Story, person: &Email) -> Option<String> {
    let line: &Line = story.lines.by_key.get(person)?;
    let (human, key) = (line.means, line.key.clone());
    let mut protected = story.lines.protected.iter();
    if protected.any(|it| it.means == human) {
        return None;
    }
    story.write(Section::Remove, human, &key);
    Some(format!("{key} is to go"))
}
