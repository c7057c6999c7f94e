//! People as they are made up, and how they write their names.

use super::dice::Dice;
use super::languages::{Language, both};

/// A human being.
#[derive(Clone, Debug)]
pub(crate) struct Human {
    /// As written at home, and in Latin letters.
    pub(crate) given: (String, String),
    pub(crate) family: (String, String),
    /// A second given name or a second family name, where there is one.
    pub(crate) more: Option<(String, String)>,
    pub(crate) family_first: bool,
    pub(crate) spaced: bool,
    pub(crate) two_families: bool,
}

fn name(dice: &mut Dice, parts: (&'static str, &'static str)) -> (String, String) {
    let mut pick = |list: &'static str| {
        let words: Vec<&str> = list.split(' ').collect();
        both(dice.pick(&words))
    };
    let (head, tail) = (pick(parts.0), pick(parts.1));
    let join = |head: &str, tail: &str| format!("{head}{tail}").replace('_', " ");
    (join(head.0, tail.0), join(head.1, tail.1))
}

/// Most families of the alphabets get a syllable before the first, so that there are enough.
fn lengthened(family: (String, String), dice: &mut Dice) -> (String, String) {
    const LATIN: [&str; 12] = [
        "", "Al", "Bel", "Cor", "Dal", "Fer", "Gra", "Hol", "Lam", "Mon", "Ros", "Tal",
    ];
    const CYRILLIC: [&str; 12] = [
        "", "Ал", "Бел", "Кор", "Дал", "Фер", "Гра", "Гол", "Лам", "Мон", "Рос", "Тал",
    ];
    const GREEK: [&str; 12] = [
        "", "Αλ", "Βελ", "Κορ", "Δαλ", "Φερ", "Γρα", "Χολ", "Λαμ", "Μον", "Ροσ", "Ταλ",
    ];
    const CYRILLIC_LATIN: [&str; 12] = [
        "", "Al", "Bel", "Kor", "Dal", "Fer", "Gra", "Gol", "Lam", "Mon", "Ros", "Tal",
    ];
    const GREEK_LATIN: [&str; 12] = [
        "", "Al", "Vel", "Kor", "Dal", "Fer", "Gra", "Chol", "Lam", "Mon", "Ros", "Tal",
    ];
    let (home, latin) = match u32::from(family.0.chars().next().unwrap_or('A')) {
        0x0041..=0x024F => (&LATIN, &LATIN),
        0x0400..=0x04FF => (&CYRILLIC, &CYRILLIC_LATIN),
        0x0370..=0x03FF => (&GREEK, &GREEK_LATIN),
        _ => return family,
    };
    let which = dice.below(home.len());
    let join = |head: &str, rest: &str| {
        if head.is_empty() {
            rest.to_owned()
        } else {
            format!("{head}{}", rest.to_lowercase())
        }
    };
    (join(home[which], &family.0), join(latin[which], &family.1))
}

impl Human {
    pub(crate) fn new(dice: &mut Dice, languages: &'static [Language]) -> Self {
        let language = &languages[dice.below(languages.len())];
        let more = if language.two_families || dice.percent(8) {
            let parts = if language.two_families {
                language.family
            } else {
                language.given
            };
            Some(name(dice, parts))
        } else {
            None
        };
        Self {
            given: name(dice, language.given),
            family: lengthened(name(dice, language.family), dice),
            more: more
                .filter(|_| language.spaced && (language.two_families || !language.family_first)),
            family_first: language.family_first,
            spaced: language.spaced,
            two_families: language.two_families,
        }
    }

    /// A relative: the same family, another given name.
    pub(crate) fn relative(&self, dice: &mut Dice, languages: &'static [Language]) -> Self {
        loop {
            let other = Self::new(dice, languages);
            if other.given.1 != self.given.1
                && other.given.1.chars().next() != self.given.1.chars().next()
            {
                return Self {
                    given: other.given,
                    more: None,
                    ..self.clone()
                };
            }
        }
    }

    /// By which people are told apart: namesakes have the same.
    pub(crate) fn key(&self) -> String {
        format!("{} {}", self.given.1, self.family.1).to_lowercase()
    }

    /// As written at home.
    pub(crate) fn native(&self) -> String {
        let blank = if self.spaced { " " } else { "" };
        if self.family_first {
            format!("{}{blank}{}", self.family.0, self.given.0)
        } else {
            format!("{} {}", self.given.0, self.family.0)
        }
    }

    /// In Latin letters, the given name first.
    pub(crate) fn latin(&self) -> String {
        format!("{} {}", self.given.1, self.family.1)
    }

    /// With everything that the passport has.
    pub(crate) fn full(&self) -> String {
        match (&self.more, self.two_families) {
            (None, _) => self.native(),
            (Some((more, _)), true) => format!("{} {} {more}", self.given.0, self.family.0),
            (Some((more, _)), false) => format!("{} {more} {}", self.given.0, self.family.0),
        }
    }

    /// An address of a company: `given.family`.
    pub(crate) fn dotted(&self) -> String {
        plain(&format!("{}.{}", self.given.1, self.family.1))
    }

    /// An address of a company: `gfamily`.
    pub(crate) fn initial(&self) -> String {
        let first = self.given.1.chars().next().unwrap();
        plain(&format!("{first}{}", self.family.1))
    }
}

/// Lower case, and only what addresses hold.
pub(crate) fn plain(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '.');
    kept.collect::<String>().to_lowercase()
}
