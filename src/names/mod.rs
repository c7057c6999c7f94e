//! Names of people: read from how they are shown, and compared as people write them.

mod compare;
mod fold;
mod short_forms;
mod vocabulary;

pub use compare::Relation;

use fold::Script;

/// Which part of a name a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The order says nothing for certain.
    Unknown,
    /// Of the given name.
    Given,
    /// Of the family name.
    Family,
}

/// A word of a name, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// The letters as they are compared.
    pub(crate) text: String,
    /// Which part it is.
    pub(crate) part: Part,
    /// Such as "de" and "van", which may be left out.
    pub(crate) is_particle: bool,
}

/// One way in which a name is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// Its words, in order, without titles.
    pub(crate) words: Vec<Word>,
    script: Script,
}

/// The most words of a name that are looked at: displayed names are chosen by people.
const MAX_WORDS: usize = 8;

/// A name as it is compared: perhaps in several forms, such as Chinese and romanised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    forms: Vec<Form>,
    is_function: bool,
}

impl Name {
    /// Reads a name as it is shown.
    pub fn shown(text: &str) -> Self {
        let mut name = Self::default();
        // A name is short; what follows is somebody's joke.
        let text: String = text.chars().take(256).collect();
        // Pictures alone are no name.
        if !text.chars().any(char::is_alphabetic) {
            return name;
        }
        if let Some((local, _)) = text.split_once('@') {
            name.add(local, Part::Unknown);
            return name;
        }
        let (outside, inside) = without_brackets(&text);
        let main = main_piece(&outside);
        name.add_in_order(main);
        let script = fold::script(main);
        let other_script = |text: &str| fold::script(text) != script;
        // What is in brackets is a remark, unless it is the same name in another script.
        if name.forms.is_empty() || other_script(&inside) {
            name.add_in_order(&inside);
        }
        name
    }

    /// The name of an account: as shown, by its parts where the directory has them, and, where it is
    /// written in signs, romanised in the sign-in name. Without the sign-in name where that is the
    /// very thing that is doubted.
    pub fn of_account(shown: &str, given: &str, family: &str, sign_in: &str) -> Self {
        let mut name = Self::shown(shown);
        if !given.is_empty() && !family.is_empty() {
            name.add_parts(given, family);
        }
        let local = sign_in.split('@').next().unwrap_or_default();
        let in_signs = name.forms.iter().any(|form| form.script == Script::Signs);
        // A guest's spells an address instead.
        if in_signs && !local.contains("#EXT#") && written_words(local).count() > 1 {
            name.add(local, Part::Unknown);
        }
        name
    }

    /// The name that the first part of an address spells, where it has several words.
    pub fn of_address(address: &str) -> Self {
        let mut name = Self::default();
        let local = address.split('@').next().unwrap_or_default();
        name.add(local.split('+').next().unwrap_or_default(), Part::Unknown);
        name
    }

    /// Whether it is what a function, a machine or a shared mailbox is called.
    pub fn is_function(&self) -> bool {
        self.is_function
    }

    /// Whether there are at least two whole words, as in a given and a family name.
    pub fn is_full(&self) -> bool {
        let full = |form: &Form| form.words.iter().filter(|word| word.text.len() > 1).count() > 1;
        !self.is_function && self.forms.iter().any(full)
    }

    /// How this name and another one fit, at best.
    pub fn relation(&self, other: &Self) -> Relation {
        if self.is_function != other.is_function {
            return Relation::Function;
        }
        let pairs = self
            .forms
            .iter()
            .flat_map(|one| other.forms.iter().map(move |other| (one, other)));
        // A form that says nothing does not hide one that contradicts.
        pairs
            .map(|(one, other)| compare::relation(one, other))
            .filter(|relation| *relation != Relation::Unknown)
            .min()
            .unwrap_or(Relation::Unknown)
    }

    /// Whether no part of both agrees, where that can be told at all: no word, initial, short form or
    /// slip of the pen, and no nickname that is made of the other name.
    pub fn shares_nothing(&self, other: &Self) -> bool {
        let forms = self.forms.iter();
        let pairs = forms.flat_map(|one| other.forms.iter().map(move |other| (one, other)));
        let mut pairs = pairs.peekable();
        pairs.peek().is_some() && pairs.all(|(one, other)| compare::shares_nothing(one, other))
    }

    pub(crate) fn forms(&self) -> &[Form] {
        &self.forms
    }

    /// "Trujillo, Ana" has its family name first; in "Ana Trujillo, MD" the comma says nothing.
    fn add_in_order(&mut self, text: &str) {
        match text.split_once(',') {
            Some((family, given)) if has_names(family) && has_names(given) => {
                self.add_parts(given, family);
            }
            _ => self.add(text, Part::Unknown),
        }
    }

    fn add_parts(&mut self, given: &str, family: &str) {
        let mut words = self.words(given, Part::Given);
        words.extend(self.words(family, Part::Family));
        self.push(words, fold::script(given).max(fold::script(family)));
    }

    fn add(&mut self, text: &str, part: Part) {
        let words = self.words(text, part);
        self.push(words, fold::script(text));
    }

    fn push(&mut self, mut words: Vec<Word>, script: Script) {
        words.truncate(MAX_WORDS);
        let form = Form { words, script };
        if !form.words.is_empty() && !self.forms.contains(&form) {
            self.forms.push(form);
        }
    }

    fn words(&mut self, text: &str, part: Part) -> Vec<Word> {
        let mut words = Vec::new();
        let mut titles = 0;
        for written in written_words(text) {
            let plain = plain(written);
            if vocabulary::is_title(&plain) {
                titles += 1;
                continue;
            }
            self.is_function |= vocabulary::is_function(&plain);
            let is_particle = vocabulary::is_particle(&plain);
            let folded = fold::words(written).into_iter();
            words.extend(folded.map(|text| Word {
                text,
                part,
                is_particle,
            }));
        }
        // Nothing but "Admin".
        self.is_function |= words.is_empty() && titles > 0 && part == Part::Unknown;
        words
    }
}

/// A written word in lower-case Latin letters.
fn plain(word: &str) -> String {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(char::is_ascii_alphabetic);
        letters.collect::<String>().to_ascii_lowercase()
    };
    if word.is_ascii() {
        letters(word)
    } else {
        letters(&any_ascii::any_ascii(word))
    }
}

fn written_words(text: &str) -> impl Iterator<Item = &str> {
    let between = |c: char| {
        c.is_whitespace() || matches!(c, '.' | '_' | '-' | ',' | '·' | '・' | '‐' | '‑' | '–')
    };
    text.split(between).filter(|word| !word.is_empty())
}

/// Whether a text has a word that is no title.
fn has_names(text: &str) -> bool {
    written_words(text).any(|word| {
        let plain = plain(word);
        !plain.is_empty() && !vocabulary::is_title(&plain)
    })
}

/// What stands outside of brackets, and inside.
fn without_brackets(text: &str) -> (String, String) {
    let (mut outside, mut inside, mut depth) = (String::new(), String::new(), 0_u32);
    for c in text.chars() {
        match c {
            '(' | '[' | '{' | '（' | '【' => depth += 1,
            ')' | ']' | '}' | '）' | '】' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(c),
            _ => inside.push(c),
        }
    }
    (outside, inside)
}

/// "Ana Trujillo | Sales" and "Ana Trujillo - Fabrikam" begin with the name.
fn main_piece(text: &str) -> &str {
    let mut end = text.len();
    for mark in ["|", " - ", " – ", " — ", "/", ";", ":"] {
        if let Some((before, _)) = text.split_once(mark)
            && has_names(before)
        {
            end = end.min(before.len());
        }
    }
    text.get(..end).unwrap_or(text)
}

/// Whether two texts have the same words in any order and case: most pairs are seen through so, at less
/// cost than a comparison of names.
pub fn are_plainly_one(one: &str, other: &str) -> bool {
    fn words(text: &str) -> impl Iterator<Item = &str> {
        let words = text.split(|c: char| c.is_whitespace() || c == ',');
        words.filter(|word| !word.is_empty())
    }
    let is_in = |word: &str, text| words(text).any(|it| it.eq_ignore_ascii_case(word));
    one == other
        || (one.len().max(other.len()) <= 256
            && words(one).count() == words(other).count()
            && words(one).all(|word| is_in(word, other))
            && words(other).all(|word| is_in(word, one)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_another_order_or_case_are_plainly_one() {
        for other in ["Ana Trujillo", "Trujillo, Ana", "ANA  trujillo"] {
            assert!(are_plainly_one("Ana Trujillo", other), "{other}");
        }
        for other in ["Ana", "Ana Ana", "Ana Trujillo Gu", "Ana Trujilló", ""] {
            assert!(!are_plainly_one("Ana Trujillo", other), "{other}");
        }
    }
}
