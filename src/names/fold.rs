//! Words of names as they are compared: romanised, without case and accents, and with what is written
//! in several ways written in one.
//!
//! For: "Müller", "Mueller" and "Muller" are one name, and so are "Сергей", "Sergey" and "Sergej".
//! Against: a few different names fall together ("Michael" and "Michal"). So a name never makes a
//! match certain.

use any_ascii::any_ascii;
use unicode_normalization::UnicodeNormalization as _;

/// What becomes what, the longer first. Both sides of a comparison go through it.
const REWRITES: [(&str, &str); 19] = [
    ("shch", "sh"),
    ("sch", "sh"),
    ("tch", "ch"),
    ("kh", "h"),
    ("zh", "z"),
    ("ph", "f"),
    ("th", "t"),
    ("ck", "k"),
    ("ch", "ch"), // keeps the c of ch from the last row
    ("ae", "a"),
    ("oe", "o"),
    ("ue", "u"),
    ("aa", "a"),
    ("oo", "u"),
    ("ou", "u"),
    ("x", "ks"),
    ("w", "v"),
    ("q", "k"),
    ("c", "k"),
];

/// The first letters of [`REWRITES`].
const STARTS: &[u8] = b"aceokpqstuwxz";

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Script {
    /// Letters that say how the word sounds: Latin, Cyrillic, Greek and others alike.
    Letters,
    /// Written with signs from which the romanised name cannot be told: Chinese, Japanese, Korean,
    /// or without vowels, as in Arabic.
    Signs,
}

/// How a text is written.
pub(super) fn script(text: &str) -> Script {
    let signs = |c: char| {
        matches!(u32::from(c),
            0x0590..=0x07FF | 0x0900..=0x0E7F | 0x1100..=0x11FF | 0x3040..=0x30FF
            | 0x3400..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
    };
    if !text.is_ascii() && text.chars().any(signs) {
        Script::Signs
    } else {
        Script::Letters
    }
}

/// The words of one written word: a romanised Chinese name becomes its syllables.
pub(super) fn words(word: &str) -> Vec<String> {
    if word.is_ascii() {
        return keep(&word.to_ascii_lowercase()).into_iter().collect();
    }
    let composed: String = word.nfkc().collect();
    let greek = composed
        .chars()
        .any(|c| matches!(u32::from(c), 0x0370..=0x03FF | 0x1F00..=0x1FFF));
    let roman = any_ascii(&composed);
    if script(&composed) == Script::Signs {
        return syllables(&roman);
    }
    let lower = roman.to_ascii_lowercase();
    let lower = if greek { greek_sounds(&lower) } else { lower };
    keep(&lower).into_iter().collect()
}

/// "`OuYangNaNa`" is four syllables.
fn syllables(roman: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for c in roman.chars().filter(char::is_ascii_alphabetic) {
        match found.last_mut() {
            Some(last) if c.is_ascii_lowercase() => last.push(c),
            _ => found.push(c.to_ascii_lowercase().to_string()),
        }
    }
    found.iter().filter_map(|word| keep(word)).collect()
}

/// Greek pairs of letters, romanised letter by letter, as they sound.
fn greek_sounds(word: &str) -> String {
    let word = match (word.strip_prefix("mp"), word.strip_prefix("nt")) {
        (Some(rest), _) => format!("b{rest}"),
        (_, Some(rest)) => format!("d{rest}"),
        _ => word.to_owned(),
    };
    word.replace("oy", "ou")
        .replace("ey", "ev")
        .replace("ay", "av")
        .replace("gg", "ng")
}

/// The letters of a lower-case word in the one way of writing.
fn keep(word: &str) -> Option<String> {
    let letters: String = word.chars().filter(char::is_ascii_alphabetic).collect();
    if letters.len() < 2 {
        return (!letters.is_empty()).then_some(letters);
    }
    let mut folded = String::with_capacity(letters.len());
    let mut rest = letters.as_str();
    while let Some(first) = rest.bytes().next() {
        let rewrite = STARTS
            .contains(&first)
            .then(|| REWRITES.iter().find(|(from, _)| rest.starts_with(from)))
            .flatten();
        let (taken, given) = match rewrite {
            Some((from, to)) => (from.len(), *to),
            None => (1, rest.get(..1).unwrap_or_default()),
        };
        for c in given.chars() {
            let c = if matches!(c, 'j' | 'y') { 'i' } else { c };
            if !folded.ends_with(c) {
                folded.push(c);
            }
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    Some(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(word: &str) -> String {
        words(word).join(" ")
    }

    #[test]
    fn words_written_in_several_ways_are_one() {
        for group in [
            &["Müller", "Mueller", "Muller", "MÜLLER", "Mu\u{308}ller"][..],
            &["Сергей", "Sergey", "Sergei", "Sergej"],
            &["Юлия", "Yulia", "Julia", "Iuliia", "Yuliya"],
            &["Παπαδόπουλος", "Papadopoulos", "Papadopulos"],
            &["Yıldız", "Yildiz", "YILDIZ"],
            &["Nguyễn", "Nguyen"],
            &["Søren", "Soeren", "Soren"],
            &["Alexey", "Aleksej", "Алексей"],
        ] {
            let folded: Vec<_> = group.iter().map(|word| one(word)).collect();
            assert!(folded.windows(2).all(|two| two[0] == two[1]), "{folded:?}");
        }
    }

    #[test]
    fn words_of_chinese_are_syllables() {
        assert_eq!(
            words("王伟"),
            words("Wang")
                .into_iter()
                .chain(words("Wei"))
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn words_drop_what_does_not_show() {
        assert_eq!(one("A\u{200b}na\u{202e}"), one("Ana"));
    }
}
