//! First passwords and mail nicknames of new directory users.

use secrecy::SecretString;
use uuid::Uuid;

/// Longer than any policy of a tenant asks for, shorter than the 256 that the directory takes.
const RANDOM_CHARS: usize = 28;

/// 64 characters, so that six random bits pick one without a bias. None is mistaken for another.
const ALPHABET: &[u8; 64] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789-_+=%#@";

/// One of each class that the directory's policy counts, whatever chance has picked.
const ONE_OF_EACH: &str = "Aa2-";

/// The longest nickname that the directory takes.
const NICKNAME_CHARS_MAX: usize = 64;

/// A random password that meets the policy of every tenant.
pub(super) fn new_password() -> SecretString {
    let mut password = String::with_capacity(RANDOM_CHARS + ONE_OF_EACH.len());
    while password.len() < RANDOM_CHARS {
        // The operating system's randomness, as the uuid crate takes it. Bytes 6 and 8 hold the
        // version and are not random.
        let bytes = Uuid::new_v4().into_bytes();
        let random = bytes
            .iter()
            .enumerate()
            .filter(|(n, _)| ![6, 8].contains(n));
        let left = RANDOM_CHARS - password.len();
        password.extend(
            random
                .filter_map(|(_, byte)| ALPHABET.get(usize::from(byte & 63)))
                .map(|c| char::from(*c))
                .take(left),
        );
    }
    password.push_str(ONE_OF_EACH);
    SecretString::from(password)
}

/// The mail nickname for a principal name: its local part without what a nickname cannot hold.
pub(super) fn nickname(local_part: &str) -> String {
    let is_allowed = |c: &char| c.is_ascii_alphanumeric() || "'._-!#^~".contains(*c);
    let name: String = local_part
        .chars()
        .filter(is_allowed)
        .take(NICKNAME_CHARS_MAX)
        .collect();
    let name = name.trim_matches('.');
    if name.is_empty() {
        "user".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_password_is_long_and_of_every_class_and_never_the_same() {
        let (a, b) = (new_password(), new_password());
        let (a, b) = (a.expose_secret(), b.expose_secret());
        assert_eq!(a.len(), 32);
        assert_ne!(a, b);
        for class in [
            char::is_ascii_uppercase as fn(&char) -> bool,
            |c| c.is_ascii_lowercase(),
            |c| c.is_ascii_digit(),
            |c| c.is_ascii_punctuation(),
        ] {
            assert!(a.chars().any(|c| class(&c)), "{a}");
        }
    }

    #[test]
    fn no_character_of_the_alphabet_is_likelier() {
        let mut sorted = ALPHABET.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 64);
    }

    #[test]
    fn a_nickname_holds_only_what_it_may() {
        assert_eq!(nickname("o'brien.x+tag"), "o'brien.xtag");
        assert_eq!(nickname("李雷"), "user");
        assert_eq!(nickname(&"a".repeat(100)).len(), 64);
    }
}
