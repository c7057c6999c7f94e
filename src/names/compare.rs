//! How two names fit: the table that all rules about names look at.

use super::{Form, Part, Word, short_forms};

/// How two names fit. The better comes first.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    strum::IntoStaticStr,
    strum::Display,
)]
#[strum(serialize_all = "snake_case")]
pub enum Relation {
    /// The same words, in any order, or joined.
    Same,
    /// At least two words agree and only one side has more, such as a second given name.
    Within,
    /// One word agrees, and what is left is an initial, a short form or a similar spelling.
    Short,
    /// Nothing can be said: a nickname, no name, or a script that does not tell how it sounds.
    #[default]
    Unknown,
    /// The given names agree and the family names do not, as after a marriage.
    OtherFamily,
    /// Something agrees, and it cannot be told what.
    Partly,
    /// The family names agree and the given names do not, as with relatives.
    OtherGiven,
    /// Nothing agrees.
    Different,
    /// One is a person's name, the other one that of a function or a machine.
    Function,
}

impl Relation {
    /// Whether the names agree in full.
    pub const fn agrees(self) -> bool {
        matches!(self, Self::Same | Self::Within)
    }

    /// Whether nothing in the names says that these may be two people.
    pub const fn is_of_one(self) -> bool {
        matches!(
            self,
            Self::Same | Self::Within | Self::Short | Self::Unknown
        )
    }

    /// Whether the names say that these are two people.
    pub const fn contradicts(self) -> bool {
        matches!(self, Self::OtherGiven | Self::Different | Self::Function)
    }
}

/// How two forms of names fit.
pub(super) fn relation(one: &Form, other: &Form) -> Relation {
    if joined_alike(one, other) {
        return Relation::Same;
    }
    let relation = by_words(one, other);
    if one.script != other.script && !relation.agrees() {
        // How signs are romanised is not one thing.
        return Relation::Unknown;
    }
    relation
}

/// Whether no part of two forms agrees, and how both are written tells that.
pub(super) fn shares_nothing(one: &Form, other: &Form) -> bool {
    if one.script != other.script || joined_alike(one, other) {
        return false;
    }
    let pairing = Pairing::of(one, other);
    (pairing.whole, pairing.soft) == (0, 0) && !made_of(one, other) && !made_of(other, one)
}

/// Whether a single word is made of a name: "anatrujillo77" of "Ana Trujillo", and "at" of its initials.
fn made_of(nickname: &Form, name: &Form) -> bool {
    let [Word { text, .. }] = nickname.words.as_slice() else {
        return false;
    };
    let words = name.words.iter().map(|word| word.text.as_str());
    let initials: String = words.clone().filter_map(|word| word.get(..1)).collect();
    let mut long = words.filter(|word| word.len() > 3);
    long.any(|word| text.contains(word)) || (initials.len() > 1 && *text == initials)
}

fn by_words(one: &Form, other: &Form) -> Relation {
    let pairing = Pairing::of(one, other);
    match (pairing.whole, pairing.soft) {
        (2.., _) if !pairing.both_have_more() => {
            if pairing.left.0.is_empty() && pairing.left.1.is_empty() && pairing.soft == 0 {
                Relation::Same
            } else {
                Relation::Within
            }
        }
        (1, 1..) | (0, 2..) if !pairing.both_have_more() => Relation::Short,
        (1, 0) | (0, 1) if one.words.len() == 1 || other.words.len() == 1 => Relation::Short,
        (1, 0) => pairing.by_part(one, other),
        (1.., _) => Relation::Partly,
        (0, 1..) if pairing.similar > 0 => Relation::Partly,
        _ if one.words.len() > 1 && other.words.len() > 1 => Relation::Different,
        _ => Relation::Unknown,
    }
}

/// "Kim Min-su" and "Minsu Kim", "Annamaria Bini" and "Anna Maria Bini": joined from some word on,
/// the letters are the same.
fn joined_alike(one: &Form, other: &Form) -> bool {
    if one.words.len() < 2 && other.words.len() < 2 {
        return false;
    }
    let length = |form: &Form| form.words.iter().map(|word| word.text.len()).sum::<usize>();
    if length(one) != length(other) || length(one) < 4 {
        return false;
    }
    let straight = one.joined_from(0);
    (0..other.words.len()).any(|start| other.joined_from(start) == straight)
}

impl Form {
    /// Whether fewer than two words are no particles, as in "Le Van Huong".
    fn is_mostly_particles(&self) -> bool {
        self.words.iter().filter(|word| !word.is_particle).count() < 2
    }

    /// Its letters, beginning with a word and going round.
    pub(crate) fn joined_from(&self, start: usize) -> String {
        let words = self.words.iter().cycle().skip(start);
        words
            .take(self.words.len())
            .map(|word| word.text.as_str())
            .collect()
    }
}

/// Words of two names, paired.
struct Pairing<'a> {
    /// Words of more than one letter that are equal.
    whole: usize,
    /// Words that are paired by an initial, a short form or a similar spelling.
    soft: usize,
    /// Of these, by more than an initial.
    similar: usize,
    /// Words of either side that found none.
    left: (Vec<&'a Word>, Vec<&'a Word>),
    /// The last pair of equal words.
    shared: Option<(&'a Word, &'a Word)>,
}

impl<'a> Pairing<'a> {
    fn of(one_form: &'a Form, other_form: &'a Form) -> Self {
        // "de la" shared says nothing, as long as there are names beside it.
        let particles_count = one_form.is_mostly_particles() || other_form.is_mostly_particles();
        let (one, other) = (&one_form.words, &other_form.words);
        let mut pairing = Self {
            whole: 0,
            soft: 0,
            similar: 0,
            left: (Vec::new(), other.iter().collect()),
            shared: None,
        };
        for word in one {
            let equal = |candidate: &&Word| candidate.text == word.text && word.text.len() > 1;
            if let Some(partner) = pairing.take(equal) {
                if particles_count || !word.is_particle {
                    pairing.whole += 1;
                    pairing.shared = Some((word, partner));
                }
            } else {
                pairing.left.0.push(word);
            }
        }
        for word in std::mem::take(&mut pairing.left.0) {
            if pairing
                .take(|candidate| are_similar(&candidate.text, &word.text))
                .is_some()
            {
                pairing.soft += 1;
                pairing.similar += 1;
            } else if pairing
                .take(|candidate| is_initial(&candidate.text, &word.text))
                .is_some()
            {
                pairing.soft += 1;
            } else {
                pairing.left.0.push(word);
            }
        }
        pairing
    }

    fn take(&mut self, fits: impl Fn(&&'a Word) -> bool) -> Option<&'a Word> {
        let place = self.left.1.iter().position(fits)?;
        Some(self.left.1.remove(place))
    }

    fn both_have_more(&self) -> bool {
        !self.left.0.is_empty() && !self.left.1.is_empty()
    }

    /// Which part the one shared word is: as the directory says, else by its place on both sides.
    fn by_part(&self, one: &Form, other: &Form) -> Relation {
        let Some((here, there)) = self.shared else {
            return Relation::Partly;
        };
        let place = |form: &Form, word: &Word| {
            let at = form.words.iter().position(|candidate| candidate == word);
            (
                at == Some(0),
                at == Some(form.words.len().saturating_sub(1)),
            )
        };
        match (here.part, there.part) {
            (Part::Family, _) | (_, Part::Family) => Relation::OtherGiven,
            (Part::Given, _) | (_, Part::Given) => Relation::OtherFamily,
            (Part::Unknown, Part::Unknown) => match (place(one, here), place(other, there)) {
                ((true, _), (true, _)) => Relation::OtherFamily,
                ((_, true), (_, true)) => Relation::OtherGiven,
                _ => Relation::Partly,
            },
        }
    }
}

fn is_initial(one: &str, other: &str) -> bool {
    (one.len() == 1 || other.len() == 1) && one.as_bytes().first() == other.as_bytes().first()
}

/// A short form, or one slip of the pen in a word that is long enough. "Martin" and "Martina", "Mario"
/// and "Maria" are two people.
fn are_similar(one: &str, other: &str) -> bool {
    if one.len() < 2 || other.len() < 2 {
        return false;
    }
    if short_forms::are_one(one, other) {
        return true;
    }
    let vowels: &[_] = &['a', 'e', 'i', 'o', 'u'];
    let stem = |word: &str| word.trim_end_matches(vowels).to_owned();
    one.len().min(other.len()) >= 5
        && stem(one) != stem(other)
        && strsim::osa_distance(one, other) <= 1
}

#[cfg(test)]
mod tests {
    use super::super::Name;
    use super::Relation;

    fn relation(one: &str, other: &str) -> Relation {
        let (one, other) = (Name::shown(one), Name::shown(other));
        assert_eq!(
            one.relation(&other),
            other.relation(&one),
            "it has no direction"
        );
        one.relation(&other)
    }

    #[test]
    fn relation_reads_as_a_table() {
        for (one, other, want) in [
            ("Ana Trujillo", "Trujillo, Ana", Relation::Same),
            (
                "Dr. Ana Trujillo (Fabrikam)",
                "ANA TRUJILLO, PhD",
                Relation::Same,
            ),
            ("Сергей Иванов", "Ivanov Sergei", Relation::Same),
            (
                "Γιώργος Παπαδόπουλος",
                "Giorgos Papadopoulos",
                Relation::Same,
            ),
            ("王伟", "Wei Wang", Relation::Same),
            ("Kim Min-su", "Minsu Kim", Relation::Same),
            ("Anna-Maria Bini", "Annamaria Bini", Relation::Same),
            ("Jürgen Müller", "Juergen Mueller", Relation::Same),
            ("田中 太郎 (Taro Tanaka)", "Taro Tanaka", Relation::Same),
            ("Ludwig van Beethoven", "Ludwig Beethoven", Relation::Within),
            ("Lê Văn Hương", "Huong Le Van", Relation::Same),
            ("Do Duc Minh", "Le Duc Minh", Relation::Partly),
            ("Peter van Dam", "Anna van Dam", Relation::OtherGiven),
            ("Pavel Ma", "Guofang Ma", Relation::OtherGiven),
            ("Иванов Сергей Петрович", "Sergey Ivanov", Relation::Within),
            ("María José García López", "Maria Garcia", Relation::Within),
            ("A. Trujillo", "Ana Trujillo", Relation::Short),
            ("Bob Smith", "Robert Smith", Relation::Short),
            ("Ana", "Ana Trujillo", Relation::Short),
            ("Ann Larsson", "Ann Larssen", Relation::Short),
            ("田中 太郎", "Taro Tanaka", Relation::Unknown),
            ("xXdevXx", "Ana Trujillo", Relation::Unknown),
            ("", "Ana Trujillo", Relation::Unknown),
            ("Ana Trujillo", "Ana Moreno", Relation::OtherFamily),
            ("Peter Schmidt", "Anna Schmidt", Relation::OtherGiven),
            ("Martin Schmidt", "Martina Schmidt", Relation::OtherGiven),
            ("Maria Garcia Lopez", "Maria Garcia Perez", Relation::Partly),
            ("Ana Trujillo", "Lee Gu", Relation::Different),
            ("Ana Trujillo", "Help Desk", Relation::Function),
            ("Build Service", "build-service", Relation::Same),
        ] {
            assert_eq!(relation(one, other), want, "{one} / {other}");
        }
    }

    #[test]
    fn names_that_share_nothing_are_told_from_those_of_which_that_is_not_known() {
        let shares_nothing = |one: &str, other: &str| {
            let (one, other) = (Name::shown(one), Name::shown(other));
            let both = [one.shares_nothing(&other), other.shares_nothing(&one)];
            assert_eq!(both[0], both[1], "it has no direction");
            both[0]
        };
        for (one, other) in [
            ("Ana Trujillo", "Lee Gu"),
            ("Peter van Dam", "Anna van Gogh"),
            ("xXdevXx", "Ana Trujillo"),
            ("Ana", "Lee"),
            ("Build Service", "Ana Trujillo"),
            ("Dr. Ana Trujillo (Fabrikam)", "Dr. Lee Gu (Fabrikam)"),
            ("王伟", "李娜"),
        ] {
            assert!(shares_nothing(one, other), "{one} / {other}");
        }
        for (one, other) in [
            ("Ana Trujillo", "TRUJILLO, Ana"),
            ("Ana Trujillo", "Ana Moreno"),
            ("Anna Schmidt", "Peter Schmidt"),
            ("Bob", "Robert Smith"),
            ("A. Bini", "Anna Trujillo"),
            ("Сергей Иванов", "Ivanov Sergei"),
            ("Żuraw", "Zuraw, Jan"),
            ("atrujillo77", "Ana Trujillo"),
            ("at", "Ana Trujillo"),
            ("Ana Trujillo (Test)", "Ana Trujillo"),
            // Nobody can tell.
            ("佐藤 ゆき", "Yuki Sato"),
            ("نور حداد", "Lee Gu"),
            ("", "Ana Trujillo"),
            ("🦀 🦀", "Ana Trujillo"),
        ] {
            assert!(!shares_nothing(one, other), "{one} / {other}");
        }
    }

    #[test]
    fn relation_bears_what_people_call_themselves() {
        let long = "a ".repeat(5_000);
        for odd in [&long, "((((", "|,|,|", "\u{202e}\u{0}", "@", "🦀 🦀", ", ,"] {
            assert!(!relation(odd, "Ana Trujillo").agrees(), "{odd}");
        }
    }
}
