//! What the administrator changes in org.toml between one apply and the next. The edits are right for
//! the people whom they mean.

use orgctl::model::access::AccessLevel;
use orgctl::model::ids::{ObjectId, StorageKey};
use orgctl::model::person::Email;

use crate::events::weighted;
use crate::humans::{HumanId, WORK};
use crate::lines::{Line, Protected, Section};
use crate::requests::user_in_words;
use crate::story::Story;

/// An edit; nothing where the file has no line for it.
type Edit = fn(&mut Story) -> Option<String>;

/// Each with its weight.
const EDITS: [(usize, Edit); 10] = [
    (4, line_deleted),
    (4, guest_hired),
    (5, left),
    (3, protected),
    (4, name_followed),
    (2, id_written),
    (3, level_changed),
    (3, member_added),
    (2, guest_added),
    (1, guests_are_deleted),
];

impl Story {
    /// Has the administrator change something.
    pub(crate) fn edit(&mut self) {
        let total = EDITS.iter().map(|(weight, _)| weight).sum();
        for _ in 0..10 {
            let edit = weighted(&EDITS, self.dice.below(total));
            if let Some(what) = edit(self) {
                self.log.push(format!("edit: {what}"));
                return;
            }
        }
    }

    fn some_line(&mut self, fits: impl Fn(&Line) -> bool) -> Option<Line> {
        let lines = self.lines.by_key.values().filter(|line| fits(line));
        let lines: Vec<Line> = lines.cloned().collect();
        self.one_of(&lines)
    }

    /// Whether somebody may be removed under an address: nothing protects them, and no line but their
    /// own speaks of it. A careless administrator looks for the address alone.
    fn may_go(&self, address: &Email, human: HumanId, own: &[Email], is_careless: bool) -> bool {
        let mut protected = self.lines.protected.iter();
        let is_protected =
            protected.any(|it| it.address == *address || (it.means == human && !is_careless));
        let others = self.lines.by_key.values();
        let mut others = others.filter(|line| !own.contains(&line.key));
        let is_named = others.any(|line| line.key == *address || line.to == *address);
        !is_protected && !is_named && self.lines.owner.address != *address
    }
}

fn line_deleted(story: &mut Story) -> Option<String> {
    let line = story.some_line(|_| true)?;
    story.lines.delete(&line.key);
    Some(format!("the line of {} is deleted", line.key))
}

/// A line goes from `[guests]` to `[members]`, with an account that is there or is to be made.
fn guest_hired(story: &mut Story) -> Option<String> {
    let line = story.some_line(|line| line.section == Section::Guests)?;
    let accounts = story.world.accounts_of(line.means);
    let mut names = accounts.iter().map(|id| &story.world.account(*id).upn);
    let name = names.find(|name| name.domain() == WORK).cloned();
    story.lines.delete(&line.key);
    let to = name.unwrap_or_else(|| story.world.free_name(line.means));
    if story.world.account_called(&to).is_some() {
        story.write_member(line.means, &line.key, &to);
    } else {
        story.write_new_member(line.means, &line.key, &to);
    }
    Some(format!("the guest {} becomes the member {to}", line.key))
}

/// Somebody has left, and is removed under one of their names.
fn left(story: &mut Story) -> Option<String> {
    let key = story.some_user(|_| true)?;
    let user = story.world.user(key);
    let (human, mut name) = (user.human, user.name.clone());
    let own = lines_about(story, key);
    // The administrator knows some people by the name that the file has for them, or by the one from
    // before the move.
    let private = &story.world.humans.get(human).private;
    let old = own.first().unwrap_or(private).clone();
    if story.dice.percent(40) {
        name = old;
    }
    let is_careless = story.dice.percent(30);
    if !story.may_go(&name, human, &own, is_careless) {
        return None;
    }
    for line in &own {
        story.lines.delete(line);
    }
    let words = user_in_words(&story.world, key);
    let line = Line::new(&story.world, Section::Remove, human, &name);
    let user = Some(key);
    story.lines.put(Line { user, ..line });
    Some(format!("{words} is to be removed as {name}"))
}

/// The keys of the lines that keep a user.
fn lines_about(story: &Story, key: StorageKey) -> Vec<Email> {
    let lines = story.lines.by_key.values();
    let keeping = lines.filter(|line| line.keeps(&story.world, key));
    keeping.map(|line| line.key.clone()).collect()
}

fn protected(story: &mut Story) -> Option<String> {
    let key = story.some_user(|_| true)?;
    let user = story.world.user(key);
    let (means, name) = (user.human, user.name.clone());
    let address = lines_about(story, key).pop();
    let address = address.filter(|_| story.dice.percent(50)).unwrap_or(name);
    let removed = |line: &Line| line.section == Section::Remove;
    let mut lines = story.lines.by_key.values();
    if lines.any(|line| removed(line) && (line.means == means || line.key == address)) {
        return None;
    }
    let what = format!(
        "{} is protected as {address}",
        user_in_words(&story.world, key)
    );
    let user = Some(key);
    story.lines.protected.push(Protected {
        address,
        means,
        user,
    });
    Some(what)
}

/// A line gets the name that the account has by now.
fn name_followed(story: &mut Story) -> Option<String> {
    let world = &story.world;
    let lines = story.lines.by_key.values();
    let mut changed: Vec<(Line, Email)> = Vec::new();
    for line in lines.filter(|line| line.section == Section::Members) {
        let account = line.account.filter(|id| world.account(*id).is_there());
        let account = account.map(|id| world.account(id));
        let account = account.filter(|it| it.human == line.means && it.upn != line.to);
        changed.extend(account.map(|account| (line.clone(), account.upn.clone())));
    }
    let (line, to) = story.one_of(&changed)?;
    let is_target = |line: &Line| line.to == to;
    if story.lines.by_key.values().any(is_target) {
        return None;
    }
    let what = format!("the line of {} names {to} instead of {}", line.key, line.to);
    story.lines.put(line.with_identity(&story.world, &to));
    Some(what)
}

/// A line gets the id of the account that it means: the name is somebody else's by now, or may be one day.
fn id_written(story: &mut Story) -> Option<String> {
    let line = story.some_line(|line| line.section == Section::Members && line.id.is_none())?;
    let accounts = story.world.accounts_of(line.means);
    let is_own = |id: &ObjectId| !story.world.account(*id).is_guest();
    let id = accounts.into_iter().find(is_own)?;
    let what = format!("the line of {} says which account: {id}", line.key);
    story.lines.put(line.with_id(id));
    Some(what)
}

fn level_changed(story: &mut Story) -> Option<String> {
    let line = story.some_line(|line| line.section != Section::Remove)?;
    let access = match line.access {
        Some(AccessLevel::Basic) => AccessLevel::Stakeholder,
        Some(_) | None => AccessLevel::Basic,
    };
    // Nothing was owned under one name alone: the line is about who has the name today.
    let is_new = line.key == line.to && line.access.is_none();
    let mut line = line.with_access(Some(access));
    line.seen &= !is_new;
    let what = format!("the line of {} asks for {access}", line.key);
    story.lines.by_key.insert(line.key.clone(), line);
    Some(what)
}

/// A user without a line gets one, under the name of today or under the old private one.
fn member_added(story: &mut Story) -> Option<String> {
    let key = story.some_user(|_| true)?;
    let user = story.world.user(key);
    let (human, mut name) = (user.human, user.name.clone());
    let account = user.account.map(|id| story.world.account(id));
    let account = account.filter(|it| it.is_there() && !it.is_guest() && it.human == human);
    let to = account?.upn.clone();
    if story.dice.percent(30) {
        name = story.world.humans.get(human).private.clone();
    }
    let is_free = story.lines.is_free(&name) && story.lines.is_free(&to);
    if !is_free || story.lines.about(human).is_some() {
        return None;
    }
    story.write_member(human, &name, &to);
    Some(format!("{name} gets a line that names {to}"))
}

fn guest_added(story: &mut Story) -> Option<String> {
    let human = story.world.humans.add(&mut story.dice);
    let name = story.world.humans.get(human).partner.clone();
    story.write(Section::Guests, human, &name);
    Some(format!("{name} is to come as a guest"))
}

fn guests_are_deleted(story: &mut Story) -> Option<String> {
    story.lines.delete_guests = !story.lines.delete_guests;
    let now = story.lines.delete_guests;
    Some(format!("delete_guests is {now}"))
}
