//! A story: the world, the org.toml for it, and what has happened to both.

use std::collections::BTreeMap;

use orgctl::model::person::Email;

use crate::dice::Dice;
use crate::humans::ADMINISTRATOR;
use crate::lines::{Lines, Protected, Written};
use crate::oracle::Violation;
use crate::world::World;

/// All that changes while one run goes on.
pub(crate) struct Story {
    pub(crate) dice: Dice,
    pub(crate) world: World,
    pub(crate) lines: Lines,
    /// The file that is applied now.
    file: String,
    /// Which line stands in which row of it.
    pub(crate) rows: BTreeMap<u32, Email>,
    /// What happened, for the person who replays it.
    pub(crate) log: Vec<String>,
    pub(crate) violations: Vec<Violation>,
    /// What the last plan was refused for, as JSON has it.
    pub(crate) refused: Vec<serde_json::Value>,
}

impl Story {
    /// The story of a seed, up to the moment before the first plan.
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let lines = Lines {
            by_key: BTreeMap::new(),
            past: Vec::new(),
            protected: Vec::new(),
            owner: Protected {
                address: Email::from_service("owner@contoso.com"),
                means: ADMINISTRATOR,
                user: None,
            },
            unlisted_may_stay: dice.percent(40),
            delete_guests: dice.percent(50),
            connect_with: dice.pick(&["api", "api", "portal"]),
            notices: dice.percent(20),
        };
        let mut story = Self {
            dice,
            world: World::new(seed),
            lines,
            file: String::new(),
            rows: BTreeMap::new(),
            log: Vec::new(),
            violations: Vec::new(),
            refused: Vec::new(),
        };
        story.begin();
        story
    }

    /// Writes org.toml as it is now.
    pub(crate) fn write_file(&mut self) -> String {
        let Written { text, rows } = self.lines.written(&self.world);
        self.rows = rows;
        if text != self.file {
            self.log.push(text.clone());
            self.file.clone_from(&text);
        }
        text
    }

    /// Picks one of some.
    pub(crate) fn one_of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        (!all.is_empty()).then(|| all[self.dice.below(all.len())].clone())
    }
}
