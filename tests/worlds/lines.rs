//! org.toml as an administrator writes it, and for each line whom the administrator has in mind.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use orgctl::model::access::AccessLevel;
use orgctl::model::ids::{ObjectId, StorageKey};
use orgctl::model::person::Email;

use crate::humans::HumanId;
use crate::view::{ORGANIZATION, TENANT};
use crate::world::World;

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Members,
    Guests,
    Remove,
}

impl Section {
    const fn heading(self) -> &'static str {
        match self {
            Self::Members => "[members]",
            Self::Guests => "[guests]",
            Self::Remove => "[remove]",
        }
    }
}

/// A line about a person.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) section: Section,
    pub(crate) key: Email,
    /// The identity of a member; of all others the key again.
    pub(crate) to: Email,
    /// The object id of that identity, where the administrator writes it.
    pub(crate) id: Option<ObjectId>,
    pub(crate) create: bool,
    pub(crate) access: Option<AccessLevel>,
    /// The human whom the administrator has in mind.
    pub(crate) means: HumanId,
    /// The user of the organization whom the administrator has in mind, if there was one.
    pub(crate) user: Option<StorageKey>,
    /// The account whose sign-in name `to` was when the line was written. That the line names it is
    /// the administrator's doing, be it right or wrong.
    pub(crate) account: Option<ObjectId>,
    /// Whether the organization has been as the line says since it was written: orgctl has seen by
    /// then whom the line is about, and can know when somebody else has the name.
    pub(crate) seen: bool,
}

impl Line {
    /// Writes a line about somebody, as the world is now.
    pub(crate) fn new(world: &World, section: Section, means: HumanId, key: &Email) -> Self {
        let users = world.users_of(means);
        let named = |user: &&StorageKey| world.user(**user).name == *key;
        let user = users.iter().find(named).or_else(|| users.first());
        Self {
            section,
            key: key.clone(),
            to: key.clone(),
            id: None,
            create: false,
            access: None,
            means,
            user: user.copied(),
            account: world.account_called(key),
            seen: false,
        }
    }

    /// Says who the member is in the directory.
    pub(crate) fn with_identity(self, world: &World, to: &Email) -> Self {
        Self {
            to: to.clone(),
            id: None,
            account: world.account_called(to),
            seen: false,
            ..self
        }
    }

    pub(crate) fn with_access(self, access: Option<AccessLevel>) -> Self {
        Self { access, ..self }
    }

    /// Says by its id which account the identity is.
    pub(crate) fn with_id(self, id: ObjectId) -> Self {
        Self {
            id: Some(id),
            account: Some(id),
            seen: false,
            ..self
        }
    }

    /// Has the identity made, if it is not there.
    pub(crate) fn created(self) -> Self {
        Self {
            create: true,
            ..self
        }
    }

    /// Whether the line keeps a user in the organization.
    pub(crate) fn keeps(&self, world: &World, key: StorageKey) -> bool {
        let is_gone = |user: StorageKey| world.user(user).removed;
        let theirs = || self.means == world.user(key).human && self.user.is_none_or(is_gone);
        self.section != Section::Remove && (self.user == Some(key) || theirs())
    }

    fn is_as_written(&self, world: &World) -> bool {
        match self.section {
            Section::Remove => self.user.is_none_or(|user| world.user(user).removed),
            Section::Guests => world.account_called(&self.key).is_some(),
            Section::Members => {
                let account = self.id.or_else(|| world.account_called(&self.to));
                let user = account.and_then(|id| world.user_with(id));
                user.is_some_and(|key| self.user.is_none_or(|user| user == key))
            }
        }
    }

    fn text(&self, world: &World) -> String {
        let name = &world.humans.get(self.means).name;
        let mut keys = Vec::new();
        if self.section == Section::Remove {
            return format!("\"{}\" = \"{name} left\"", self.key);
        }
        if self.section == Section::Members {
            keys.push(format!("to = \"{}\"", self.to));
        }
        if let Some(id) = self.id {
            keys.push(format!("id = \"{id}\""));
        }
        if self.create {
            keys.push("create = true".to_owned());
        }
        if self.create || self.section == Section::Guests {
            keys.push(format!("name = \"{name}\""));
        }
        if let Some(access) = self.access {
            keys.push(format!("access = \"{access}\""));
        }
        format!("\"{}\" = {{ {} }}", self.key, keys.join(", "))
    }
}

/// Somebody who may not be removed.
#[derive(Clone, Debug)]
pub(crate) struct Protected {
    pub(crate) address: Email,
    pub(crate) means: HumanId,
    /// The user whom the address named when it was written.
    pub(crate) user: Option<StorageKey>,
}

/// The whole file.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    /// The lines by their keys: a person is named once.
    pub(crate) by_key: BTreeMap<Email, Line>,
    /// Lines that were there once, the oldest first.
    pub(crate) past: Vec<Line>,
    pub(crate) protected: Vec<Protected>,
    pub(crate) owner: Protected,
    pub(crate) unlisted_may_stay: bool,
    pub(crate) delete_guests: bool,
    pub(crate) connect_with: &'static str,
    pub(crate) notices: bool,
}

/// org.toml, and which line stands in which row.
pub(crate) struct Written {
    pub(crate) text: String,
    pub(crate) rows: BTreeMap<u32, Email>,
}

impl Lines {
    /// Adds a line, in place of one with its key.
    pub(crate) fn put(&mut self, line: Line) {
        self.delete(&line.key);
        self.by_key.insert(line.key.clone(), line);
    }

    pub(crate) fn delete(&mut self, key: &Email) {
        self.past.extend(self.by_key.remove(key));
    }

    /// The line with a key, or the last one that had it.
    pub(crate) fn ever(&self, key: &Email) -> Option<&Line> {
        let past = || self.past.iter().rev().find(|line| line.key == *key);
        self.by_key.get(key).or_else(past)
    }

    /// Whether an address may become the key of a line.
    pub(crate) fn is_free(&self, address: &Email) -> bool {
        let is_target = |line: &Line| line.to == *address;
        !self.by_key.contains_key(address) && !self.by_key.values().any(is_target)
    }

    pub(crate) fn about(&self, human: HumanId) -> Option<&Line> {
        self.by_key.values().find(|line| line.means == human)
    }

    /// Notes which lines the organization is like: orgctl has seen these.
    pub(crate) fn see(&mut self, world: &World) {
        for line in self.by_key.values_mut() {
            line.seen |= line.is_as_written(world);
        }
    }

    pub(crate) fn written(&self, world: &World) -> Written {
        let mut text = self.head();
        let mut rows = BTreeMap::new();
        for section in [Section::Members, Section::Guests, Section::Remove] {
            writeln!(text, "\n{}", section.heading()).unwrap();
            for line in self.by_key.values().filter(|line| line.section == section) {
                let row = u32::try_from(text.lines().count() + 1).unwrap();
                rows.insert(row, line.key.clone());
                writeln!(text, "{}", line.text(world)).unwrap();
            }
        }
        Written { text, rows }
    }

    fn head(&self) -> String {
        let protected = self.protected.iter();
        let protected: Vec<String> = protected.map(|it| format!("\"{}\"", it.address)).collect();
        let unlisted = if self.unlisted_may_stay {
            "warn"
        } else {
            "refuse"
        };
        let notices = if self.notices { "\n[notices]\n" } else { "" };
        format!(
            "version = 1\n\n[organization]\nname = \"{ORGANIZATION}\"\nowner = \"{}\"\n\n\
             [tenant]\nid = \"{TENANT}\"\nconnect_with = \"{}\"\n\n\
             [guards]\nmax_removals = 100\nmax_removal_percent = 100\n\
             unlisted_users = \"{unlisted}\"\nprotected = [{}]\ndelete_guests = {}\n{notices}",
            self.owner.address,
            self.connect_with,
            protected.join(", "),
            self.delete_guests,
        )
    }
}
